"""What of a pod template EMR on EKS, Spark or Kubernetes would refuse.

Source: EMR on EKS Development Guide, "Using pod templates". That a mount above a reserved path overlaps it too is our
reading.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from emr.fault import Fault
from emr.nearest import nearest
from emr.pod_template_fields import (
    MAIN_CONTAINER,
    MAIN_CONTAINER_FIELDS,
    POD_FIELDS,
    PRINTED_EXECUTOR,
    RESERVED_CONTAINERS,
    RESERVED_ENVIRONMENT,
    RESERVED_MOUNT_PATHS,
    RESERVED_VOLUMES,
    TOP_FIELDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emr.spark_sizes import Role

Document = dict[str, Any]
"""A template, or a part of one, as YAML has it."""

_CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")


def check_template(template: object, role: Role) -> list[Fault]:
    """What of a template EMR, Spark or Kubernetes would refuse, each fault under its path."""
    if not isinstance(template, dict):
        return [_fault("", f"{type(template).__name__}", "a mapping", "a template is a pod", "kind: Pod")]
    document = cast("Document", template)
    spec: object = document.get("spec")
    words = f"{role.capitalize()} pod template validation failed."
    faults = [*_check_fields(document, TOP_FIELDS, words)]
    if document.get("kind", "Pod") != "Pod":
        faults.append(_fault("kind", repr(document["kind"]), "Pod", "Spark reads a pod, nothing else", "kind: Pod"))
    if spec is None:
        return faults
    if not isinstance(spec, dict):
        return [*faults, _fault("spec", type(spec).__name__, "a mapping", "it holds the pod's fields", "spec: {}")]
    return faults + [fault.within("spec") for fault in _check_spec(cast("Document", spec), role)]


def is_main(container: Document, role: Role) -> bool:
    """Say whether a container of a template is the main one, by either of its names."""
    name = _name(container)
    return name == MAIN_CONTAINER[role] or (role == "executor" and name == PRINTED_EXECUTOR)


def containers(spec: Document) -> Iterator[tuple[str, Document]]:
    """All containers of a pod with their paths, whatever their kind."""
    for key in _CONTAINER_LISTS:
        yield from _items(spec, key)


def _check_spec(spec: Document, role: Role) -> Iterator[Fault]:
    yield from _check_fields(spec, POD_FIELDS, f"{role.capitalize()} pod template validation failed.")
    for key in (*_CONTAINER_LISTS, "volumes"):
        yield from _check_list(spec, key)
    volumes = [(path, _name(volume)) for path, volume in _items(spec, "volumes")]
    for path, name in volumes:
        if name in RESERVED_VOLUMES:
            why = "EMR defines this volume itself; mount it where you need it, without defining it"
            yield _fault(f"{path}.name", repr(name), "a name that EMR has not taken", why, f"my-{name}")
    declared = {name for _, name in volumes} | set(RESERVED_VOLUMES)
    for path, container in containers(spec):
        yield from (fault.within(path) for fault in _check_mounts(container, declared))
        if path.startswith("containers") and is_main(container, role):
            yield from (fault.within(path) for fault in _check_main(container, role))
    yield from _check_names(spec)


def _check_main(container: Document, role: Role) -> Iterator[Fault]:
    words = f"{role.capitalize()} pod template validation failed. Field container.{{}} in Spark main container "
    yield from _check_fields(container, MAIN_CONTAINER_FIELDS, f"{words}not allowed but specified.")
    for path, mount in _items(container, "volumeMounts"):
        yield from (fault.within(path) for fault in _check_main_mount(mount))
    for path, variable in _items(container, "env"):
        if _name(variable) in RESERVED_ENVIRONMENT:
            why = "EMR gives the main container this variable; the job fails"
            yield _fault(f"{path}.name", repr(_name(variable)), "other variables", why, "another name")


def _check_main_mount(mount: Document) -> Iterator[Fault]:
    path, volume = str(mount.get("mountPath", "")), _name(mount)
    reserved = ", ".join(RESERVED_MOUNT_PATHS)
    if any(_overlap(path, taken) for taken in RESERVED_MOUNT_PATHS):
        words = f"Defined volume mount path on main container must not overlap with reserved mount paths: [{reserved}]"
        yield _fault("mountPath", repr(path), f"a path apart from {reserved}", f"the job fails: {words}", "/var/data")
    elif volume in RESERVED_VOLUMES:
        why = "EMR mounts its volumes in the main container itself; only other containers may mount them again"
        yield _fault("name", repr(volume), "a volume of your own", why, "the main container without this mount")


def _check_names(spec: Document) -> Iterator[Fault]:
    names = [(path, _name(container)) for path, container in containers(spec)]
    twice = Counter(name for _, name in names)
    for path, name in names:
        if not name:
            yield _fault(path, "a container without name", "a name", "Kubernetes wants one", "name: my-sidecar")
        elif name in RESERVED_CONTAINERS:
            why = "EMR adds a container of this name"
            yield _fault(f"{path}.name", repr(name), "another name", why, f"my-{name}")
        elif twice[name] > 1:
            why = "Kubernetes refuses a pod with two containers of one name"
            yield _fault(f"{path}.name", f"{name!r} twice", "one container of a name", why, "another name")


def _check_mounts(container: Document, declared: set[str]) -> Iterator[Fault]:
    for path, mount in _items(container, "volumeMounts"):
        name = _name(mount)
        if name not in declared:
            known = [each for each in declared if each]
            why = "Kubernetes refuses a pod that mounts a volume it does not have"
            write = nearest(name, known) or f"{name} under spec.volumes"
            yield _fault(f"{path}.name", repr(name), "a volume of spec.volumes, or one that EMR defines", why, write)


def _check_fields(document: Document, allowed: tuple[str, ...], words: str) -> Iterator[Fault]:
    for key in document:
        if key not in allowed:
            near = nearest(str(key), allowed)
            write = f"the template without {key}"
            yield _fault(
                str(key),
                f"field {key}",
                ", ".join(allowed),
                f"EMR allows no other; the job fails: {words.format(key)}",
                f"{near}, if that is meant; else {write}" if near else write,
            )


def _check_list(spec: Document, key: str) -> Iterator[Fault]:
    value: object = spec.get(key)
    if value is None:
        return
    if not isinstance(value, list):
        yield _fault(key, type(value).__name__, "a list", "Kubernetes wants a list here", f"{key}: []")
        return
    for index, item in enumerate(cast("list[object]", value)):
        if not isinstance(item, dict):
            yield _fault(f"{key}[{index}]", repr(item), "a mapping", "each has a name", "name: ...")


def _items(document: Document, key: str) -> Iterator[tuple[str, Document]]:
    """The mappings of a list with their paths; what is no list or mapping is reported elsewhere."""
    value: object = document.get(key)
    if isinstance(value, list):
        for index, item in enumerate(cast("list[object]", value)):
            if isinstance(item, dict):
                yield f"{key}[{index}]", cast("Document", item)


def _name(document: Document) -> str:
    name: object = document.get("name")
    return name if isinstance(name, str) else "" if name is None else repr(name)


def _overlap(path: str, reserved: str) -> bool:
    one, other = posixpath.normpath("/" + path.lstrip("/")).rstrip("/") + "/", reserved + "/"
    return one.startswith(other) or other.startswith(one)


def _fault(where: str, given: str, allowed: str, why: str, write: str) -> Fault:
    return Fault(where=where, given=given, allowed=allowed, why=why, write=write)
