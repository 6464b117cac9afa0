"""Updates: one at a time on a cluster, finished a moment after they are asked for."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks.core import IN_USE, INVALID, NOT_FOUND, Eks
from local.aws.emulator.eks.state import Cluster, Document, now
from local.aws.emulator.pages import page
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.rest_json.service import Call

UPDATE_SECONDS = 0.2
"""How long an update of a cluster's configuration is in progress."""


def new(kind: str, params: dict[str, Any], **of: str) -> Document:
    """An update that begins now; `of` names the node group or add-on (`nodegroupName`, `addonName`)."""
    return {
        "id": str(uuid.uuid4()),
        "status": "InProgress",
        "type": kind,
        "params": [{"type": name, "value": _text(value)} for name, value in params.items()],
        "createdAt": now(),
        "errors": [],
        **{f"_{name}": value for name, value in of.items()},
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def begin(eks: Eks, cluster: Cluster, kind: str, params: dict[str, Any], apply: Callable[[], None]) -> Document:
    """Begin an update of the cluster itself; `apply` changes its document, which shows the new values at once.

    Raises:
        ServiceError: ResourceInUseException, while another update is in progress.
    """
    with eks.lock:
        for other in cluster.updates.values():
            if other["status"] == "InProgress" and "_nodegroupName" not in other and "_addonName" not in other:
                message = (
                    f"Cannot {kind} because cluster {cluster.key.name} currently has update {other['id']} in progress"
                )
                raise ServiceError(IN_USE, message, clusterName=cluster.key.name)
        update = new(kind, params)
        cluster.updates[update["id"]] = update
        cluster.document["status"] = "UPDATING"
        apply()
    eks.background.start(f"update of {cluster.key.name}", finish, eks, cluster, update)
    return {"update": dict(update)}


def finish(eks: Eks, cluster: Cluster, update: Document) -> None:
    """Bring an update of the cluster itself to its end."""
    eks.background.pause(UPDATE_SECONDS)
    with eks.lock:
        update["status"] = "Successful"
        cluster.document["status"] = "ACTIVE"


def describe(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """DescribeUpdate."""
    cluster = eks.cluster(call, params["name"])
    update = cluster.updates.get(params["updateId"])
    if update is None or not _is_of(update, params):
        message = f"No update found for ID: {params['updateId']}"
        raise ServiceError(NOT_FOUND, message, clusterName=cluster.key.name)
    return {"update": update}


def list_all(eks: Eks, call: Call, params: dict[str, Any]) -> Document:
    """ListUpdates."""
    cluster = eks.cluster(call, params["name"])
    ids = [update["id"] for update in cluster.updates.values() if _is_of(update, params)]
    return page(ids, params, "updateIds", invalid=INVALID)


def _is_of(update: Document, params: dict[str, Any]) -> bool:
    return all(update.get(f"_{name}") == params.get(name) for name in ("nodegroupName", "addonName"))
