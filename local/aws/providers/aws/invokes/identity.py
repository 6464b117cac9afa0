"""Who calls, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session

from local.aws.providers.aws import cloud

if TYPE_CHECKING:
    from local.aws.providers.aws.invokes import Call


def caller_identity(call: Call) -> dict[str, Any]:
    """Give account, ARN and id of the caller."""
    found = call.cloud.identity
    account = found["Account"]
    return {"accountId": account, "arn": found["Arn"], "userId": found["UserId"], "id": account}


def default_tags(call: Call) -> dict[str, Any]:
    """Give the provider's default tags."""
    return {"tags": dict(call.cloud.configuration.default_tags), "id": cloud.partition(call.region)}


def partition(call: Call) -> dict[str, Any]:
    """Give the partition of the provider's region."""
    name = cloud.partition(call.region)
    suffix = "amazonaws.com.cn" if name == "aws-cn" else "amazonaws.com"
    reverse = ".".join(reversed(suffix.split(".")))
    return {"partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse, "id": name}


def region(call: Call) -> dict[str, Any]:
    """Give the region's names."""
    name = call.arguments.get("region") or call.arguments.get("name") or call.region
    endpoints: Any = botocore.session.Session().get_data("endpoints")
    described = {code: each["description"] for p in endpoints["partitions"] for code, each in p["regions"].items()}
    return {
        "region": name,
        "name": name,
        "id": name,
        "description": described.get(name, name),
        "endpoint": f"ec2.{name}.{partition(call)['dnsSuffix']}",
    }
