"""The program of an executor container: what the image's entry point does for `executor`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.spark.container.spark_process import jvm_options, spark_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.spark.container.main_container import MainContainer
    from local.spark.container.mounts import Mounts
    from local.spark.distribution import Distribution

_BACKEND = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
_OPTION = re.compile(r"SPARK_JAVA_OPT_(\d+)")


def run(
    arguments: list[str],  # noqa: ARG001 - Spark gives an executor all it needs in variables
    container: MainContainer,
    spark: Distribution,
    mounts: Mounts,  # noqa: ARG001 - the variables are translated already
    environ: Mapping[str, str],
) -> int:
    """Run the executor to its end; returns its exit code."""
    environment = spark_environment(environ, spark, [])
    environment["SPARK_LOCAL_IP"] = environ["SPARK_EXECUTOR_POD_IP"]
    return container.run(executor_command(spark, environ), environment)


def executor_command(spark: Distribution, environ: Mapping[str, str]) -> list[str]:
    """The JVM of an executor, as the image's entry point starts it.

    It begins with a small heap where the entry point asks for the whole at once: the same limit, less memory here.
    """
    own = [environ[name] for name in sorted(filter(_OPTION.fullmatch, environ), key=_number)]
    # The order of the image's entry point: configuration, the job's own, Spark's.
    paths = [environ.get("SPARK_CONF_DIR"), environ.get("SPARK_CLASSPATH"), environ.get("SPARK_EXTRA_CLASSPATH")]
    return [
        str(spark.java),
        *jvm_options(environ, " ".join(own)),
        *own,
        f"-Xmx{environ['SPARK_EXECUTOR_MEMORY']}",
        "-cp",
        ":".join([*filter(None, paths), f"{spark.home}/jars/*"]),
        _BACKEND,
        *("--driver-url", environ["SPARK_DRIVER_URL"]),
        *("--executor-id", environ["SPARK_EXECUTOR_ID"]),
        *("--cores", environ["SPARK_EXECUTOR_CORES"]),
        *("--app-id", environ["SPARK_APPLICATION_ID"]),
        *("--hostname", environ["SPARK_EXECUTOR_POD_IP"]),
        *("--resourceProfileId", environ["SPARK_RESOURCE_PROFILE_ID"]),
        *("--podName", environ["SPARK_EXECUTOR_POD_NAME"]),
    ]


def _number(name: str) -> int:
    return int(name.rpartition("_")[2])
