"""The command line of spark-submit: the caller's words, then what EMR sets, then the program and its arguments."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from local.aws.emulator.emr_containers.workload import pod_parts, spark_defaults
from local.aws.emulator.emr_containers.workload.config_map import SPARK_DEFAULTS
from local.aws.emulator.emr_containers.workload.refusals import invalid

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun

# Options of spark-submit that take no value (Spark 4.0, `spark-submit --help`).
_SWITCHES = {"--verbose", "-v", "--supervise", "--version", "--help", "-h"}


def arguments(job: JobRun) -> list[str]:
    """Arguments of the container `job-runner`.

    Raises:
        WorkloadRefused: sparkSubmitParameters cannot be read as options of spark-submit.
    """
    submit = job.driver.get("sparkSubmitJobDriver")
    if not submit:
        raise invalid("Only a sparkSubmitJobDriver can be run here.")
    fixed = [word for key, value in spark_defaults.fixed(job).items() for word in ("--conf", f"{key}={value}")]
    return [
        "job-runner",
        "--properties-file",
        f"{pod_parts.CONFIG_PATH}/{SPARK_DEFAULTS}",
        *_words(submit.get("sparkSubmitParameters") or ""),
        *fixed,
        submit["entryPoint"],
        *(submit.get("entryPointArguments") or []),
    ]


def _words(parameters: str) -> list[str]:
    """The words as a shell would split them; each must be an option of spark-submit or the value of one.

    A word that is neither would be taken for the program, and everything after it, EMR's settings too, for arguments.
    """
    try:
        words = shlex.split(parameters)
    except ValueError as error:
        raise invalid(f"sparkSubmitParameters cannot be split into words: {error}.") from error
    rest = iter(words)
    for word in rest:
        option, equals, _ = word.partition("=")
        if not word.startswith("-"):
            raise invalid(f"sparkSubmitParameters holds {word!r}, which is neither an option nor the value of one.")
        if option not in _SWITCHES and not equals and next(rest, None) is None:
            raise invalid(f"sparkSubmitParameters ends with {word}, which lacks its value.")
    return words
