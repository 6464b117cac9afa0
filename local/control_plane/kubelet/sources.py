"""The ConfigMaps and Secrets of a pod, read as its node."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from local.control_plane.api import ApiError

if TYPE_CHECKING:
    from local.control_plane.api import Api

Document = dict[str, Any]


class MissingError(Exception):
    """Something that the pod refers to is not there (yet); the message is a kubelet's."""


class Sources:
    """Reads what a pod of one namespace refers to."""

    def __init__(self, api: Api, namespace: str) -> None:
        """Read with `api`, which is the pod's node: the Node authorizer decides what it may see."""
        self._api = api
        self._namespace = namespace

    def config_map(self, name: str, *, optional: bool) -> dict[str, bytes] | None:
        """Return the data of a ConfigMap; None for an optional one that is not there.

        Raises MissingError for any other, and ApiError when the API server refuses or does not answer.
        """
        found = self._get("configmaps", "configmap", name, optional=optional)
        if found is None:
            return None
        binary = {key: base64.b64decode(value) for key, value in found.get("binaryData", {}).items()}
        return {key: value.encode() for key, value in found.get("data", {}).items()} | binary

    def secret(self, name: str, *, optional: bool) -> dict[str, bytes] | None:
        """Return the data of a Secret; otherwise as `config_map`."""
        found = self._get("secrets", "secret", name, optional=optional)
        return None if found is None else {key: base64.b64decode(value) for key, value in found.get("data", {}).items()}

    def _get(self, collection: str, kind: str, name: str, *, optional: bool) -> Document | None:
        try:
            return self._api.get(f"/api/v1/namespaces/{self._namespace}/{collection}/{name}")
        except ApiError as error:
            if error.reason != "NotFound":
                raise
            if optional:
                return None
            raise MissingError(f'{kind} "{name}" not found') from error
