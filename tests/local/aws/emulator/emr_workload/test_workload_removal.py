from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.emulator.emr_containers.workload import remove
from local.control_plane import ApiError
from tests.local.aws.emulator.emr_workload.fake_namespace import FakeApi
from tests.local.aws.emulator.emr_workload.namespace_job import JOB_ID, NAMESPACE, job_run

CORE = f"/api/v1/namespaces/{NAMESPACE}"
BATCH = f"/apis/batch/v1/namespaces/{NAMESPACE}"
LABEL = "emr-containers.amazonaws.com/job.id"


def labelled(name: str, job_id: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": {LABEL: job_id}}}


def owned(name: str, owner: str, kind: str = "Pod") -> dict[str, Any]:
    return {"metadata": {"name": name, "ownerReferences": [{"kind": kind, "name": owner}]}}


def fill(api: FakeApi, job_id: str, attempt: str = "") -> None:
    """What stands in a namespace while a job runs, under the names of EMR and Spark."""
    name, prefix = f"{job_id}{attempt}", f"pi-{job_id}{attempt}"
    pod = f"spark-{name}-driver"
    api.put(f"{BATCH}/jobs", labelled(name, job_id))
    for each in (f"{name}-x7k2p", pod, f"{prefix}-exec-1", f"{prefix}-exec-2"):
        api.put(f"{CORE}/pods", labelled(each, job_id))
    api.put(f"{CORE}/services", owned(f"{prefix}-driver-svc", pod))
    api.put(f"{CORE}/configmaps", labelled(f"{name}-spark-defaults", job_id))
    for kind in ("drv", "exec"):
        api.put(f"{CORE}/configmaps", owned(f"spark-{kind}-{prefix}-conf-map", pod))


def test_everything_of_a_job_goes_and_only_then_it_says_so() -> None:
    api = FakeApi()
    fill(api, JOB_ID)
    fill(api, JOB_ID, "-2")
    assert not remove(api, job_run())  # type: ignore[arg-type]
    assert api.documents == {}
    assert remove(api, job_run())  # type: ignore[arg-type]


def test_the_job_goes_first_as_it_would_make_its_pod_again() -> None:
    api = FakeApi()
    fill(api, JOB_ID)
    remove(api, job_run())  # type: ignore[arg-type]
    assert next(path for verb, path in api.asked if verb == "delete") == f"{BATCH}/jobs/{JOB_ID}"


def test_what_is_on_its_way_out_is_waited_for_and_not_asked_again() -> None:
    api = FakeApi()
    leaving = labelled("a", JOB_ID)
    leaving["metadata"]["deletionTimestamp"] = "2026-11-23T18:00:05Z"
    api.put(f"{CORE}/pods", leaving)
    assert not remove(api, job_run())  # type: ignore[arg-type]
    assert "delete" not in {verb for verb, _ in api.asked}


def test_what_went_meanwhile_does_no_harm_and_a_refusal_is_told() -> None:
    api = FakeApi()
    fill(api, JOB_ID)
    api.refusals["delete", f"jobs/{JOB_ID}"] = ApiError(404, "NotFound", "gone")
    assert not remove(api, job_run())  # type: ignore[arg-type]
    api.refusals["delete", f"jobs/{JOB_ID}"] = ApiError(403, "Forbidden", "not you")
    with pytest.raises(ApiError, match="not you"):
        remove(api, job_run())  # type: ignore[arg-type]


JOB_IDS = st.text("12ab.*", min_size=1, max_size=4)


@given(
    mine=JOB_IDS,
    others=st.sets(JOB_IDS, min_size=1, max_size=4),
    attempt=st.sampled_from(["", "-2", "-13"]),
)
def test_no_removal_touches_anything_of_another_job(mine: str, others: set[str], attempt: str) -> None:
    api = FakeApi()
    for other in others - {mine}:
        fill(api, other)
    for kind in ("services", "configmaps"):
        api.put(f"{CORE}/{kind}", {"metadata": {"name": "of-the-team"}})
        api.put(f"{CORE}/{kind}", owned(f"{kind}-of-a-deployment", f"spark-{mine}-driver", kind="ReplicaSet"))
    before = copy.deepcopy(api.documents)
    fill(api, mine, attempt)
    remove(api, job_run(job_id=mine))  # type: ignore[arg-type]
    assert api.documents == before
