"""Twenty jobs of two tenants at once."""

from __future__ import annotations

import pytest

from tests.cloud.jobs.conftest import Jobs, wait_for

pytestmark = pytest.mark.cloud
TENANTS = ("sandbox", "risk")


@pytest.mark.soak
def test_twenty_jobs_of_two_tenants_at_once_end_right(jobs: Jobs) -> None:
    # Without a limit the drivers fill the nodes, and wait for ever for executors that find no room.
    limits = {"maxConcurrentJobRuns": 2, "maxInQueueJobRuns": 100}
    for tenant in TENANTS:
        cluster = jobs.tenants[tenant]["virtualClusterId"]
        jobs.cloud.aws("emr-containers").update_virtual_cluster(id=cluster, schedulerConfiguration=limits)
    runs = [
        jobs.start(tenant, jobs.request(tenant, arguments=(str(seed), "2"))) for seed in range(10) for tenant in TENANTS
    ]
    done = wait_for(
        "the end of all",
        lambda: (
            [jobs.describe(run)["state"] for run in runs]
            if all(jobs.describe(run)["state"] in ("COMPLETED", "FAILED", "CANCELLED") for run in runs)
            else None
        ),
        seconds=1800,
    )
    assert set(done) == {"COMPLETED"}
    results = [jobs.result(run) for run in runs]
    for first, second in zip(results[::2], results[1::2], strict=True):
        assert first["pi"] == second["pi"]
    assert len({result["pi"] for result in results}) > 5
