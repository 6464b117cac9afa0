"""`python -m local.spark.container driver|executor|job-runner|fluentd ARGS...`: one container's process."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from local.spark.container.main_container import MainContainer, Stopped
from local.spark.container.mounts import mounts_of
from local.spark.container.refusal import Refusal, terminate
from local.spark.distribution import find

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAIN = {"driver": "driver", "executor": "executor", "job-runner": "job_runner"}


def main() -> int:
    """Run the program that the first argument names; returns its exit code."""
    program, arguments = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    environ = os.environ
    if program == "fluentd":
        return import_module("local.spark.container.fluentd").run(environ)
    if program not in _MAIN:
        print(
            f"{program!r} is no program of this image; it has driver, executor, job-runner, fluentd.", file=sys.stderr
        )
        return 2
    with MainContainer(environ) as container:
        try:
            return _run(_MAIN[program], arguments, container, environ)
        except Stopped:
            return container.stopped_code
        except Refusal as refusal:
            container.say(str(refusal))
            terminate(environ, str(refusal))
            return 1


def _run(module: str, arguments: list[str], container: MainContainer, environ: Mapping[str, str]) -> int:
    spark = find()
    if spark is None:
        raise Refusal("Spark is not on this machine. `python -m local.spark` fetches it.")
    mounts = mounts_of(environ, spark.home)
    return import_module(f"local.spark.container.{module}").run(arguments, container, spark, mounts, environ)


if __name__ == "__main__":
    sys.exit(main())
