"""The three Kubernetes service accounts of jobs that run as one role.

Source: AWS CLI, `aws emr-containers update-role-trust-policy` (base36.py, constants.py); EMR on EKS Development Guide,
"Using job execution roles with Amazon EMR on EKS".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.emr_containers.workload import names
from local.aws.emulator.emr_containers.workload.cached import ensure

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import Api

Document = dict[str, Any]

CLIENT, DRIVER, EXECUTOR = "client", "driver", "executor"
"""What the accounts are for: spark-submit, the driver, the executors."""
ROLE_ARN = "eks.amazonaws.com/role-arn"
"""Annotation that gives the pods of an account the credentials of a role."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(text: str) -> str:
    """A text as one big-endian number of its bytes, in base 36."""
    number = int.from_bytes(text.encode(), "big")
    encoded = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        encoded = _DIGITS[digit] + encoded
    return encoded or "0"


def role_key(job: JobRun) -> str:
    """What ends the names of all that EMR keeps for a role: the account and the encoded name of the role."""
    return f"{job.account}-{base36(job.execution_role_arn.rpartition('/')[2])}"


def account_name(job: JobRun, component: str) -> str:
    """Name of the service account of `CLIENT`, `DRIVER` or `EXECUTOR`."""
    return f"emr-containers-sa-spark-{component}-{role_key(job)}"


def document(job: JobRun, component: str) -> Document:
    """The service account of a component."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": account_name(job, component),
            "namespace": job.namespace,
            "annotations": {ROLE_ARN: job.execution_role_arn},
        },
    }


def ensure_all(api: Api, job: JobRun) -> None:
    """Make the accounts that are not there yet."""
    for component in (CLIENT, DRIVER, EXECUTOR):
        ensure(api, names.core(job, "serviceaccounts"), document(job, component))
