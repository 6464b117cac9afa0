"""The aws-auth ConfigMap: who it lets in, read as aws-iam-authenticator reads it (pkg/mapper/configmap)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.principals import Caller

LOG = logging.getLogger(__name__)
PATH = "/api/v1/namespaces/kube-system/configmaps/aws-auth"


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """Whom an entry makes of a principal, with its templates filled in."""

    username: str
    """Kubernetes user name."""
    groups: tuple[str, ...]
    """Kubernetes groups."""


def lookup(api: Any, caller: Caller) -> Mapping | None:
    """Find what the ConfigMap maps a caller to; None without ConfigMap or entry.

    A part that is no YAML list maps nobody: the authenticator logs it and drops what it knew.
    """
    data = _data(api)
    for entry in _entries(data, "mapRoles"):
        if caller.is_role and _same(entry.get("rolearn"), canonical_arn(caller)):
            return _filled(entry, caller)
    for entry in _entries(data, "mapUsers"):
        if not caller.is_role and _same(entry.get("userarn"), caller.principal_arn):
            return _filled(entry, caller)
    if caller.account in [str(account) for account in _listed(data, "mapAccounts")]:
        return Mapping(username=canonical_arn(caller), groups=())
    return None


def canonical_arn(caller: Caller) -> str:
    """The ARN the authenticator compares: of the user, or of the role, which STS tells without its path."""
    return f"arn:aws:iam::{caller.account}:role/{caller.name}" if caller.is_role else caller.principal_arn


def maps_role(api: Any, account: str, role: str) -> bool:
    """Say whether an entry for a role of this name (an ARN without path) is there."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    return any(_same(entry.get("rolearn"), arn) for entry in _entries(_data(api), "mapRoles"))


def add_node_role(api: Any, arn: str) -> None:
    """Add the entry of a node role, as EKS does for a node group of a cluster in mode CONFIG_MAP."""
    account, name = arn.split(":")[4], arn.rsplit("/", 1)[1]
    entry = {
        "rolearn": f"arn:aws:iam::{account}:role/{name}",
        "username": "system:node:{{EC2PrivateDNSName}}",
        "groups": ["system:bootstrappers", "system:nodes"],
    }
    if maps_role(api, account, name):
        return
    try:
        document: dict[str, Any] = api.get(PATH)
    except ApiError as error:
        if error.reason != "NotFound":
            raise
        metadata = {"name": "aws-auth", "namespace": "kube-system"}
        new = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"mapRoles": _text([entry])}}
        api.create(PATH.rsplit("/", 1)[0], new)
        return
    entries = [*_entries(document.get("data") or {}, "mapRoles"), entry]
    document["data"] = {**(document.get("data") or {}), "mapRoles": _text(entries)}
    api.replace(PATH, document)


def _text(entries: list[dict[str, Any]]) -> str:
    return yaml.safe_dump(entries, sort_keys=False)


def _data(api: Any) -> dict[str, str]:
    try:
        return api.get(PATH).get("data") or {}
    except ApiError as error:
        if error.reason == "NotFound":
            return {}
        raise


def _listed(data: dict[str, str], part: str) -> list[Any]:
    try:
        found: Any = yaml.safe_load(data.get(part, ""))
    except yaml.YAMLError as error:
        LOG.warning("aws-auth: %s cannot be parsed: %s", part, error)
        return []
    return found if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType]


def _entries(data: dict[str, str], part: str) -> list[dict[str, Any]]:
    found = _listed(data, part)
    if all(isinstance(entry, dict) for entry in found):
        return found
    LOG.warning("aws-auth: %s holds something else than entries", part)
    return []


def _same(arn: Any, wanted: str) -> bool:
    """ARNs are compared without case (aws-iam-authenticator, pkg/mapper/configmap)."""
    return isinstance(arn, str) and arn.lower() == wanted.lower()


def _filled(entry: dict[str, Any], caller: Caller) -> Mapping | None:
    groups: Any = entry.get("groups") or []
    if not entry.get("username"):
        return None
    return Mapping(
        username=fill(str(entry["username"]), caller),
        groups=tuple(fill(str(group), caller) for group in groups),
    )


def fill(template: str, caller: Caller) -> str:
    """Fill in a username template (EKS User Guide, creating-access-entries).

    An instance's session is named by its id; its private DNS name would need EC2, so a node's is its id.
    """
    session = caller.session_name.replace("@", "-")
    values = {
        "{{AccountID}}": caller.account,
        "{{SessionName}}": session,
        "{{SessionNameRaw}}": caller.session_name,
        "{{EC2PrivateDNSName}}": session,
        "{{AccessKeyID}}": caller.access_key_id,
    }
    for name, value in values.items():
        template = template.replace(name, value)
    return template
