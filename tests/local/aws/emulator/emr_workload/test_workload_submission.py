from __future__ import annotations

import pytest

from local.aws.emulator.emr_containers.workload import WorkloadRefused, submit
from local.control_plane import ApiError
from tests.local.aws.emulator.emr_workload.fake_namespace import FakeApi
from tests.local.aws.emulator.emr_workload.namespace_job import JOB_ID, NAMESPACE, configured, job_run, properties

CONFIG_MAP = f"/api/v1/namespaces/{NAMESPACE}/configmaps/{JOB_ID}-spark-defaults"
JOB = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs/{JOB_ID}"


def test_a_job_finds_its_configuration_complete_and_owns_it() -> None:
    api = FakeApi()
    submit(api, job_run())  # type: ignore[arg-type]
    changes = [(verb, path.rpartition(f"/{NAMESPACE}/")[2]) for verb, path in api.asked if verb != "get"]
    assert changes == [
        *[("create", "serviceaccounts")] * 3,
        *[("create", "roles"), ("create", "rolebindings")] * 2,
        ("create", "configmaps"),
        ("patch", f"configmaps/{JOB_ID}-spark-defaults"),
        ("create", "jobs"),
        ("patch", f"configmaps/{JOB_ID}-spark-defaults"),
    ]
    assert api.documents[CONFIG_MAP]["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": JOB_ID,
            "uid": api.documents[JOB]["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def test_a_second_submission_of_the_same_attempt_changes_nothing() -> None:
    api = FakeApi()
    submit(api, job_run())  # type: ignore[arg-type]
    before = {path: dict(document) for path, document in api.documents.items()}
    submit(api, job_run())  # type: ignore[arg-type]
    assert api.documents == before


def test_a_request_that_cannot_be_carried_out_leaves_the_namespace_alone() -> None:
    api = FakeApi()
    with pytest.raises(WorkloadRefused):
        submit(api, job_run(parameters="stray"))  # type: ignore[arg-type]
    with pytest.raises(WorkloadRefused):
        submit(api, job_run(overrides=configured(properties("hdfs-site"))))  # type: ignore[arg-type]
    assert api.asked == []


QUOTA = 'jobs.batch "x" is forbidden: exceeded quota: team-a, requested: count/jobs.batch=1'
POLICY = 'jobs.batch "x" is forbidden: ValidatingAdmissionPolicy denied request: not here'
INVALID = 'Job.batch "x" is invalid: spec.template.labels: Invalid value: "a b"'
UNREADABLE = 'Job in version "v1" cannot be handled as a Job: quantities must match the regular expression'


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ApiError(403, "Forbidden", QUOTA), "USER_ERROR"),
        (ApiError(403, "Forbidden", POLICY), "USER_ERROR"),
        (ApiError(422, "Invalid", INVALID), "VALIDATION_ERROR"),
        (ApiError(400, "BadRequest", UNREADABLE), "VALIDATION_ERROR"),
    ],
)
def test_what_refuses_the_job_is_quoted_and_the_configuration_goes(error: ApiError, reason: str) -> None:
    api = FakeApi()
    api.refusals["create", "/jobs"] = error
    with pytest.raises(WorkloadRefused) as refused:
        submit(api, job_run())  # type: ignore[arg-type]
    assert refused.value.message == f"JobRun submission failed. {error.message}"
    assert refused.value.failure_reason == reason
    assert CONFIG_MAP not in api.documents


RBAC = (
    'roles.rbac.authorization.k8s.io "emr-containers-role-spark-driver" is forbidden: user "emr-containers" '
    '(groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
    '{APIGroups:[""], Resources:["pods"], Verbs:["patch"]}'
)
NO_VERB = 'jobs.batch is forbidden: User "emr-containers" cannot create resource "jobs" in API group "batch"'
ENDING = 'jobs.batch "x" is forbidden: unable to create new content in namespace team-a because it is being terminated'


@pytest.mark.parametrize(
    "error",
    [
        ApiError(403, "Forbidden", RBAC),
        ApiError(403, "Forbidden", NO_VERB),
        ApiError(403, "Forbidden", ENDING),
        ApiError(404, "NotFound", 'namespaces "team-a" not found'),
        ApiError(0, "Unreachable", "no answer"),
    ],
)
def test_what_the_service_has_words_of_its_own_for_stays_an_error_of_the_api(error: ApiError) -> None:
    api = FakeApi()
    api.refusals["create", "/jobs"] = error
    with pytest.raises(ApiError) as raised:
        submit(api, job_run())  # type: ignore[arg-type]
    assert raised.value is error
