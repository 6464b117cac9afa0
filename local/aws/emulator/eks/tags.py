"""Tags of everything EKS has an ARN for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster, Document
    from local.aws.emulator.rest_json.service import Call

_ARN_MEMBERS = ("arn", "nodegroupArn", "addonArn", "accessEntryArn", "associationArn", "fargateProfileArn")
MOST_TAGS = 50


def check_tags(tags: Mapping[str, str] | Iterable[str], code: str) -> None:
    """Refuse keys that AWS keeps for itself (EKS User Guide, eks-using-tags)."""
    for key in tags:
        if key.lower().startswith("aws:"):
            message = f"Tag keys must not begin with aws:, which is reserved for AWS use: {key}"
            raise ServiceError(code, message)


def tag(eks: Eks, call: Call, params: dict[str, Any]) -> None:
    """TagResource."""
    document = _find(eks, call, params["resourceArn"])
    check_tags(params["tags"], "BadRequestException")
    tags: dict[str, str] = {**(document.get("tags") or {}), **params["tags"]}
    if len(tags) > MOST_TAGS:
        raise ServiceError("BadRequestException", f"A resource can have at most {MOST_TAGS} tags")
    document["tags"] = tags


def untag(eks: Eks, call: Call, params: dict[str, Any]) -> None:
    """UntagResource."""
    document = _find(eks, call, params["resourceArn"])
    check_tags(params["tagKeys"], "BadRequestException")
    tags: dict[str, str] = document.get("tags") or {}
    document["tags"] = {key: value for key, value in tags.items() if key not in params["tagKeys"]}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListTagsForResource."""
    return {"tags": _find(eks, call, params["resourceArn"]).get("tags") or {}}


def _find(eks: Eks, call: Call, arn: str) -> Document:
    for key, cluster in list(eks.clusters.items()):
        if key.account == call.account:
            for document in _documents(cluster):
                if arn in (document.get(member) for member in _ARN_MEMBERS):
                    return document
    raise ServiceError("NotFoundException", f"Resource not found: {arn}")


def _documents(cluster: Cluster) -> Iterator[Document]:
    yield cluster.document
    yield from (group.document for group in list(cluster.node_groups.values()))
    yield from list(cluster.addons.values())
    yield from (entry.document for entry in list(cluster.entries.values()) if entry.listed)
    yield from list(cluster.associations.values())
    yield from list(cluster.fargate_profiles.values())
