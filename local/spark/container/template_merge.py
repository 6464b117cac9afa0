"""One pod template out of EMR's own and a tenant's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.spark.container.pod_templates import MAIN, main_container
from local.spark.container.template_shape import items, mapping

if TYPE_CHECKING:
    from local.spark.container.template_shape import Document

_LISTS = ("initContainers", "volumes")
_MAIN_LISTS = ("env", "envFrom", "volumeMounts", "volumeDevices")


def merge(own: Document, tenant: Document, component: str) -> Document:
    """EMR's template `own` with what a checked template of a tenant adds.

    Lists are put together, EMR's part first; where both say the same field, EMR's value stands. What Spark itself
    sets in a pod it sets over both (Spark documentation, "Running Spark on Kubernetes", "Pod template properties").
    """
    ours, theirs = mapping(own, "spec"), mapping(tenant, "spec")
    spec = {**theirs, **ours}
    for key in _LISTS:
        if key in spec:
            spec[key] = items(ours, key) + items(theirs, key)
    spec["containers"] = [
        _merge_main(main_container(own, component), main_container(tenant, component)),
        *_others(ours, component),
        *_others(theirs, component),
    ]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _merge_metadata(own, tenant), "spec": spec}


def _merge_main(own: Document, tenant: Document) -> Document:
    merged = {**tenant, **own}
    for key in _MAIN_LISTS:
        if key in merged:
            merged[key] = items(own, key) + items(tenant, key)
    return merged


def _merge_metadata(own: Document, tenant: Document) -> Document:
    ours, theirs = mapping(own, "metadata"), mapping(tenant, "metadata")
    merged = {**theirs, **ours}
    for key in ("labels", "annotations"):
        if key in merged:
            merged[key] = {**mapping(theirs, key), **mapping(ours, key)}
    return merged


def _others(spec: Document, component: str) -> list[Document]:
    return [each for each in items(spec, "containers") if each.get("name") != MAIN[component]]
