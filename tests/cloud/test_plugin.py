"""Our own plugin, started by the real engine, on an emulated cluster of its own."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.cloud.plugin_stack import BY_HAND, ENTRY, NODES, ROLE, cluster, project

if TYPE_CHECKING:
    from tests.cloud.plugin_stack import Stack

pytestmark = pytest.mark.cloud

__all__ = ["cluster", "project"]  # fixtures


@pytest.fixture
def stack(project: Stack) -> Stack:
    """The stack with all its resources as declared, whatever an earlier test left."""
    project.pulumi("up", "--refresh", "--yes", "--skip-preview")
    return project


def test_a_preview_on_an_empty_stack_shows_all_and_does_nothing(project: Stack):
    shown = project.pulumi("preview")
    for one in ("ServiceLinkedRole", "AwsAuthEntry", "VirtualCluster"):
        assert re.search(rf"\+ +tenancy:index:{one} +\w+ +create", shown), shown
    assert project.map_roles() == BY_HAND
    refused = project.pulumi("preview", check=False, namespace="Team_A", name="a b")
    assert "'Team_A'" in refused
    assert "'a b'" in refused
    assert "Traceback" not in refused


@pytest.mark.covers("CA-12")
def test_without_the_entry_emr_refuses_in_its_own_words(project: Stack):
    refused = project.up(check=False, entry="false")
    assert "Unauthorized to perform read namespace on team-a" in refused
    assert "Traceback" not in refused


@pytest.mark.covers("CA-12", "CA-13", "ID-23", "VC-02", "VC-03")
def test_up_lets_emr_in_and_registers_the_namespace_and_a_second_up_changes_nothing(stack: Stack):
    assert yaml.safe_load(stack.map_roles()) == [NODES, ENTRY]
    assert stack.map_roles().startswith(BY_HAND)
    found = stack.virtual_cluster(stack.output("id"))
    assert (found["name"], found["state"]) == ("a", "RUNNING")
    assert found["containerProvider"]["info"]["eksInfo"]["namespace"] == "team-a"
    stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_secret_tags_stay_secret_in_the_state(stack: Stack):
    made = stack.state()["tenant"]
    assert made["outputs"]["tags"].keys() == {"4dabf18193072939515e22adb298388d", "ciphertext"}
    assert stack.virtual_cluster(made["id"])["tags"] == {"team": "a"}


@pytest.mark.covers("CA-13")
def test_a_removed_entry_is_drift_and_is_put_back_beside_what_others_added(stack: Stack):
    other = "- rolearn: arn:aws:iam::123456789012:role/ops # theirs\n  username: ops\n"
    stack.write_map_roles(BY_HAND + other)
    assert re.search(r"tenancy:index:AwsAuthEntry +entry +deleted", stack.refresh())
    stack.up()
    assert stack.map_roles().startswith(BY_HAND + other)
    assert yaml.safe_load(stack.map_roles())[-1] == ENTRY


def test_a_changed_entry_is_drift_and_is_put_right(stack: Stack):
    stack.write_map_roles(stack.map_roles().replace("username: emr-containers", "username: stranger"))
    assert re.search(r"tenancy:index:AwsAuthEntry +entry +updated", stack.refresh())
    stack.up()
    assert ENTRY in yaml.safe_load(stack.map_roles())
    assert "stranger" not in stack.map_roles()


@pytest.mark.covers("TG-10")
def test_a_tag_changed_with_the_aws_cli_is_drift_and_is_put_right(stack: Stack):
    arn = stack.output("arn")
    stack.cloud.run("aws", "emr-containers", "tag-resource", "--resource-arn", arn, "--tags", "team=b,extra=1")
    assert re.search(r"tenancy:index:VirtualCluster +tenant +updated", stack.refresh())
    stack.up()
    assert stack.virtual_cluster(stack.output("id"))["tags"] == {"team": "a"}


def test_a_virtual_cluster_deleted_by_others_is_made_again(stack: Stack):
    old = stack.output("id")
    stack.cloud.aws("emr-containers").delete_virtual_cluster(id=old)
    wait_for(lambda: stack.virtual_cluster(old)["state"] == "TERMINATED")
    assert re.search(r"tenancy:index:VirtualCluster +tenant +deleted", stack.refresh())
    stack.up()
    assert stack.output("id") != old
    assert stack.virtual_cluster(stack.output("id"))["state"] == "RUNNING"


def test_a_run_that_ends_before_it_writes_its_state_makes_nothing_twice(stack: Stack):
    state = stack.state()
    for name in ("tenant", "entry", "role"):
        stack.pulumi("state", "delete", state[name]["urn"], "--yes")
    stack.up()
    again = stack.state()
    assert {name: again[name]["id"] for name in ("tenant", "entry", "role")} == {
        name: state[name]["id"] for name in ("tenant", "entry", "role")
    }
    assert [one["rolearn"] for one in yaml.safe_load(stack.map_roles())].count(ROLE) == 1


def test_another_namespace_is_another_virtual_cluster_and_the_old_one_goes_first(stack: Stack):
    old = stack.output("id")
    shown = stack.up(namespace="team-b")
    assert shown.index("tenant deleted") < shown.index("tenant created"), shown
    assert stack.virtual_cluster(old)["state"] == "TERMINATED"
    assert stack.virtual_cluster(stack.output("id"))["containerProvider"]["info"]["eksInfo"]["namespace"] == "team-b"


def test_what_exists_can_be_imported(stack: Stack):
    state = stack.state()
    for name in ("tenant", "entry"):
        stack.pulumi("state", "delete", state[name]["urn"], "--yes")
    for name in ("entry", "tenant"):
        stack.pulumi(
            "import", state[name]["type"], name, state[name]["id"], "--yes", "--protect=false", "--generate-code=false"
        )
    again = stack.state()
    assert again["entry"]["outputs"] == state["entry"]["outputs"]
    assert again["tenant"]["outputs"]["arn"] == state["tenant"]["outputs"]["arn"]
    stack.up()
    assert stack.output("id") == state["tenant"]["id"]


@pytest.mark.covers("VC-05")
def test_a_deletion_without_emrs_access_is_arrested_and_goes_on_when_access_is_back(stack: Stack):
    found = stack.output("id")
    entry = stack.map_roles()
    stack.write_map_roles(BY_HAND)
    refused = stack.up(check=False, tenant="false")
    assert "is ARRESTED and not deleted" in refused
    assert "RoleBinding of user emr-containers in team-a" in refused
    assert stack.virtual_cluster(found)["state"] == "ARRESTED"
    stack.write_map_roles(entry)
    stack.up(tenant="false")
    assert stack.virtual_cluster(found)["state"] == "TERMINATED"


@pytest.mark.covers("CA-13", "ID-25")
def test_destroy_removes_the_entry_and_nothing_of_others_and_leaves_the_role(stack: Stack):
    stack.write_map_roles(f"{stack.map_roles()}# behind\n")
    shown = stack.destroy()
    assert "service-linked role AWSServiceRoleForAmazonEMRContainers stays" in shown
    left = stack.map_roles()
    assert left.startswith(BY_HAND)
    assert left.endswith("# behind\n")
    assert ROLE not in left
    assert stack.cloud.aws("iam").get_role(RoleName="AWSServiceRoleForAmazonEMRContainers")


def wait_for(true: Any) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)
