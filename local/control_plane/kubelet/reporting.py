"""Writes a pod's status to the API server, and deletes the pod when its time has come."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError

if TYPE_CHECKING:
    from local.control_plane.api import Api
    from local.control_plane.kubelet.nodes import Nodes

Document = dict[str, Any]

_AGAIN_SECONDS = 1


class Reporting:
    """Reports one pod, as its node."""

    def __init__(self, api: Api, nodes: Nodes, pod: Document) -> None:
        """Write with `api`, which is the pod's node."""
        metadata = pod["metadata"]
        self._api = api
        self._nodes = nodes
        self._node: str = pod["spec"]["nodeName"]
        self._path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        self._uid: str = metadata["uid"]
        self._sent: Document | None = None
        self._sent_at = 0.0

    def report(self, pod: Document, status: Document) -> None:
        """Write `status` unless it says what was written last. Raises ApiError."""
        essence = _essence(status)
        if essence == self._sent and not self._is_taken_back(pod, status):
            return
        # Lists that would be merged by address; a pod has one address, also when it got another.
        replaced = {key: [{"$patch": "replace"}, *status[key]] for key in ("podIPs", "hostIPs") if status.get(key)}
        change = {"metadata": {"uid": self._uid}, "status": status | replaced}
        try:
            self._api.patch(f"{self._path}/status", change, "strategic")
        except ApiError as error:
            if error.reason not in {"NotFound", "Conflict"}:  # it is gone, which the watch will tell
                raise
        self._sent, self._sent_at = essence, time.monotonic()

    def delete(self) -> None:
        """Remove the pod's object, its containers having ended. Raises ApiError."""
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": self._uid}}
        try:
            self._api.delete(self._path, options)
        except ApiError as error:
            if error.reason not in {"NotFound", "Conflict"}:
                raise

    def _is_taken_back(self, pod: Document, status: Document) -> bool:
        """Whether the node lifecycle controller, the node having been away, has said that the pod is not ready."""
        if time.monotonic() < self._sent_at + _AGAIN_SECONDS or not self._nodes.is_ready(self._node):
            return False
        return _is_ready(status) and not _is_ready(pod.get("status", {}))


def _is_ready(status: Document) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions", []))


def _essence(status: Document) -> Document:
    """Return the status without the times of its conditions."""
    essence = copy.deepcopy(status)
    for condition in essence["conditions"]:
        condition.pop("lastTransitionTime")
    return essence
