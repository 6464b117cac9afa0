from __future__ import annotations

from typing import Any

import pytest

from plugin.custom_resource import Refused, State, Unfinished
from plugin.virtual_cluster import VirtualCluster
from plugin.virtual_cluster_creation import client_token
from tests.plugin.fake_emr import service_error

INPUTS: dict[str, Any] = {
    "name": "a",
    "clusterName": "prod",
    "namespace": "team-a",
    "tags": {"team": "a"},
    "drainOnDelete": False,
}
KIND = VirtualCluster()


@pytest.mark.covers("VC-01", "VC-02")
def test_creating_registers_the_namespace_of_the_cluster_and_says_that_it_runs(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS | {"schedulerConfiguration": {"maxConcurrentJobRuns": 5}})
    made = emr.clusters["vc0"]
    assert made["containerProvider"] == {"type": "EKS", "id": "prod", "info": {"eksInfo": {"namespace": "team-a"}}}
    assert made["schedulerConfiguration"] == {"maxConcurrentJobRuns": 5}
    assert state.id == "vc0"
    assert state.outputs == INPUTS | {
        "schedulerConfiguration": {"maxConcurrentJobRuns": 5},
        "virtualClusterId": "vc0",
        "arn": "arn:vc0",
        "state": "RUNNING",
    }


def test_a_run_killed_after_the_creation_finds_the_same_virtual_cluster_again(call, emr):
    emr.lose_answer = True
    with pytest.raises(ConnectionError):
        KIND.create(call(emr_containers=emr), INPUTS)
    emr.lose_answer = False
    assert KIND.create(call(emr_containers=emr), INPUTS).id == "vc0"
    assert len(emr.clusters) == 1


def test_after_a_deletion_the_same_inputs_make_another_and_a_killed_run_finds_that_one(call, emr):
    first = KIND.create(call(emr_containers=emr), INPUTS)
    KIND.delete(call(emr_containers=emr), first)
    assert KIND.create(call(emr_containers=emr), INPUTS).id == "vc1"
    assert KIND.create(call(emr_containers=emr), INPUTS).id == "vc1"
    assert len(emr.clusters) == 2


def test_the_token_fits_the_service_and_differs_by_resource_parameters_and_past():
    tokens = {client_token(urn, {"name": name}, dead) for urn in "ab" for name in "xy" for dead in ([], ["vc0"])}
    assert len(tokens) == 8
    assert {len(token) for token in tokens} == {64}


def test_another_resource_for_the_same_namespace_is_told_who_has_it(call, emr):
    KIND.create(call(emr_containers=emr), INPUTS)
    with pytest.raises(
        Refused, match="namespace team-a of cluster prod is registered already, as virtual cluster vc0"
    ) as refused:
        KIND.create(call(urn="urn:pulumi:s::p::t::other", emr_containers=emr), INPUTS | {"name": "b"})
    assert "pulumi import tenancy:index:VirtualCluster NAME vc0" in str(refused.value)


def test_a_namespace_whose_virtual_cluster_is_terminating_is_told_to_wait(call, emr):
    KIND.create(call(emr_containers=emr), INPUTS)
    emr.clusters["vc0"]["state"] = "TERMINATING"
    with pytest.raises(Refused, match="vc0, which is TERMINATING: run again later"):
        KIND.create(call(urn="urn:pulumi:s::p::t::other", emr_containers=emr), INPUTS)


def test_the_services_own_message_reaches_the_user(call, emr):
    emr.refusal = service_error("ValidationException", "Reason: user emr-containers cannot create pods")
    with pytest.raises(Refused, match="ValidationException: Reason: user emr-containers cannot create pods"):
        KIND.create(call(emr_containers=emr), INPUTS)


def test_the_throttle_of_eks_is_waited_for(call, emr):
    emr.throttles = 2
    assert KIND.create(call(emr_containers=emr), INPUTS).id == "vc0"
    assert emr.calls.count("create") == 3


def test_what_was_just_made_may_be_unseen_for_a_moment(call, emr):
    emr.unseen = 2
    assert KIND.create(call(emr_containers=emr), INPUTS).id == "vc0"


@pytest.mark.covers("VC-04", "VC-07")
def test_reading_shows_what_is_there_and_what_changed(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS)
    emr.clusters["vc0"]["tags"] = {"team": "b", "aws:cloudformation": "theirs"}
    emr.clusters["vc0"]["state"] = "ARRESTED"
    emr.clusters["vc0"]["schedulerConfiguration"] = {"maxConcurrentJobRuns": 7, "maxInQueueJobRuns": 1000}
    seen = KIND.read(call(emr_containers=emr), state.id, INPUTS)
    assert seen is not None
    assert seen.outputs["tags"] == {"team": "b"}
    assert seen.outputs["state"] == "ARRESTED"
    assert seen.outputs["schedulerConfiguration"] == {"maxConcurrentJobRuns": 7}


def test_reading_without_recorded_inputs_gives_all_inputs_for_an_import(call, emr):
    KIND.create(call(emr_containers=emr), INPUTS)
    seen = KIND.read(call(emr_containers=emr), "vc0", {})
    assert seen is not None
    assert {name: seen.outputs[name] for name in INPUTS} == INPUTS


@pytest.mark.parametrize("state", ["TERMINATED", None])
def test_a_terminated_or_absent_virtual_cluster_is_gone(call, emr, state):
    KIND.create(call(emr_containers=emr), INPUTS)
    if state:
        emr.clusters["vc0"]["state"] = state
    else:
        emr.clusters.clear()
    assert KIND.read(call(emr_containers=emr), "vc0", INPUTS) is None
    KIND.delete(call(emr_containers=emr), State(id="vc0", outputs=INPUTS))
    assert "delete" not in emr.calls


@pytest.mark.covers("TG-10")
def test_an_update_writes_only_the_tags_that_differ(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS | {"tags": {"keep": "1", "change": "1", "go": "1"}})
    changed = KIND.update(call(emr_containers=emr), state, INPUTS | {"tags": {"keep": "1", "change": "2", "new": "1"}})
    assert changed.outputs["tags"] == {"keep": "1", "change": "2", "new": "1"}
    assert [one for one in emr.calls if "tag" in one] == ["untag ['go']", "tag ['change', 'new']"]


def test_limits_that_are_taken_back_are_set_to_what_emr_gives_by_itself(call, emr):
    limits = {"maxConcurrentJobRuns": 5, "maxInQueueJobRuns": 6}
    state = KIND.create(call(emr_containers=emr), INPUTS | {"schedulerConfiguration": limits})
    fewer = INPUTS | {"schedulerConfiguration": {"maxInQueueJobRuns": 6}}
    state = KIND.update(call(emr_containers=emr), state, fewer)
    assert emr.clusters["vc0"]["schedulerConfiguration"] == {"maxConcurrentJobRuns": 1000, "maxInQueueJobRuns": 6}
    assert state.outputs["schedulerConfiguration"] == {"maxInQueueJobRuns": 6}
    assert "schedulerConfiguration" not in KIND.update(call(emr_containers=emr), state, INPUTS).outputs


@pytest.mark.covers("VC-05")
def test_an_update_of_an_arrested_one_is_recorded_and_says_what_to_do(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS)
    emr.clusters["vc0"]["state"] = "ARRESTED"
    with pytest.raises(
        Unfinished, match="restore the Role and RoleBinding of user emr-containers in team-a"
    ) as unfinished:
        KIND.update(call(emr_containers=emr), state, INPUTS | {"tags": {}})
    assert unfinished.value.state.outputs["tags"] == {}


@pytest.mark.covers("VC-06")
def test_a_delete_refuses_while_jobs_or_endpoints_live_and_names_them(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS)
    emr.jobs = [
        {"id": f"j{n}", "name": f"n{n}", "state": one}
        for n, one in enumerate(["PENDING", "SUBMITTED", "RUNNING", "CANCEL_PENDING", "COMPLETED"])
    ]
    emr.endpoints = [
        {"id": "e0", "name": "studio", "state": "ACTIVE"},
        {"id": "e1", "name": "old", "state": "TERMINATED"},
    ]
    with pytest.raises(Refused) as refused:
        KIND.delete(call(emr_containers=emr), state)
    for live in (
        "j0 n0 (PENDING)",
        "j1 n1 (SUBMITTED)",
        "j2 n2 (RUNNING)",
        "j3 n3 (CANCEL_PENDING)",
        "e0 studio (ACTIVE)",
    ):
        assert live in str(refused.value)
    assert "j4" not in str(refused.value)
    assert "e1" not in str(refused.value)
    assert "drainOnDelete" in str(refused.value)
    assert emr.clusters["vc0"]["state"] == "RUNNING"
    assert not any(one.startswith(("cancel", "end")) for one in emr.calls)


@pytest.mark.covers("VC-06")
def test_a_delete_ends_what_lives_first_when_the_stored_input_says_so(call, emr, told):
    state = KIND.create(call(emr_containers=emr), INPUTS | {"drainOnDelete": True})
    emr.jobs = [{"id": "j0", "name": "n", "state": "RUNNING"}]
    emr.endpoints = [{"id": "e0", "name": "studio", "state": "ACTIVE"}]
    KIND.delete(call(emr_containers=emr), state)
    assert emr.clusters["vc0"]["state"] == "TERMINATED"
    assert emr.calls.index("cancel j0") < emr.calls.index("delete")
    assert emr.calls.index("end e0") < emr.calls.index("delete")
    assert "j0 n (RUNNING)" in told[0]


def test_work_that_does_not_end_in_time_stops_the_delete(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS | {"drainOnDelete": True})
    emr.jobs = [{"id": "j0", "name": "n", "state": "CANCEL_PENDING"}]
    with pytest.raises(Refused, match="not ended in time"):
        KIND.delete(call(timeout=0.2, emr_containers=emr), state)
    assert emr.clusters["vc0"]["state"] == "RUNNING"


@pytest.mark.covers("VC-05")
def test_a_deletion_that_is_arrested_says_what_to_restore_and_the_next_one_goes_on(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS)
    emr.arrest = True
    with pytest.raises(
        Refused, match="ARRESTED and not deleted: EMR lost its access to namespace team-a of cluster prod"
    ):
        KIND.delete(call(emr_containers=emr), state)
    emr.arrest = False
    KIND.delete(call(emr_containers=emr), state)
    assert emr.clusters["vc0"]["state"] == "TERMINATED"


def test_a_delete_of_one_that_is_terminating_only_waits(call, emr):
    state = KIND.create(call(emr_containers=emr), INPUTS)
    emr.clusters["vc0"]["state"] = "TERMINATING"
    KIND.delete(call(emr_containers=emr), state)
    assert "delete" not in emr.calls


def test_cancelling_the_run_ends_the_waiting(call, emr):
    operation = call(emr_containers=emr)
    state = KIND.create(operation, INPUTS | {"drainOnDelete": True})
    emr.jobs = [{"id": "j0", "name": "n", "state": "CANCEL_PENDING"}]
    operation.cancelled.set()
    with pytest.raises(Refused, match="cancelled"):
        KIND.delete(operation, state)
