"""The queues in which tenants hear of their job runs, as the stack makes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.job import request
from tests.cloud.jobs.conftest import wait_for

if TYPE_CHECKING:
    from tests.cloud.jobs.conftest import Jobs

pytestmark = pytest.mark.cloud


def drained(jobs: Jobs, tenant: str) -> list[dict[str, Any]]:
    """The events that lie in a tenant's queue."""
    found: list[dict[str, Any]] = []
    url = jobs.tenants[tenant]["jobEventsQueueUrl"]
    while page := jobs.cloud.aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in page]
    return found


def test_a_tenant_hears_the_end_of_its_own_run_and_no_other_tenant_does(jobs: Jobs) -> None:
    document, _ = request.read("driver-too-large")
    run = jobs.start("analytics", request.filled(document, jobs.tenants["analytics"], None))
    assert jobs.end(run)["state"] == "FAILED"
    heard: list[dict[str, Any]] = []

    def told() -> bool:
        heard.extend(event for event in drained(jobs, "analytics") if event["detail"]["id"] == run.id)
        return bool(heard)

    wait_for("the event of the failure", told, 30)
    (event,) = heard
    assert (event["source"], event["detail-type"]) == ("aws.emr-containers", "EMR Job Run State Change")
    assert (event["detail"]["state"], event["detail"]["severity"]) == ("FAILED", "ERROR")
    assert event["detail"]["virtualClusterId"] == run.virtual_cluster
    for other in ("risk", "sandbox"):
        clusters = {each["detail"]["virtualClusterId"] for each in drained(jobs, other)}
        assert clusters <= {jobs.tenants[other]["virtualClusterId"]}
