"""How long Spark alone takes for what a job of the embedded cloud computes."""

from __future__ import annotations

import os
import subprocess
import sys

from local.spark import ensure


def bare_pi() -> None:
    """Run the guide's pi example with the same Spark, without Kubernetes and EMR: one process with two threads."""
    spark = ensure(lambda text: print(text, file=sys.stderr, flush=True))
    example = spark.home / "examples" / "src" / "main" / "python" / "pi.py"
    done = subprocess.run(
        [str(spark.home / "bin" / "spark-submit"), "--master", "local[2]", str(example), "20"],
        env={
            **os.environ,
            "SPARK_HOME": str(spark.home),
            "JAVA_HOME": str(spark.java.parent.parent),
            "PYSPARK_PYTHON": str(spark.python),
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or "Pi is roughly" not in done.stdout:
        sys.exit(f"Spark alone does not compute pi:\n{done.stdout}{done.stderr}")
