"""What IAM policies say of a call, where the embedded cloud asks them.

moto itself judges no request (its authorization knows neither resources nor conditions). They are asked of every
call made with the session of a role (`gate`), and where a service's behaviour depends on the caller's rights
(`decide`). Calls of IAM users, of which the embedded cloud has one who may do everything, are not judged otherwise.

Who a caller is, the access key id tells: the signatures of ordinary calls are not verified (EKS tokens are), nor is
the session token. So it keeps honest programs apart, such as Spark jobs of two tenants, and holds no attacker off.
"""

from local.aws.emulator.authorization.verdicts import decide

__all__ = ["decide"]
