"""Which pod templates of a tenant EMR takes.

Source: EMR on EKS guide, "Pod template fields": the fields, the reserved names and two of the messages; the other
messages are made after them. Where the guide says that paths must not overlap we take it by the word: neither may
lie inside the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from local.spark.container.refusal import Refusal
from local.spark.container.template_shape import items, mapping, misshapen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.spark.container.template_shape import Document

MAIN = {"Driver": "spark-kubernetes-driver", "Executor": "spark-kubernetes-executor"}
"""Name of Spark's container in the pods of each component, as in EMR's own templates (the guide prints a plural)."""
VOLUMES = frozenset(
    {
        "config-volume",
        "emr-container-application-log-dir",
        "emr-container-communicate",
        "emr-container-event-log-dir",
        "emr-container-s3",
        "home-dir",
        "mnt-dir",
        "temp-data-dir",
    }
)
"""Names of volumes that EMR defines."""
MOUNTS = ("/var/log/fluentd", "/var/log/spark/user", "/var/log/spark/apps", "/mnt", "/tmp", "/home/hadoop")  # noqa: S108
"""Where EMR mounts them in Spark's container."""
VARIABLES = frozenset(
    {"K8S_SPARK_LOG_URL_STDERR", "K8S_SPARK_LOG_URL_STDOUT", "SIDECAR_SIGNAL_FILE", "SPARK_CONTAINER_ID"}
)
"""Variables that EMR sets in Spark's container."""
_TOP = frozenset({"apiVersion", "kind", "metadata", "spec"})
_SPEC = frozenset(
    {
        "activeDeadlineSeconds",
        "affinity",
        "containers",
        "enableServiceLinks",
        "ephemeralContainers",
        "hostAliases",
        "hostname",
        "imagePullSecrets",
        "initContainers",
        "nodeName",
        "nodeSelector",
        "overhead",
        "preemptionPolicy",
        "priority",
        "priorityClassName",
        "readinessGates",
        "restartPolicy",
        "runtimeClassName",
        "schedulerName",
        "subdomain",
        "terminationGracePeriodSeconds",
        "tolerations",
        "topologySpreadConstraints",
        "volumes",
    }
)
_CONTAINER = frozenset(
    {
        "env",
        "envFrom",
        "name",
        "lifecycle",
        "livenessProbe",
        "readinessProbe",
        "resources",
        "startupProbe",
        "stdin",
        "stdinOnce",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "tty",
        "volumeDevices",
        "volumeMounts",
        "workingDir",
    }
)


def read(text: str, component: str, uri: str) -> Document:
    """A template of a tenant for component `Driver` or `Executor`, checked.

    Raises:
        Refusal: it is no pod template, or EMR does not take it; the text has the service's words.
    """
    try:
        template: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Refusal(f"{component} pod template {uri} is not valid YAML: {error}") from error
    wrong = misshapen(template)
    if wrong:
        raise Refusal(f"{component} pod template {uri} is no pod: {wrong}.")
    faults = [*_field_faults(template, component), *_reserved_faults(template, component)]
    if faults:
        raise Refusal("\n".join((f"{component} pod template validation failed.", *faults)))
    return template


def main_container(template: Document, component: str) -> Document:
    """Spark's container in a template; empty if the template has none."""
    containers = items(mapping(template, "spec"), "containers")
    found = [each for each in containers if each.get("name") == MAIN[component]]
    return found[0] if found else {}


def _field_faults(template: Document, component: str) -> Iterator[str]:
    for name in sorted(template.keys() - _TOP, key=str):
        yield f"Field {name} in pod not allowed but specified."
    for name in sorted(mapping(template, "spec").keys() - _SPEC, key=str):
        yield f"Field spec.{name} in pod not allowed but specified."
    for name in sorted(main_container(template, component).keys() - _CONTAINER, key=str):
        yield f"Field container.{name} in Spark main container not allowed but specified."


def _reserved_faults(template: Document, component: str) -> Iterator[str]:
    main = main_container(template, component)
    if VOLUMES & _values(items(mapping(template, "spec"), "volumes"), "name"):
        yield f"Defined volume name must not overlap with reserved volume names: [{', '.join(sorted(VOLUMES))}]"
    if any(_overlaps(path) for path in _values(items(main, "volumeMounts"), "mountPath")):
        yield (
            "Defined volume mount path on main container must not overlap with reserved mount paths: "
            f"[{', '.join(MOUNTS)}]"
        )
    if VARIABLES & _values(items(main, "env"), "name"):
        names = ", ".join(sorted(VARIABLES))
        yield f"Defined environment variable on main container must not overlap with reserved variables: [{names}]"


def _values(documents: list[Document], key: str) -> set[str]:
    return {str(each[key]) for each in documents if key in each}


def _overlaps(path: str) -> bool:
    mine = f"{path.rstrip('/')}/"
    return any(mine.startswith(f"{reserved}/") or f"{reserved}/".startswith(mine) for reserved in MOUNTS)
