"""The guide's samples of policies for the endpoint of EMR on EKS, as they judge calls from inside the VPC.

Source: EMR on EKS Development Guide, "Create a VPC endpoint policy for Amazon EMR on EKS".
"""

from __future__ import annotations

from typing import Any

import pytest

from iam import endpoints
from iam.documents import render

OURS, THEIRS = "123456789012", "999999999999"
START = {"Action": "emr-containers:*", "Resource": "*", "Effect": "Allow"}


@pytest.fixture
def emr(within: Any, offer: Any, aws: Any) -> Any:
    """Two users' clients inside the VPC, behind an endpoint with the policy that is given."""

    def make(document: Any) -> list[Any]:
        offer("emr-containers", PolicyDocument=render(document))
        made = []
        for name in ("submitter", "stranger"):
            aws("iam").create_user(UserName=name)
            aws("iam").attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
            key = aws("iam").create_access_key(UserName=name)["AccessKey"]
            made.append(within("emr-containers", key))
        return made

    return make


def user(name: str) -> str:
    return f"arn:aws:iam::{OURS}:user/{name}"


def told(operation: str, name: str, resource: str, reason: str) -> tuple[str, str]:
    return (
        "AccessDeniedException",
        f"User: {user(name)} is not authorized to perform: emr-containers:{operation} on resource: {resource} {reason}",
    )


def silent(operation: str) -> str:
    return f"because no VPC endpoint policy allows the emr-containers:{operation} action"


def of(virtual_cluster: str, tail: str = "") -> str:
    return f"arn:aws:emr-containers:us-west-2:{OURS}:/virtualclusters/{virtual_cluster}{tail}"


def test_only_named_principals_may_do_anything(emr: Any, job: Any, refused: Any, virtual_cluster: str) -> None:
    submitter, stranger = emr(endpoints.only_principals([user("submitter")]))
    assert submitter.start_job_run(**job())["id"]
    assert refused(stranger.start_job_run, **job()) == told(
        "StartJobRun", "stranger", of(virtual_cluster), silent("StartJobRun")
    )
    assert refused(stranger.list_virtual_clusters) == told(
        "ListVirtualClusters", "stranger", "*", silent("ListVirtualClusters")
    )


def test_only_reading_starts_and_cancels_nothing(
    emr: Any, job: Any, start: Any, refused: Any, virtual_cluster: str
) -> None:
    run = start()
    reader, _ = emr(endpoints.only_reading(OURS))
    assert reader.list_virtual_clusters()["virtualClusters"]
    assert reader.describe_virtual_cluster(id=virtual_cluster)["virtualCluster"]["id"] == virtual_cluster
    assert reader.describe_job_run(id=run, virtualClusterId=virtual_cluster)["jobRun"]["id"] == run
    assert [each["id"] for each in reader.list_job_runs(virtualClusterId=virtual_cluster)["jobRuns"]] == [run]
    assert reader.list_tags_for_resource(resourceArn=of(virtual_cluster))["tags"] == {"team": "a"}
    assert refused(reader.start_job_run, **job()) == told(
        "StartJobRun", "submitter", of(virtual_cluster), silent("StartJobRun")
    )
    assert refused(reader.cancel_job_run, id=run, virtualClusterId=virtual_cluster) == told(
        "CancelJobRun", "submitter", of(virtual_cluster, f"/jobruns/{run}"), silent("CancelJobRun")
    )


def test_only_another_account_reads_nothing_for_ours(emr: Any, refused: Any) -> None:
    reader, _ = emr(endpoints.only_reading(THEIRS))
    assert refused(reader.list_virtual_clusters)[0] == "AccessDeniedException"


@pytest.mark.covers("NW-11")
@pytest.mark.parametrize("named", [OURS, f"arn:aws:iam::{OURS}:root", user("stranger")])
def test_denied_principals_are_kept_out_and_the_others_are_not(
    emr: Any, job: Any, refused: Any, virtual_cluster: str, named: str
) -> None:
    submitter, stranger = emr(endpoints.without_principals([named]))
    denied = told("StartJobRun", "stranger", of(virtual_cluster), "with an explicit deny in a VPC endpoint policy")
    assert refused(stranger.start_job_run, **job()) == denied
    if named == user("stranger"):
        assert submitter.start_job_run(**job())["id"]
    else:
        assert refused(submitter.start_job_run, **job())[0] == "AccessDeniedException"


def test_a_closed_virtual_cluster_takes_no_jobs_while_others_do(
    emr: Any, job: Any, refused: Any, virtual_cluster: str, *, open_namespace: Any, create: Any
) -> None:
    open_namespace("other")
    other = create("other")["id"]
    submitter, _ = emr(endpoints.without_virtual_cluster(of(virtual_cluster), OURS))
    deny = "with an explicit deny in a VPC endpoint policy"
    assert refused(submitter.start_job_run, **job()) == told("StartJobRun", "submitter", of(virtual_cluster), deny)
    assert refused(submitter.describe_virtual_cluster, id=virtual_cluster)[0] == "AccessDeniedException"
    assert submitter.start_job_run(**job(virtualClusterId=other))["id"]
    assert submitter.list_virtual_clusters()["virtualClusters"]


def test_a_virtual_cluster_closed_to_another_account_is_open_to_ours(emr: Any, job: Any, virtual_cluster: str) -> None:
    submitter, _ = emr(endpoints.without_virtual_cluster(of(virtual_cluster), THEIRS))
    assert submitter.start_job_run(**job())["id"]


def test_a_policy_can_ask_for_an_execution_role(emr: Any, job: Any, refused: Any) -> None:
    role = f"arn:aws:iam::{OURS}:role/other"
    condition = {"StringEquals": {"emr-containers:ExecutionRoleArn": role}}
    document = {"Version": "2012-10-17", "Statement": [START | {"Principal": "*", "Condition": condition}]}
    submitter, _ = emr(document)
    assert submitter.start_job_run(**job(executionRoleArn=role))["id"]
    assert silent("StartJobRun") in refused(submitter.start_job_run, **job())[1]


def test_from_outside_the_vpc_the_endpoint_is_not_asked(emr: Any, start: Any) -> None:
    emr(endpoints.only_reading(OURS))
    assert start()
