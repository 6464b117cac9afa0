"""The request that starts a job: what its file says, and what the tenant's contract adds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from local.folder import CHECKOUT, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = dict[str, Any]
EXAMPLES = CHECKOUT / "examples" / "jobs"
ENDS = {"driver-too-large": "FAILED", "executor-too-large": "CANCELLED"}
"""How an example ends that does not end COMPLETED; these show what the tenant's limits do."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to see run."""

    job: str
    """An example's name, or the file of a request."""
    tenant: str
    """Name of the tenant."""
    role: str | None
    """Name of one of its roles; its first one if None."""


def read(job: str) -> tuple[Document, str]:
    """Read a request and give the state in which the job should end; `job` is an example's name or a file.

    Raises:
        Refused: there is no such request, or it is not JSON.
    """
    path = EXAMPLES / f"{job}.json" if "/" not in job and not job.endswith(".json") else Path(job)
    try:
        written: Any = json.loads(path.read_text())
    except FileNotFoundError:
        known = ", ".join(sorted(each.stem for each in EXAMPLES.glob("*.json")))
        message = f"there is no job {job!r}. Give one of {known}, or the path of a request in a file *.json."
        raise Refused(message) from None
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as a request: {error}. It is the JSON of `aws emr-containers start-job-run`."
        raise Refused(message) from None
    if not isinstance(written, dict):
        message = f"{path} holds {type(written).__name__}, not an object with the parameters of start-job-run."
        raise Refused(message)
    return cast("Document", written), ENDS.get(job, "COMPLETED")


def filled(request: Document, contract: Mapping[str, Any], role: str | None) -> Document:
    """Fill in where the job runs, as whom, and where its logs go; what the request says itself stays.

    Args:
        request: the parameters of StartJobRun, as far as the job's file gives them.
        contract: the tenant's contract, an output of its stack.
        role: name of one of the tenant's roles; its first one if None.

    Raises:
        Refused: the tenant has no such role.
    """
    roles: dict[str, str] = contract["jobRoleArns"]
    if role is not None and role not in roles:
        message = f"tenant {contract['name']} has no role {role!r}. It has {', '.join(sorted(roles))}."
        raise Refused(message)
    overrides: Document = request.get("configurationOverrides", {})
    monitoring = {
        "persistentAppUI": "DISABLED",
        "cloudWatchMonitoringConfiguration": {
            "logGroupName": contract["logGroup"],
            "logStreamNamePrefix": str(request.get("name", "job")),
        },
        "s3MonitoringConfiguration": {"logUri": contract["logsUri"]},
    }
    return {
        "virtualClusterId": contract["virtualClusterId"],
        "executionRoleArn": roles[role or min(roles)],
        **request,
        "configurationOverrides": {"monitoringConfiguration": monitoring, **overrides},
    }
