"""An API server's part that the workload talks to: documents by path, in memory."""

from __future__ import annotations

import copy
from typing import Any

from local.control_plane import ApiError


class FakeApi:
    """Keeps documents by path and what was asked of it; refuses where a test says so."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.refusals: dict[tuple[str, str], ApiError] = {}

    def get(self, path: str) -> dict[str, Any]:
        self._ask("get", path)
        return copy.deepcopy(self._find(path))

    def list(self, path: str, labelSelector: str = "", fieldSelector: str = "") -> list[dict[str, Any]]:  # noqa: N803
        self._ask("list", path)
        found = [document for known, document in self.documents.items() if known.rpartition("/")[0] == path]
        if labelSelector:
            key, _, value = labelSelector.partition("=")
            found = [each for each in found if each["metadata"].get("labels", {}).get(key) == value]
        if fieldSelector:
            wanted = dict(pair.split("=") for pair in fieldSelector.split(","))
            found = [each for each in found if wanted["involvedObject.uid"] == each["involvedObject"]["uid"]]
            found = [each for each in found if wanted["reason"] == each["reason"]]
        return copy.deepcopy(found)

    def create(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        self._ask("create", path)
        key = f"{path}/{document['metadata']['name']}"
        if key in self.documents:
            raise ApiError(409, "AlreadyExists", f"{key} already exists")
        stored = copy.deepcopy(document)
        stored["metadata"]["uid"] = f"uid-{len(self.asked)}"
        self.documents[key] = stored
        return copy.deepcopy(stored)

    def patch(self, path: str, change: dict[str, Any], kind: str = "merge") -> dict[str, Any]:
        assert kind == "merge"
        self._ask("patch", path)
        document = self._find(path)
        for section, values in change.items():
            document[section].update(copy.deepcopy(values))
        return copy.deepcopy(document)

    def delete(self, path: str, **parameters: str) -> dict[str, Any]:
        assert parameters.get("propagationPolicy", "Background") == ("Foreground" if "/jobs/" in path else "Background")
        self._ask("delete", path)
        self._find(path)
        return self.documents.pop(path)

    def put(self, collection: str, document: dict[str, Any]) -> None:
        """A document that somebody else made."""
        self.documents[f"{collection}/{document['metadata']['name']}"] = copy.deepcopy(document)

    def names(self, kind: str) -> list[str]:
        """Names of the documents in collections of a kind, such as `pods`."""
        return [path.rpartition("/")[2] for path in self.documents if f"/{kind}/" in path]

    def _ask(self, verb: str, path: str) -> None:
        self.asked.append((verb, path))
        for (refused, end), error in self.refusals.items():
            if verb == refused and path.endswith(end):
                raise error

    def _find(self, path: str) -> dict[str, Any]:
        if path not in self.documents:
            raise ApiError(404, "NotFound", f"{path} not found")
        return self.documents[path]
