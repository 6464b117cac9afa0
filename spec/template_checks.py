"""What is checked about the pod templates that a tenant adds to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from emr import registries
from emr.fault import Fault
from emr.pod_template_advice import advise
from emr.pod_templates import check_template, containers
from spec.templates import DO_NOT_DISRUPT, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.place import Place
    from spec.tenant import TenantSpec

Document = dict[str, Any]
"""A template as YAML has it."""


def check_pod_templates(tenant: TenantSpec, place: Place) -> list[Fault]:
    """What of a tenant's templates EMR, Spark or admission would refuse, and what the platform decides in its stead."""
    faults = [*_check_zone(tenant.pod_templates.zone, place.region)]
    for role in ROLES:
        own: Document = getattr(tenant.pod_templates, role)
        found = [*_check_plain(own)]
        found = found or [
            *check_template(own, role),
            *_check_parts(own),
        ]
        found = found or [*advise(own, role), *_check_annotation(own), *_check_images(own, tenant, place)]
        faults += [fault.within(role) for fault in found]
    return faults


def _check_zone(zone: str | None, region: str) -> Iterator[Fault]:
    if zone is not None and not re.fullmatch(rf"{region}[a-z]", zone):
        yield Fault(
            where="zone",
            given=repr(zone),
            allowed=f"an availability zone of {region}",
            why="pods that choose a zone that has no node wait for ever",
            write=f"{region}a",
        )


def _check_plain(own: Document) -> Iterator[Fault]:
    try:
        json.dumps(own)
    except (TypeError, ValueError) as error:
        yield Fault(
            given="a value that is no text, number, truth value, list or mapping",
            allowed="what JSON can say",
            why=f"Kubernetes knows nothing else: {error}",
            write="the value in quotes: YAML reads dates and times without them",
        )


def _check_parts(own: Document) -> Iterator[Fault]:
    metadata: object = own.get("metadata")
    parts: list[tuple[str, object]] = [("metadata", metadata)]
    if isinstance(metadata, dict):
        held = cast("Document", metadata)
        parts += [(f"metadata.{name}", held.get(name)) for name in ("labels", "annotations")]
    for where, value in parts:
        if value is not None and not isinstance(value, dict):
            yield Fault(
                where=where,
                given=repr(value),
                allowed="a mapping",
                why="Kubernetes wants keys and values here",
                write=f"{where.rpartition('.')[2]}: {{}}",
            )


def _check_annotation(own: Document) -> Iterator[Fault]:
    metadata: Document = own.get("metadata") or {}
    annotations: Document = metadata.get("annotations") or {}
    if DO_NOT_DISRUPT in annotations:
        yield Fault(
            where=f"metadata.annotations[{DO_NOT_DISRUPT!r}]",
            given=repr(annotations[DO_NOT_DISRUPT]),
            allowed="what the platform gives: true on drivers, nothing on executors",
            why="a pod with it holds its node for as long as it runs",
            write="the template without this annotation",
        )


def _check_images(own: Document, tenant: TenantSpec, place: Place) -> Iterator[Fault]:
    if place.region not in registries.EMR:
        return  # reported where the Region is
    allowed = (registries.host(registries.EMR[place.region], place.region), *tenant.registries)
    for path, container in containers(own.get("spec") or {}):
        image = container.get("image")
        if image is not None and not str(image).startswith(tuple(f"{each}/" for each in allowed)):
            yield Fault(
                where=f"spec.{path}.image",
                given=repr(image),
                allowed=f"images from {', '.join(allowed)}",
                why="admission refuses a pod with an image from elsewhere, and the job fails",
                write="an image from there, or its registry under registries",
            )
