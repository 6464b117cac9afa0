"""What EMR on EKS allows in a pod template, and the names it has already taken.

Source: EMR on EKS Development Guide, "Using pod templates", "Pod template fields". The guide prints the executor's
main container as `spark-kubernetes-executors`; EMR's own templates have the singular.
"""

from __future__ import annotations

from types import MappingProxyType

TOP_FIELDS = ("apiVersion", "kind", "metadata", "spec")
"""Fields of a template."""
POD_FIELDS = (
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
)
"""Fields of `spec`; all others are refused, those of identity and host among them."""
MAIN_CONTAINER_FIELDS = (
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
)
"""Fields of the main container; other containers are not restricted by EMR."""
RESERVED_VOLUMES = (
    "emr-container-communicate",
    "config-volume",
    "emr-container-application-log-dir",
    "emr-container-event-log-dir",
    "temp-data-dir",
    "mnt-dir",
    "home-dir",
    "emr-container-s3",
)
"""Volumes that EMR defines; other containers may mount them, nobody may define them again."""
RESERVED_MOUNT_PATHS = (
    "/var/log/fluentd",
    "/var/log/spark/user",
    "/var/log/spark/apps",
    "/mnt",
    "/tmp",  # noqa: S108  # a path in the container
    "/home/hadoop",
)
"""Where EMR mounts volumes in the main container."""
RESERVED_ENVIRONMENT = (
    "SPARK_CONTAINER_ID",
    "K8S_SPARK_LOG_URL_STDERR",
    "K8S_SPARK_LOG_URL_STDOUT",
    "SIDECAR_SIGNAL_FILE",
)
"""Variables that EMR gives the main container."""
RESERVED_CONTAINERS = ("emr-container-fluentd",)
"""Names of containers that EMR adds; Kubernetes refuses a pod with two of one name."""

MAIN_CONTAINER = MappingProxyType({"driver": "spark-kubernetes-driver", "executor": "spark-kubernetes-executor"})
"""Name of the main container."""
PRINTED_EXECUTOR = "spark-kubernetes-executors"
"""The executor's main container as the guide prints it."""
