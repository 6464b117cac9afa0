from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.failures import FAILURES, explain
from emr.service_failures import REASONS

USER = "User: arn:aws:iam::123456789012:user/ann"
DENIED = f"An error occurred (AccessDeniedException) when calling the StartJobRun operation: {USER} is not authorized"
CLUSTER = "arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/0abc"
MISSING = "An error occurred (ResourceNotFoundException) when calling the StartJobRun operation:"
INVALID = "An error occurred (ValidationException) when calling the StartJobRun operation:"

# The guide's tables, row by row: the row of the requirements, the text, and what it is.
ROWS = [
    ("ER-01", "aws: error: argument --virtual-cluster-id is required", "argument-missing"),
    ("ER-02", f"{DENIED} to perform: emr-containers:StartJobRun", "role-not-usable"),
    (
        "ER-05",
        (
            "1 validation error detected: Value job at 'executionRoleArn' failed to satisfy the ARN regular expression "
            "pattern: ^arn:(aws[a-zA-Z0-9-]*):iam::"
        ),
        "not-an-arn",
    ),
    ("ER-06", f"{MISSING} Virtual cluster 0abc doesn't exist.", "virtual-cluster-not-found"),
    (
        "ER-07",
        f"{INVALID} Virtual cluster state TERMINATING is not valid to create resource JobRun.",
        "virtual-cluster-not-ready",
    ),
    ("ER-08", f"{MISSING} Release emr-6.1.0-latest doesn't exist.", "release-not-found"),
    ("ER-09", f"{DENIED} to perform: emr-containers:StartJobRun on resource: {CLUSTER}", "not-allowed"),
    (
        "ER-09",
        f"{DENIED} to perform: emr-containers:StartJobRun on resource: {CLUSTER} with an explicit deny.",
        "explicitly-denied",
    ),
    (
        "ER-10",
        (
            f"{INVALID} configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri failed "
            "to satisfy constraint : %s"
        ),
        "log-uri",
    ),
    ("ER-11", "JobRun submission failed.\n\nClassification hive-site not supported.", "classification"),
    ("ER-12", "Cluster platform does not exist.", "cluster-gone-before"),
    ("ER-13", "Cluster platform does not have sufficient permissions.", "cluster-permissions-before"),
    ("ER-14", "Cluster platform is currently not reachable.", "cluster-unreachable-before"),
    ("ER-15", "JobRun submission failed due to an internal error.", "internal-before"),
    ("ER-16", "Cluster platform does not have sufficient resources.", "capacity"),
    ("ER-17", "Trouble monitoring your JobRun.\n\nCluster platform does not exist.", "cluster-gone-after"),
    (
        "ER-18",
        "Trouble monitoring your JobRun. Cluster platform does not have sufficient permissions.",
        "cluster-permissions-after",
    ),
    (
        "ER-19",
        "Trouble monitoring your JobRun. Cluster platform is currently not reachable.",
        "cluster-unreachable-after",
    ),
    ("ER-20", "Trouble monitoring your JobRun due to an internal error", "internal-after"),
    (
        "ER-22",
        (
            "Executor pod template validation failed.\nField container.command in Spark main container not allowed but "
            "specified."
        ),
        "template-field",
    ),
    (
        "ER-23",
        "Defined volume mount path on main container must not overlap with reserved mount paths: [/mnt]",
        "template-mount",
    ),
]


@pytest.mark.covers("ER-01", "ER-02", "ER-05", "ER-07", "ER-08", "ER-10", "ER-11", "ER-22", "ER-23")
@pytest.mark.parametrize(("text", "name"), [pytest.param(text, name, id=f"{row}-{name}") for row, text, name in ROWS])
def test_each_text_of_the_guide_s_tables_is_one_failure(text: str, name: str) -> None:
    assert [failure.name for failure in explain(text)] == [name]


@pytest.mark.covers("ER-02", "ER-03", "ER-04")
def test_three_causes_share_one_text_and_all_are_offered() -> None:
    (failure,) = explain(f"{DENIED} to perform: emr-containers:StartJobRun")
    whats = [cause.what for cause in failure.causes]
    assert len(whats) == 3
    assert "no execution role" in whats[0]
    assert "emr-containers:ExecutionRoleArn" in whats[1]
    assert "another account" in whats[2]


@pytest.mark.covers("ER-21")
def test_every_failure_reason_is_known_and_the_tables_use_no_other() -> None:
    assert set(REASONS) == {"VALIDATION_ERROR", "CLUSTER_UNAVAILABLE", "INTERNAL_ERROR", "USER_ERROR"}
    assert {failure.reason for failure in FAILURES} - {""} == set(REASONS)


@pytest.mark.covers("ER-11", "ER-12", "ER-13", "ER-14", "ER-15", "ER-16", "ER-17", "ER-18", "ER-19", "ER-20")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("JobRun submission failed. Classification x not supported.", "VALIDATION_ERROR"),
        ("Cluster c does not exist.", "CLUSTER_UNAVAILABLE"),
        ("Cluster c does not have sufficient permissions.", "CLUSTER_UNAVAILABLE"),
        ("Cluster c is currently not reachable.", "CLUSTER_UNAVAILABLE"),
        ("JobRun submission failed due to an internal error.", "INTERNAL_ERROR"),
        ("Cluster c does not have sufficient resources.", "USER_ERROR"),
        ("Trouble monitoring your JobRun. Cluster c does not exist.", "CLUSTER_UNAVAILABLE"),
        ("Trouble monitoring your JobRun. Cluster c does not have sufficient permissions.", "CLUSTER_UNAVAILABLE"),
        ("Trouble monitoring your JobRun. Cluster c is currently not reachable.", "CLUSTER_UNAVAILABLE"),
        ("Trouble monitoring your JobRun due to an internal error", "INTERNAL_ERROR"),
    ],
)
def test_details_of_a_failed_job_run_come_with_their_reason(text: str, reason: str) -> None:
    assert [failure.reason for failure in explain(f"stateDetails: {text} state: FAILED")] == [reason]


POD = 'pods "spark-0abc-driver" is forbidden:'
ACCOUNT = "system:serviceaccount:analytics:emr-containers-sa-spark-driver-123456789012-abc"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            (
                f"{POD} exceeded quota: compute-resources, requested: limits.cpu=12, used: limits.cpu=96, "
                "limited: limits.cpu=100"
            ),
            "quota",
        ),
        (
            f"{POD} failed quota: compute-resources: must specify limits.cpu for: spark-kubernetes-driver",
            "quota-without-limit",
        ),
        (f"{POD} maximum cpu usage per Container is 6, but limit is 7", "container-maximum"),
        (
            (
                'Pod "spark-0abc-driver" is invalid: spec.containers[0].resources.requests: Invalid value: "7": must '
                "be less than or equal to cpu limit of 6"
            ),
            "container-maximum",
        ),
        (f"{POD} minimum cpu usage per Container is 100m, but request is 50m", "container-minimum"),
        (
            f'pods is forbidden: User "{ACCOUNT}" cannot create resource "pods" in API group ""',
            "service-account-forbidden",
        ),
        (
            (
                f'persistentvolumeclaims is forbidden: User "{ACCOUNT}" cannot deletecollection resource '
                '"persistentvolumeclaims" in API group "" in the namespace "analytics"'
            ),
            "service-account-forbidden",
        ),
        (
            (
                'jobs.batch is forbidden: User "emr-containers" cannot create resource "jobs" in API group "batch" '
                'in the namespace "analytics"'
            ),
            "emr-forbidden",
        ),
        (
            (
                'roles.rbac.authorization.k8s.io "emr-containers-role-spark-driver" is forbidden: user '
                '"emr-containers" is attempting to grant RBAC permissions not currently held:'
            ),
            "cannot-grant",
        ),
        (
            f"{POD} ValidatingAdmissionPolicy 'tenants' with binding 'tenants' denied request: nodeName is not allowed",
            "admission-policy",
        ),
        (f'{POD} violates PodSecurity "baseline:latest": hostPath volumes (volume "a")', "pod-security"),
        ('namespaces "analytics" not found', "namespace-gone"),
        (
            (
                'jobs.batch "0abc" is forbidden: unable to create new content in namespace analytics because it '
                "is being terminated"
            ),
            "namespace-gone",
        ),
        (
            (
                "An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not "
                "authorized to perform sts:AssumeRoleWithWebIdentity"
            ),
            "trust",
        ),
        ("0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available", "unschedulable"),
        (
            (
                "WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI to "
                "ensure that workers are registered and have sufficient resources"
            ),
            "no-executors",
        ),
        ("The executor with id 1 exited with exit code 137(SIGKILL, possible container OOM).", "killed-for-memory"),
        ("python3: can't open file '/opt/pi.py': [Errno 2] No such file or directory", "entry-point-missing"),
        ("An error occurred (ThrottlingException) when calling the StartJobRun operation: Rate exceeded", "throttled"),
    ],
)
def test_texts_of_kubernetes_iam_and_spark_are_one_failure_each(text: str, name: str) -> None:
    assert [failure.name for failure in explain(text)] == [name]


def test_a_log_with_several_errors_tells_them_all() -> None:
    log = (
        "ERROR ExecutorPodsAllocator: Message: pods is forbidden: exceeded quota: compute-resources, requested: "
        "limits.cpu=12\nWARN TaskSchedulerImpl: Initial job has not accepted any resources"
    )
    assert [failure.name for failure in explain(log)] == ["quota", "no-executors"]


@pytest.mark.parametrize("text", ["", "Pi is roughly 3.14", "COMPLETED", "state: RUNNING"])
def test_texts_without_an_error_are_none(text: str) -> None:
    assert explain(text) == ()


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert all(failure in FAILURES for failure in explain(text))


def test_every_failure_has_its_own_name_a_cause_and_a_remedy() -> None:
    assert len({failure.name for failure in FAILURES}) == len(FAILURES)
    assert all(cause.what and cause.remedy for failure in FAILURES for cause in failure.causes)
    assert all(failure.causes for failure in FAILURES)
