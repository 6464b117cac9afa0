"""The environment that a container's spec asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.control_plane.kubelet import fields
from local.control_plane.kubelet.sources import MissingError, Sources
from local.control_plane.kubelet.translation import expand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.control_plane.kubelet.fields import Place

Document = dict[str, Any]

_KINDS = (("configMapRef", "configMapKeyRef", "ConfigMap"), ("secretRef", "secretKeyRef", "Secret"))


def environment(
    pod: Document, container: Document, place: Place, sources: Sources, given: Mapping[str, str]
) -> dict[str, str]:
    """Return the container's variables: `envFrom`, then `env`, which may refer to earlier ones and to `given`.

    Raises MissingError for a ConfigMap, Secret or key that is not there and not optional.
    """
    variables: dict[str, str] = {}
    for entry in container.get("envFrom", []):
        variables |= _from(entry, sources)
    for entry in container.get("env", []):
        name: str = entry["name"]
        if "valueFrom" in entry:
            value = _value(entry["valueFrom"], pod, container, place, sources)
            if value is not None:
                variables[name] = value
        else:
            variables[name] = expand(entry.get("value", ""), {**given, **variables})
    return variables


def _from(entry: Document, sources: Sources) -> dict[str, str]:
    prefix = entry.get("prefix", "")
    for reference, _, kind in _KINDS:
        if reference in entry:
            data = _read(kind, entry[reference], sources) or {}
            return {prefix + key: value.decode(errors="replace") for key, value in data.items()}
    return {}


def _value(source: Document, pod: Document, container: Document, place: Place, sources: Sources) -> str | None:
    if "fieldRef" in source:
        return fields.field(pod, source["fieldRef"]["fieldPath"], place)
    if "resourceFieldRef" in source:
        return fields.resource(pod, source["resourceFieldRef"], place, container["name"])
    for _, reference, kind in _KINDS:
        if reference in source:
            return _key(kind, source[reference], sources, pod["metadata"]["namespace"])
    raise MissingError(f"the embedded cloud has no such source of a variable: {', '.join(source)}")


def _key(kind: str, reference: Document, sources: Sources, namespace: str) -> str | None:
    data = _read(kind, reference, sources)
    if data is not None and reference["key"] in data:
        return data[reference["key"]].decode(errors="replace")
    if reference.get("optional"):
        return None
    raise MissingError(f"couldn't find key {reference['key']} in {kind} {namespace}/{reference['name']}")


def _read(kind: str, reference: Document, sources: Sources) -> dict[str, bytes] | None:
    read = sources.config_map if kind == "ConfigMap" else sources.secret
    return read(reference["name"], optional=bool(reference.get("optional")))
