"""How Spark's processes are started here: their variables, and JVMs that start fast and stay small."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

from local.folder import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.spark.distribution import Distribution

# The first compiler only and no shared counters: together they take a fifth of the time off a short job. Real
# clusters have other defaults; only the speed differs.
_FAST = ("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
_COLLECTOR = re.compile(r"-XX:\+Use\w*GC\b")


def jvm_options(environ: Mapping[str, str], own: str = "") -> list[str]:
    """Options for a JVM whose `own` options a job sets: a collector only where the job chooses none (two are fatal)."""
    options = [*_FAST]
    if not _COLLECTOR.search(own):
        options.append("-XX:+UseSerialGC")
    if environ.get("TMPDIR"):
        options.append(f"-Djava.io.tmpdir={environ['TMPDIR']}")
    # In place of cluster DNS. A JVM with it asks nobody else for a name.
    if environ.get("CONTAINER_HOSTS"):
        options.append(f"-Djdk.net.hosts.file={environ['CONTAINER_HOSTS']}")
    return options


def spark_environment(environ: Mapping[str, str], spark: Distribution, submit_options: list[str]) -> dict[str, str]:
    """The variables of a Spark process: the container's, and where Spark, Java and Python are."""
    # Our own code is on the path of this program; an application must not see it.
    paths = [path for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path not in ("", str(CHECKOUT))]
    return {
        "PYSPARK_PYTHON": str(spark.python),
        "PYSPARK_DRIVER_PYTHON": str(spark.python),
        **environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "SPARK_HOME": str(spark.home),
        "JAVA_HOME": str(spark.java.parent.parent),
        "SPARK_LAUNCHER_OPTS": " ".join(("-XX:+UseSerialGC", *_FAST)),
        "SPARK_SUBMIT_OPTS": shlex.join(submit_options),
        "PATH": f"{spark.java.parent}{os.pathsep}{environ.get('PATH', os.defpath)}",
    }
