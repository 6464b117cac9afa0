"""The Kubernetes service accounts that EMR makes for a job run, named after its execution role.

Source: AWS CLI, `aws emr-containers update-role-trust-policy` and `create-role-associations`; EMR on EKS guide,
"Using job execution roles with Amazon EMR on EKS".
"""

from __future__ import annotations

import re

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""The digits of the encoding, by value."""

PREFIX = "emr-containers-sa"
"""What the names of all these accounts begin with."""

KINDS = (
    "spark-client",
    "spark-driver",
    "spark-executor",
    "spark-jeg",
    "spark-jeg-kernel",
    "spark-session",
    "flink-jobmanager",
    "flink-taskmanager",
)
"""Framework and component of every account that carries an account id and an encoded role name."""

OF_JOB_RUNS = ("spark-client", "spark-driver", "spark-executor")
"""The kinds that StartJobRun uses: of the submitter, the driver and the executors."""

_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")


def base36(role_name: str) -> str:
    """Encode a role's name as EMR does: one big-endian base-256 number, written in base 36.

    The name only, without path or ARN. Capitals matter, though IAM ignores them when it compares names.

    Raises:
        ValueError: the text is not a legal name of an IAM role (IAM API reference, CreateRole).
    """
    if not _ROLE_NAME.fullmatch(role_name):
        raise ValueError(
            f"{role_name!r} is not a role name: 1 to 64 letters, digits and _+=,.@- are, without path or ARN"
        )
    number = int.from_bytes(role_name.encode("ascii"), "big")
    encoded = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        encoded = DIGITS[digit] + encoded
    return encoded


def role_name_of(encoded: str) -> str:
    """Decode what `base36` encoded.

    Raises:
        ValueError: the text encodes no legal role name (AWS's own page prints such a value, with a newline in it).
    """
    if not encoded or set(encoded) - set(DIGITS):
        raise ValueError(f"{encoded!r} is not base 36: digits and lower-case letters only")
    number = int(encoded, len(DIGITS))
    name = number.to_bytes((number.bit_length() + 7) // 8, "big").decode("latin-1")
    if not _ROLE_NAME.fullmatch(name):
        raise ValueError(f"{encoded!r} decodes to {name!r}, which is not a role name")
    return name


def account_name(kind: str, *, account: str, role_name: str) -> str:
    """Name of the service account of one kind for jobs that run as a role."""
    return f"{PREFIX}-{kind}-{account}-{base36(role_name)}"


def name_pattern(*, account: str, role_name: str) -> str:
    """Pattern of the names of all accounts for jobs that run as a role; `account` is the EKS cluster's."""
    return account_name("*-*", account=account, role_name=role_name)


def subject_pattern(*, namespace: str, account: str, role_name: str) -> str:
    """The `sub` of the tokens of these accounts in one namespace, for an IAM condition with StringLike."""
    return f"system:serviceaccount:{namespace}:{name_pattern(account=account, role_name=role_name)}"


def longest_name(*, account: str, role_name: str) -> str:
    """The longest account name that jobs of a role can bring; an object's name may have 253 characters."""
    return max((account_name(kind, account=account, role_name=role_name) for kind in KINDS), key=len)
