"""Names that IAM documents must know before what they name exists.

Each part has letters and digits only (a tenant's also hyphens), so that two different sets of parts never give one
name: roles are unique in an account, whatever the platform and tenant.
"""

from __future__ import annotations

LONGEST_PLATFORM = 8
"""Characters of a platform's name."""
LONGEST_TENANT = 14
"""Characters of a tenant's name."""
LONGEST_ROLE = 8
"""Characters of the name of a tenant's role."""
LONGEST_JOB_ROLE = LONGEST_PLATFORM + LONGEST_TENANT + LONGEST_ROLE + 2
"""Characters of the composed name: 32, the most that EKS Pod Identity takes (a limit AWS does not publish)."""


def job_role(platform: str, tenant: str, role: str) -> str:
    """Name of the IAM role as which a tenant's jobs run."""
    return f"{platform}-{tenant}-{role}"


def access_policy(platform: str, tenant: str, access: str) -> str:
    """Name of the managed policy for people and schedulers of a tenant."""
    return f"{platform}-{tenant}-{access}"


def platform_role(platform: str, purpose: str) -> str:
    """Name of an IAM role of the platform itself; it has one part less than any job role."""
    return f"{platform}-{purpose}"


def bucket(platform: str, purpose: str, *, account: str, region: str) -> str:
    """Name of a bucket of the platform: bucket names are unique in a partition, hence account and Region."""
    return f"{platform}-{purpose}-{account}-{region}"


def log_group(platform: str, tenant: str) -> str:
    """CloudWatch log group of a tenant's jobs."""
    return f"/emr/{platform}/{tenant}"


def cluster_log_group(cluster: str) -> str:
    """CloudWatch log group of a cluster's control plane: EKS knows no other (EKS User Guide, control plane logs)."""
    return f"/aws/eks/{cluster}/cluster"


def trail_log_group(platform: str) -> str:
    """CloudWatch log group of a platform's audit trail; outside `/emr`, where tenants' jobs may write."""
    return f"/aws/cloudtrail/{platform}"


def trail(platform: str) -> str:
    """Name of a platform's audit trail."""
    return f"{platform}-audit"


def alarms_topic(platform: str) -> str:
    """Name of the SNS topic that gets a platform's alarms."""
    return f"{platform}-alarms"


def alarm(platform: str, purpose: str) -> str:
    """Name of an alarm of a platform, and of its metric and filter."""
    return f"{platform}-{purpose}"


def fargate_role(platform: str, tenant: str) -> str:
    """Name of the role that pulls the images of a tenant's pods on Fargate; no job role has a dot in its name."""
    return f"{platform}-{tenant}-fargate.pods"


def fargate_profile(platform: str, tenant: str) -> str:
    """Name of the Fargate profile of a tenant."""
    return f"{platform}-{tenant}"


def tenant_security_group(platform: str, tenant: str) -> str:
    """Name of the security group of a tenant's own."""
    return f"{platform}-tenant-{tenant}"


def tenants_security_group(platform: str) -> str:
    """Name of the security group of all tenants' pods."""
    return f"{platform}-emr-tenants"


def partition(region: str) -> str:
    """The AWS partition of a Region, the second field of every ARN there."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
