"""A control plane that only pretends: documents by path, RBAC from a table, the real authenticator."""

from __future__ import annotations

import json
from typing import Any

from local.aws.emulator.eks.authenticator import Authenticator
from local.aws.emulator.eks.rules import covered
from local.control_plane import ApiError
from local.control_plane.kwok import NETWORK


class FakeApi:
    """Keeps documents by path; nodes become Ready with the network plugin, pods with a Ready node."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}

    def get(self, path: str) -> dict[str, Any]:
        if path == "/version":
            return {"gitVersion": "v1.35.5"}
        if path not in self.documents:
            raise ApiError(404, "NotFound", f"{path} not found")
        document = self.documents[path]
        if "/deployments/" in path:
            ready = document["spec"]["replicas"] if any(map(is_ready, self.list("/api/v1/nodes"))) else 0
            document["status"] = {"readyReplicas": ready}
        return document

    def list(self, path: str, **_: str) -> list[dict[str, Any]]:
        return [document for known, document in self.documents.items() if known.startswith(f"{path}/")]

    def create(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        key = f"{path}/{document['metadata']['name']}"
        if key in self.documents:
            raise ApiError(409, "AlreadyExists", f"{key} exists")
        self.documents[key] = json.loads(json.dumps(document))
        return document

    def apply(self, path: str, document: dict[str, Any], *, manager: str) -> dict[str, Any]:
        self.documents[path] = json.loads(json.dumps({**document, "manager": manager}))
        return document

    def replace(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        self.documents[path] = document
        return document

    def patch(self, path: str, change: dict[str, Any], kind: str = "merge") -> dict[str, Any]:
        assert kind == "merge"
        document = self.get(path.removesuffix("/status"))
        merge(document, change)
        if document["kind"] == "Node":
            network = document["metadata"]["annotations"].get(NETWORK) == "ready"
            document["status"]["conditions"] = [{"type": "Ready", "status": str(network)}]
        return document

    def delete(self, path: str, **selector: str) -> dict[str, Any]:
        if "fieldSelector" in selector:  # of a collection, such as the leases of a node: none are kept here
            return {}
        self.get(path)
        return self.documents.pop(path)


def merge(document: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if value is None:
            document.pop(key, None)
        elif isinstance(value, dict):
            merge(document.setdefault(key, {}), value)
        else:
            document[key] = value


def is_ready(node: dict[str, Any]) -> bool:
    return node["status"]["conditions"][0]["status"] == "True"


class UserApi:
    """What a user of the fake cluster sees: RBAC from `grants`, then the authorizing webhook."""

    def __init__(self, plane: FakeControlPlane, token: str) -> None:
        self.plane = plane
        self.user = plane.authenticator.authenticate(token)

    def get(self, path: str) -> dict[str, Any]:
        if self.user is None:
            raise ApiError(401, "Unauthorized", "Unauthorized")
        namespace = path.rsplit("/", 1)[1]
        asked = {"verb": "get", "group": "", "resource": "namespaces", "name": namespace, "namespace": namespace}
        if not self.allowed(asked):
            raise ApiError(403, "Forbidden", "forbidden")
        return self.plane.api.get(path)

    def create(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("selfsubjectrulesreviews"):
            return {"status": {"resourceRules": self.rules(document["spec"]["namespace"])}}
        return {"status": {"allowed": self.allowed(document["spec"]["resourceAttributes"])}}

    def rules(self, namespace: str) -> list[dict[str, Any]]:
        assert self.user is not None
        return self.plane.grants.get((self.user.name, namespace), [])

    def allowed(self, asked: dict[str, Any]) -> bool:
        assert self.user is not None
        spec = {"user": self.user.name, "extra": dict(self.user.extra), "resourceAttributes": asked}
        return covered(self.rules(asked["namespace"]), spec) or self.plane.authenticator.authorize(spec)


class FakeControlPlane:
    """Stands for local.control_plane.ControlPlane."""

    def __init__(self, cluster: Any) -> None:
        self.endpoint = "https://127.0.0.1:1"
        self.certificate_authority = "PEM"
        self.api: Any = FakeApi()
        self.grants: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.authenticator = Authenticator(cluster, lambda: self.api)
        self.life: list[str] = []
        self.defined: set[str] = set()
        self.failure: Exception | None = None

    def start(self) -> None:
        if self.failure:
            raise self.failure
        self.life.append("started")

    def stop(self) -> None:
        self.life.append("stopped")

    def delete(self) -> None:
        self.life.append("deleted")

    def define(self, *plurals: str) -> None:
        self.defined.update(plurals)

    def undefine(self, *plurals: str) -> None:
        self.defined.difference_update(plurals)

    def as_user(self, token: str) -> UserApi:
        return UserApi(self, token)
