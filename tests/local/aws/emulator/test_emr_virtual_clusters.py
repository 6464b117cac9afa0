from __future__ import annotations

import time

import pytest

from tests.local.aws.emulator.emr_role import AWS_AUTH, NAMESPACE

AT_NAME = "1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: "


def test_a_virtual_cluster_is_registered_and_described(aws, open_namespace, create):
    open_namespace(NAMESPACE)
    made = create(tags={"team": "a"}, schedulerConfiguration={"maxConcurrentJobRuns": 5})
    found = aws("emr-containers").describe_virtual_cluster(id=made["id"])["virtualCluster"]
    assert found["state"] == "RUNNING"
    assert found["containerProvider"]["info"]["eksInfo"]["namespace"] == NAMESPACE
    assert found["arn"] == f"arn:aws:emr-containers:us-west-2:123456789012:/virtualclusters/{made['id']}"
    assert found["tags"] == {"team": "a"}
    assert found["schedulerConfiguration"] == {"maxConcurrentJobRuns": 5}
    assert found["createdAt"].tzinfo


def test_a_namespace_holds_one_live_virtual_cluster(*, world, aws, open_namespace, create, parameters, refused):
    open_namespace(NAMESPACE, "team-b")
    first = create()
    create("team-b")
    emr = aws("emr-containers")
    taken = ("ValidationException", "A virtual cluster already exists in the given namespace")
    assert refused(emr.create_virtual_cluster, **parameters()) == taken
    emr.delete_virtual_cluster(id=first["id"])
    assert refused(emr.create_virtual_cluster, **parameters()) == taken
    world.settle()
    assert create()["id"] != first["id"]


def test_deleting_goes_by_terminating_to_terminated_and_the_trace_stays(world, aws, open_namespace, create, refused):
    open_namespace(NAMESPACE)
    made = create(tags={"a": "b"})
    emr = aws("emr-containers")
    assert emr.delete_virtual_cluster(id=made["id"])["id"] == made["id"]
    assert emr.describe_virtual_cluster(id=made["id"])["virtualCluster"]["state"] == "TERMINATING"
    world.settle()
    found = emr.list_virtual_clusters(states=["TERMINATED"])["virtualClusters"]
    assert [v["id"] for v in found] == [made["id"]]
    assert found[0]["tags"] == {}
    assert refused(emr.delete_virtual_cluster, id=made["id"])[0] == "ValidationException"


def test_without_access_deleting_is_arrested_and_works_once_access_is_back(world, aws, open_namespace, create, plane):
    open_namespace(NAMESPACE)
    made = create()
    emr = aws("emr-containers")
    del plane.api.documents[AWS_AUTH]
    emr.delete_virtual_cluster(id=made["id"])
    world.settle()
    assert emr.describe_virtual_cluster(id=made["id"])["virtualCluster"]["state"] == "ARRESTED"
    open_namespace(NAMESPACE)
    emr.delete_virtual_cluster(id=made["id"])
    world.settle()
    assert emr.describe_virtual_cluster(id=made["id"])["virtualCluster"]["state"] == "TERMINATED"


def test_a_cluster_that_is_gone_holds_nothing_back(world, aws, open_namespace, create):
    open_namespace(NAMESPACE)
    made = create()
    aws("eks").delete_cluster(name="emr")
    world.settle()
    aws("emr-containers").delete_virtual_cluster(id=made["id"])
    world.settle()
    found = aws("emr-containers").describe_virtual_cluster(id=made["id"])["virtualCluster"]
    assert found["state"] == "TERMINATED"


def test_the_cluster_must_be_there(aws, parameters, refused):
    assert refused(aws("emr-containers").create_virtual_cluster, **parameters()) == (
        "ValidationException",
        "Cluster emr does not exist.",
    )


def test_the_namespace_must_be_there(aws, open_namespace, parameters, plane, refused):
    open_namespace(NAMESPACE)
    del plane.api.documents[f"/api/v1/namespaces/{NAMESPACE}"]
    assert refused(aws("emr-containers").create_virtual_cluster, **parameters())[1] == "Namespace team-a does not exist"


def test_an_unknown_id_is_refused_in_the_words_of_emr(aws, refused):
    emr = aws("emr-containers")
    message = "Virtual cluster abc doesn't exist."
    assert refused(emr.describe_virtual_cluster, id="abc") == ("ResourceNotFoundException", message)
    assert refused(emr.delete_virtual_cluster, id="abc") == ("ValidationException", message)


def test_a_retry_with_the_same_token_makes_nothing_new(aws, open_namespace, create, parameters, refused):
    open_namespace(NAMESPACE)
    assert create(clientToken="one")["id"] == create(clientToken="one")["id"]
    other = parameters(clientToken="one", tags={"a": "b"})
    assert "client token" in refused(aws("emr-containers").create_virtual_cluster, **other)[1]


def test_lists_filter_and_come_in_pages(world, aws, open_namespace, create):
    open_namespace("a", "b", "c")
    emr = aws("emr-containers")
    made = []
    for namespace in "abc":
        made.append(create(namespace))
        time.sleep(0.002)
    newest_first = [v["id"] for v in reversed(made)]
    assert [v["id"] for v in emr.list_virtual_clusters()["virtualClusters"]] == newest_first
    page = emr.list_virtual_clusters(maxResults=2)
    rest = emr.list_virtual_clusters(maxResults=2, nextToken=page["nextToken"])
    assert [v["id"] for v in page["virtualClusters"] + rest["virtualClusters"]] == newest_first
    assert emr.list_virtual_clusters(containerProviderId="other")["virtualClusters"] == []
    emr.delete_virtual_cluster(id=made[0]["id"])
    world.settle()
    assert len(emr.list_virtual_clusters(states=["RUNNING"])["virtualClusters"]) == 2
    assert len(emr.list_virtual_clusters(eksAccessEntryIntegrated=True)["virtualClusters"]) == 0


def test_limits_for_the_scheduler_change(aws, open_namespace, create):
    open_namespace(NAMESPACE)
    made = create()
    limits = {"maxConcurrentJobRuns": 7, "maxInQueueJobRuns": 9}
    changed = aws("emr-containers").update_virtual_cluster(id=made["id"], schedulerConfiguration=limits)
    assert changed["virtualCluster"]["schedulerConfiguration"] == limits


def test_a_new_virtual_cluster_has_neither_job_runs_nor_endpoints(aws, open_namespace, create):
    open_namespace(NAMESPACE)
    made = create()
    emr = aws("emr-containers")
    assert emr.list_job_runs(virtualClusterId=made["id"])["jobRuns"] == []
    assert emr.list_managed_endpoints(virtualClusterId=made["id"])["endpoints"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"name": "a b"},
            f"{AT_NAME.format('a b')}Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        ),
        (
            {"name": "a" * 65},
            f"{AT_NAME.format('a' * 65)}Member must have length less than or equal to 64",
        ),
    ],
)
def test_names_are_checked_against_the_model(aws, parameters, refused, options, message):
    assert refused(aws("emr-containers").create_virtual_cluster, **parameters(**options)) == (
        "ValidationException",
        message,
    )


def test_namespaces_are_checked_against_the_model(aws, parameters, refused):
    code, message = refused(aws("emr-containers").create_virtual_cluster, **parameters("Team_A", name="x"))
    assert code == "ValidationException"
    assert "at 'containerProvider.info.eksInfo.namespace' failed to satisfy constraint" in message
