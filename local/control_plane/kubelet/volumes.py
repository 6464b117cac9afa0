"""The volumes of a pod as folders.

ConfigMaps and Secrets are written once, when the pod starts: a change of theirs does not reach a running pod, where
a real kubelet brings it within a minute or two. Tokens are renewed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from local.control_plane.kubelet import fields
from local.control_plane.kubelet.sources import MissingError, Sources

if TYPE_CHECKING:
    from pathlib import Path

    from local.control_plane.kubelet.fields import Place

Document = dict[str, Any]

_CONTENT = ("configMap", "secret", "projected", "downwardAPI")


class Tokens(Protocol):
    """Makes service-account tokens for one pod."""

    def token(self, audience: str, seconds: int) -> str:
        """Return a token for `audience` (empty: the API server) that is good for `seconds` from now."""
        ...


def refusal(pod: Document) -> str:
    """Return why the pod's volumes cannot be had here, empty if they can."""
    for volume in pod["spec"].get("volumes", []):
        kind = _kind(volume)
        if kind != "emptyDir" and kind not in _CONTENT:
            return (
                f'volume "{volume["name"]}" is of type {kind}: the embedded cloud has none. It has emptyDir, '
                "configMap, secret, projected and downwardAPI"
            )
    return ""


def write(folder: Path, volume: Document, pod: Document, *, place: Place, sources: Sources, tokens: Tokens) -> None:
    """Make the volume at `folder`, or bring its files up to date.

    Raises MissingError for a ConfigMap, Secret or key that is not there and not optional, ApiError when the API
    server refuses to show it or does not answer.
    """
    files = content(volume, pod, place, sources, tokens)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.write_bytes(data)
        unfinished.replace(path)


def content(volume: Document, pod: Document, place: Place, sources: Sources, tokens: Tokens) -> dict[str, bytes]:
    """Return the volume's files by path; none for an emptyDir."""
    kind = _kind(volume)
    if kind == "emptyDir":
        return {}
    parts: list[Document] = volume[kind].get("sources", []) if kind == "projected" else [volume]
    files: dict[str, bytes] = {}
    for part in parts:
        files |= _part(part, pod, place, sources, tokens)
    return files


def has_token(volume: Document) -> bool:
    """Whether the volume holds a token, which must be renewed."""
    return any("serviceAccountToken" in part for part in volume.get("projected", {}).get("sources", []))


def _part(part: Document, pod: Document, place: Place, sources: Sources, tokens: Tokens) -> dict[str, bytes]:
    if "configMap" in part:
        reference = part["configMap"]
        data = sources.config_map(reference["name"], optional=bool(reference.get("optional")))
        return _selected("configmap", reference["name"], reference, data)
    if "secret" in part:
        reference = part["secret"]
        name = reference.get("secretName") or reference["name"]  # of a volume, or of a projected part
        return _selected("secret", name, reference, sources.secret(name, optional=bool(reference.get("optional"))))
    if "serviceAccountToken" in part:
        wanted = part["serviceAccountToken"]
        token = tokens.token(wanted.get("audience", ""), wanted.get("expirationSeconds", 3600))
        return {wanted["path"]: token.encode()}
    if "downwardAPI" in part:
        return {item["path"]: _item(item, pod, place).encode() for item in part["downwardAPI"].get("items", [])}
    raise MissingError(f"the embedded cloud has no such part of a projected volume: {', '.join(part)}")


def _item(item: Document, pod: Document, place: Place) -> str:
    if "fieldRef" in item:
        return fields.field(pod, item["fieldRef"]["fieldPath"], place)
    return fields.resource(pod, item["resourceFieldRef"], place)


def _selected(kind: str, name: str, reference: Document, data: dict[str, bytes] | None) -> dict[str, bytes]:
    """Return the files for the keys that `items` names, or for all."""
    if data is None:
        return {}
    items: list[Document] = reference.get("items", [])
    if not items:
        return data
    missing = [item["key"] for item in items if item["key"] not in data]
    if missing and not reference.get("optional"):
        raise MissingError(f'{kind} "{name}" references non-existent config key: {missing[0]}')
    return {item["path"]: data[item["key"]] for item in items if item["key"] in data}


def _kind(volume: Document) -> str:
    return next((key for key in volume if key != "name"), "emptyDir")
