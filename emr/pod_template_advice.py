"""What EMR on EKS accepts in a pod template although it is not the author's to decide.

EMR restricts the pod and the Spark main container only, so a template may pick another team's nodes, a higher class
or an image from anywhere. A platform has to judge these itself.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from emr.fault import Fault
from emr.pod_template_fields import MAIN_CONTAINER, PRINTED_EXECUTOR
from emr.pod_templates import containers

if TYPE_CHECKING:
    from emr.spark_sizes import Role

Document = dict[str, Any]
"""A template as YAML has it."""

PLATFORM_FIELDS = MappingProxyType(
    {
        "nodeName": "the pod passes by the scheduler, onto any node",
        "nodeSelector": "it chooses whose nodes the pod runs on",
        "affinity": "it chooses whose nodes the pod runs on",
        "tolerations": "the pod may run on nodes that are kept for others",
        "topologySpreadConstraints": "it chooses how pods lie over zones and nodes",
        "priorityClassName": "a higher class pushes out other tenants' pods",
        "priority": "a higher priority pushes out other tenants' pods",
        "preemptionPolicy": "it says whether other tenants' pods are pushed out",
        "schedulerName": "another scheduler may not hold the platform's rules",
        "runtimeClassName": "it chooses how far the pod is kept apart from its node",
        "ephemeralContainers": "a container that is added to a running pod sees what its pod sees",
    }
)
"""Fields of `spec` that EMR allows and a platform decides, with what they can do."""


def advise(template: object, role: Role) -> list[Fault]:
    """What of a template the platform decides, and the executor's name that may not reach it; each under its path.

    None of it makes the job fail by EMR's rules.
    """
    spec: object = cast("Document", template).get("spec") if isinstance(template, dict) else None
    if not isinstance(spec, dict):
        return []
    pod = cast("Document", spec)
    faults = [
        Fault(
            where=f"spec.{key}",
            given=f"{key}: {pod[key]!r}",
            allowed="what the platform gives this tenant",
            why=f"EMR accepts the field, and {why}",
            write=f"the template without {key}, or a value the platform names",
        )
        for key, why in PLATFORM_FIELDS.items()
        if key in pod
    ]
    faults += [fault.within("spec") for fault in _host_paths(pod)]
    return faults + [fault.within("spec") for fault in _printed_name(pod, role)]


def _host_paths(spec: Document) -> list[Fault]:
    volumes: object = spec.get("volumes")
    return [
        Fault(
            where=f"volumes[{index}].hostPath",
            given=f"hostPath: {cast('Document', volume)['hostPath']!r}",
            allowed="volumes that are not the node's",
            why="EMR accepts the volume, and the pod sees the node's files, other tenants' among them",
            write="emptyDir: {}",
        )
        for index, volume in enumerate(cast("list[object]", volumes) if isinstance(volumes, list) else [])
        if isinstance(volume, dict) and "hostPath" in volume
    ]


def _printed_name(spec: Document, role: Role) -> list[Fault]:
    return [
        Fault(
            where=f"{path}.name",
            given=repr(PRINTED_EXECUTOR),
            allowed=MAIN_CONTAINER["executor"],
            why="the guide prints the plural, EMR's own template has the singular: with the plural Spark may add a "
            "second container instead of changing the main one",
            write=MAIN_CONTAINER["executor"],
        )
        for path, container in containers(spec)
        if role == "executor" and path.startswith("containers[") and container.get("name") == PRINTED_EXECUTOR
    ]
