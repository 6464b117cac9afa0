"""Runs one job of a tenant and shows what becomes of it."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from local import stack
from local.folder import Folder, Refused
from local.job import logs, request
from local.job.cluster import Cluster
from local.job.follow import Follower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.job.request import Asked

Document = dict[str, Any]


def run(folder: Folder, shell: Mapping[str, str], asked: Asked, say: Callable[[str], None]) -> Document:
    """Start the job, follow it to its end and return what is known of it; `asExpected` says whether that is right.

    Raises:
        Refused: no such job, tenant or role; Spark cannot be had; the service refuses the request.
    """
    from local.spark import SparkUnavailable, ensure  # noqa: PLC0415 - only jobs need it

    document, end = request.read(asked.job)
    outputs = stack.outputs(shell)
    contract = _contract(outputs, asked.tenant)
    parameters = request.filled(document, contract, asked.role)
    try:
        ensure(say)
    except SparkUnavailable as error:
        raise Refused(str(error)) from error
    written = _write(folder, parameters)
    say(f"starting it, as `aws emr-containers start-job-run --cli-input-json file://{written}` does")
    began = time.monotonic()
    emr, log_client, eks = (_client(shell, service) for service in ("emr-containers", "logs", "eks"))
    job_id = _start(emr, parameters)
    cluster = Cluster(folder, shell, outputs["foundation"]["clusterName"], eks)
    follower = Follower(emr, log_client, cluster, contract["namespace"], parameters, job_id, say)
    try:
        ended = follower.to_the_end()
    except KeyboardInterrupt:
        where = f"--virtual-cluster-id {parameters['virtualClusterId']} --id {job_id}"
        say(f"The run goes on. To end it: aws emr-containers cancel-job-run {where}")
        raise
    return {
        "id": job_id,
        "state": ended["state"],
        "asExpected": ended["state"] == end,
        "failureReason": ended.get("failureReason"),
        "stateDetails": ended.get("stateDetails"),
        "seconds": round(time.monotonic() - began, 1),
        "executors": sorted(follower.executors),
        "refused": follower.refused,
        "result": _result(log_client, parameters, job_id),
        "logGroup": contract["logGroup"],
        "logsUri": f"{contract['logsUri']}{parameters['virtualClusterId']}/jobs/{job_id}/",
    }


def describe(done: Document) -> str:
    """Say in a few lines what became of a job."""
    lines = [f"{done['state']} after {done['seconds']} s, with {len(done['executors'])} executors"]
    lines += [f"{key}: {done[key]}" for key in ("failureReason", "stateDetails", "result") if done[key]]
    return "\n".join([*lines, f"logs: {done['logsUri']} and log group {done['logGroup']}"])


def _contract(outputs: Document, tenant: str) -> Document:
    tenants: dict[str, Document] = outputs["tenants"]
    if tenant not in tenants:
        message = f"there is no tenant {tenant!r}. There are {', '.join(sorted(tenants))}."
        raise Refused(message)
    return tenants[tenant]


def _write(folder: Folder, parameters: Document) -> str:
    """Keep the whole request, so that it can be sent again by hand."""
    path = folder.path / "jobs" / f"{parameters.get('name', 'job')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(parameters, indent=2) + "\n")
    return os.path.relpath(path)


def _client(shell: Mapping[str, str], service: str) -> Any:
    import boto3  # noqa: PLC0415 - takes half a second, and `make down` needs none of it

    session: Any = boto3.session.Session()
    return session.client(
        service,
        endpoint_url=shell["AWS_ENDPOINT_URL"],
        region_name=shell["AWS_REGION"],
        aws_access_key_id=shell["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=shell["AWS_SECRET_ACCESS_KEY"],
    )


def _start(emr: Any, parameters: Document) -> str:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

    try:
        job_id: str = emr.start_job_run(**parameters)["id"]
    except (BotoCoreError, ClientError) as error:
        message = f"EMR does not take the request: {error}"
        raise Refused(message) from error
    return job_id


def _result(client: Any, parameters: Document, job_id: str) -> str | None:
    """The last line that the driver printed."""
    lines = [line for line in logs.driver(client, parameters, job_id, "stdout") if line.strip()]
    return lines[-1] if lines else None
