"""Access to the parts of a pod template, and whether they are of the kinds that a pod's parts are."""

from __future__ import annotations

from typing import Any, cast

Document = dict[str, Any]

_NAMED = ("labels", "annotations")
_LISTS = ("containers", "initContainers", "volumes")
_CONTAINER_LISTS = ("env", "envFrom", "volumeMounts", "volumeDevices")


def mapping(document: Document, key: str) -> Document:
    """A mapping in a document; empty where it is not there."""
    value: Any = document.get(key)
    return cast("Document", value) if isinstance(value, dict) else {}


def items(document: Document, key: str) -> list[Document]:
    """A list of mappings in a document; empty where it is not there."""
    value: Any = document.get(key)
    return [cast("Document", each) for each in cast("list[Any]", value)] if isinstance(value, list) else []


def misshapen(template: Any) -> str:
    """The first part of a template that is of another kind than a pod's; empty for none."""
    if not isinstance(template, dict):
        return "the template must be a mapping"
    pod = cast("Document", template)
    metadata, spec = mapping(pod, "metadata"), mapping(pod, "spec")
    wrong = [key for key in ("metadata", "spec") if not isinstance(pod.get(key) or {}, dict)]
    wrong += [f"metadata.{key}" for key in _NAMED if not isinstance(metadata.get(key) or {}, dict)]
    if wrong:
        return f"{wrong[0]} must be a mapping"
    wrong = [f"spec.{key}" for key in _LISTS if not _is_list(spec.get(key))]
    wrong = wrong or [
        f"{key} of container {container.get('name')}"
        for container in items(spec, "containers")
        for key in _CONTAINER_LISTS
        if not _is_list(container.get(key))
    ]
    return f"{wrong[0]} must be a list of mappings" if wrong else ""


def _is_list(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and all(isinstance(each, dict) for each in cast("list[Any]", value))
