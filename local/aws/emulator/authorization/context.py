"""The condition keys that every call has.

Source: IAM User Guide, "AWS global condition context keys". Left out on purpose are those that tell how a call
travels, because the way to this endpoint is not the way to AWS, for which the policies are written:
`aws:SecureTransport` (plain HTTP on loopback stands for TLS; a Deny of insecure calls would hit all of them) and
`aws:SourceIp`. Through which VPC endpoint a call goes is known (`ways`): `aws:SourceVpc` and `aws:SourceVpce`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.aws.emulator import policies

if TYPE_CHECKING:
    from local.aws.emulator.principals import Caller

_ACCOUNT = 4  # its place among the parts of an ARN


def keys_of(caller: Caller, region: str) -> dict[str, Any]:
    """The keys of a caller and its call."""
    keys = keys_of_anybody(region) | {
        "aws:PrincipalAccount": caller.account,
        "aws:PrincipalArn": caller.principal_arn,
        "aws:PrincipalIsAWSService": False,
        "aws:PrincipalType": "AssumedRole" if caller.is_role else "User",
        "aws:userid": caller.user_id,
        **caller.way,
    }
    if caller.is_role:
        tags = {**policies.role_tags(caller), **caller.session_tags}
        keys |= {f"aws:PrincipalTag/{name}": value for name, value in tags.items()}
    else:
        keys["aws:username"] = caller.name
    if caller.provider:
        keys["aws:FederatedProvider"] = caller.provider
    return keys


def keys_of_anybody(region: str) -> dict[str, Any]:
    """The keys of a call whoever makes it, also without a signature."""
    now = datetime.now(UTC)
    return {
        "aws:CurrentTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "aws:EpochTime": int(now.timestamp()),
        "aws:RequestedRegion": region,
        "aws:ViaAWSService": False,
    }


def keys_of_resource(arn: str) -> dict[str, Any]:
    """The keys of what a call is about, as far as its ARN tells: the account, which an ARN of S3 leaves out."""
    parts = arn.split(":")
    account = parts[_ACCOUNT] if len(parts) > _ACCOUNT else ""
    return {"aws:ResourceAccount": account} if account else {}
