from __future__ import annotations

from typing import Any

import pytest

from plugin.aws_auth_entry import AwsAuthEntry
from plugin.custom_resource import Refused, State
from plugin.property_values import UNKNOWN

ROLE = "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers"
INPUTS: dict[str, Any] = {"clusterName": "prod", "roleArn": ROLE, "username": "emr-containers", "groups": []}
OURS = f"- rolearn: {ROLE}\n  username: emr-containers\n"
NODES = (
    "# the nodes\n- rolearn: arn:aws:iam::123456789012:role/nodes\n  username: 'system:node:{{EC2PrivateDNSName}}'\n"
)
KIND = AwsAuthEntry()


@pytest.fixture
def operation(call, api_server):
    return call(eks=api_server)


def create(operation: Any, **changes: Any) -> State:
    return KIND.create(operation, INPUTS | changes)


@pytest.mark.covers("CA-12", "CA-13")
def test_creating_adds_the_entry_and_keeps_every_other_byte(operation, api_server):
    api_server.put(NODES)
    state = create(operation)
    assert api_server.text == NODES + OURS
    assert api_server.config_map["data"]["mapUsers"] == "# people\n[]\n"
    assert state == State(id=f"prod/{ROLE}", outputs=INPUTS)


@pytest.mark.covers("CA-13")
def test_creating_makes_map_roles_where_the_config_map_has_none(operation, api_server):
    api_server.put(None)
    create(operation)
    assert api_server.text == OURS


@pytest.mark.covers("CA-14")
def test_creating_makes_the_config_map_where_there_is_none(operation, api_server):
    create(operation)
    assert api_server.config_map["metadata"] == {"name": "aws-auth", "namespace": "kube-system"}
    assert api_server.text == OURS


def test_an_equal_entry_of_an_earlier_run_is_taken(operation, api_server):
    api_server.put(NODES + OURS)
    assert create(operation).outputs == INPUTS
    assert api_server.text == NODES + OURS
    assert [method for method, _, _ in api_server.asked] == ["GET"]


def test_an_entry_of_the_role_for_another_user_is_refused_with_its_place(operation, api_server):
    foreign = OURS.replace("emr-containers", "someone")
    api_server.put(NODES + foreign)
    with pytest.raises(Refused, match=r"maps role .* in mapRoles \(line 4: username someone\)"):
        create(operation)
    assert api_server.text == NODES + foreign


def test_duplicates_are_reported_and_not_merged(operation, api_server, told):
    api_server.put(OURS + NODES + OURS)
    with pytest.raises(Refused, match=r"line 1: username emr-containers; line 6: username emr-containers"):
        create(operation)
    seen = KIND.read(operation, f"prod/{ROLE}", INPUTS)
    assert seen is not None
    assert seen.outputs == INPUTS
    assert "line 1" in told[0]
    KIND.delete(operation, State(id=f"prod/{ROLE}", outputs=INPUTS))
    assert api_server.text == NODES + OURS
    assert "stay" in told[1]


@pytest.mark.covers("CA-13")
def test_edits_of_others_in_between_are_kept(operation, api_server):
    api_server.put("")
    other = "- rolearn: arn:aws:iam::123456789012:role/r{}\n  username: u{}\n"
    for n in range(3):
        api_server.interfere.append(lambda n=n: api_server.put("".join(other.format(i, i) for i in range(n + 1))))
    create(operation)
    assert api_server.text == "".join(other.format(i, i) for i in range(3)) + OURS


def test_a_config_map_that_appears_or_vanishes_in_between_is_read_again(operation, api_server):
    api_server.interfere.append(lambda: api_server.put(NODES))
    create(operation)
    assert api_server.text == NODES + OURS
    api_server.put(NODES)
    api_server.interfere.append(lambda: setattr(api_server, "config_map", None))
    create(operation)
    assert api_server.text == OURS


def test_a_text_that_cannot_be_read_is_left_and_named(operation, api_server):
    api_server.put("- rolearn: [x\n")
    with pytest.raises(Refused, match=r"is left as it is: mapRoles is not readable as YAML: line 2, column 1"):
        create(operation)
    with pytest.raises(Refused, match="is left as it is"):
        KIND.read(operation, f"prod/{ROLE}", INPUTS)
    with pytest.raises(Refused, match="is left as it is"):
        KIND.delete(operation, State(id=f"prod/{ROLE}", outputs=INPUTS))
    assert api_server.text == "- rolearn: [x\n"


@pytest.mark.parametrize("text", [None, NODES, "[]"])
def test_an_entry_that_somebody_removed_is_gone(operation, api_server, text):
    api_server.put(text)
    assert KIND.read(operation, f"prod/{ROLE}", INPUTS) is None
    api_server.config_map = None
    assert KIND.read(operation, f"prod/{ROLE}", INPUTS) is None


def test_reading_shows_what_somebody_made_of_the_entry_and_an_update_puts_it_right(operation, api_server):
    api_server.put(NODES + OURS.replace("username: emr-containers", "username: changed\n  groups: [g]"))
    seen = KIND.read(operation, f"prod/{ROLE}", INPUTS)
    assert seen is not None
    assert seen.outputs == INPUTS | {"username": "changed", "groups": ["g"]}
    assert KIND.update(operation, seen, INPUTS).outputs == INPUTS
    assert api_server.text == NODES + OURS


def test_an_entry_that_means_the_same_in_other_words_is_no_difference(operation, api_server):
    inputs = INPUTS | {"groups": ["a", "b"]}
    api_server.put(f"- groups: [b, a]\n  username: emr-containers\n  rolearn: {ROLE.upper()}\n")
    seen = KIND.read(operation, f"prod/{ROLE}", inputs)
    assert seen == State(id=f"prod/{ROLE}", outputs=inputs)


def test_an_import_by_cluster_and_role_gives_all_inputs(operation, api_server):
    api_server.put(OURS)
    assert KIND.read(operation, f"prod/{ROLE}", {}) == State(id=f"prod/{ROLE}", outputs=INPUTS)
    with pytest.raises(Refused, match="write CLUSTER/ROLE_ARN"):
        KIND.read(operation, "aws-auth", {})


def test_deleting_removes_our_entry_only_and_twice_is_no_error(operation, api_server, told):
    api_server.put(NODES + OURS)
    for _ in range(2):
        KIND.delete(operation, State(id=f"prod/{ROLE}", outputs=INPUTS))
    assert api_server.text == NODES
    assert told == []


def test_deleting_leaves_an_entry_that_somebody_changed(operation, api_server, told):
    changed = OURS.replace("emr-containers", "theirs")
    api_server.put(changed)
    KIND.delete(operation, State(id=f"prod/{ROLE}", outputs=INPUTS))
    assert api_server.text == changed
    assert "username theirs" in told[0]


def test_with_the_cluster_the_entry_is_gone(operation):
    state = State(id=f"gone/{ROLE}", outputs=INPUTS | {"clusterName": "gone"})
    KIND.delete(operation, state)
    assert KIND.read(operation, state.id, INPUTS) is None
    with pytest.raises(Refused, match="there is no EKS cluster gone"):
        create(operation, clusterName="gone")


def test_a_cluster_that_does_not_read_the_config_map_is_refused(operation, api_server):
    api_server.cluster["accessConfig"] = {"authenticationMode": "API"}
    with pytest.raises(Refused, match="has authentication mode API and does not read ConfigMap kube-system/aws-auth"):
        create(operation)


def test_missing_rights_and_an_unreachable_server_are_told_in_words(operation, api_server):
    api_server.failure = (403, {"message": 'configmaps "aws-auth" is forbidden'})
    with pytest.raises(
        Refused, match=r'refused GET .* 403 configmaps "aws-auth" is forbidden.* needs get, create and patch'
    ):
        create(operation)
    api_server.cluster.pop("endpoint")
    with pytest.raises(Refused, match="prod is ACTIVE and has no API server"):
        create(operation)


def test_an_api_server_of_another_authority_is_not_trusted(operation, api_server, tmp_path):
    (tmp_path / "other").mkdir()
    other = type(api_server)(tmp_path / "other")
    api_server.cluster["certificateAuthority"] = other.cluster["certificateAuthority"]
    other.close()
    with pytest.raises(Refused, match=r"cannot be reached.*private endpoint"):
        create(operation)
    assert api_server.asked == []


def test_the_token_is_the_clusters_and_the_manager_of_the_field_is_named(operation, api_server):
    api_server.put(NODES)
    create(operation)
    assert {headers["Authorization"] for _, _, headers in api_server.asked} == {"Bearer token-of-prod"}
    assert api_server.asked[-1][1].endswith("/aws-auth?fieldManager=tenancy")


@pytest.mark.covers("CA-12")
@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("clusterName", ["prod", UNKNOWN], ["", None, 5]),
        (
            "roleArn",
            [ROLE, "arn:aws-us-gov:iam::123456789012:role/r", UNKNOWN],
            [
                "arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/AWSServiceRoleForAmazonEMRContainers",
                "arn:aws:iam::123456789012:user/u",
                "arn:aws:iam::123:role/r",
                "r",
                ROLE + "\n",
            ],
        ),
        ("username", ["emr-containers", "system:node:{{EC2PrivateDNSName}}", UNKNOWN], ["", " ", "a\nb", None]),
        ("groups", [[], ["system:masters"], UNKNOWN, [UNKNOWN]], ["g", [""], [1], {"a": "b"}]),
    ],
)
def test_fields_follow_the_rules_of_aws_auth(field: str, good: list[Any], bad: list[Any]):
    for value in good:
        assert KIND.check(INPUTS | {field: value})[1] == []
    for value in bad:
        assert [failure.property for failure in KIND.check(INPUTS | {field: value})[1]] == [field], value


def test_an_entry_has_no_groups_unless_declared():
    assert KIND.check({"clusterName": "prod", "roleArn": ROLE, "username": "u"})[0]["groups"] == []
