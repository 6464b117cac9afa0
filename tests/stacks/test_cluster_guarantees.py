"""What holds of the whole stack, whichever of its parts sees to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spec.capacity import CapacitySpec, check_placement
from spec.tenant import TenantSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording, Registered

GROUP = "eks:index:ManagedNodeGroup"
OTHER_GROUP = "aws:eks/nodeGroup:NodeGroup"
MOST_GROUPS = 30  # managed node groups a cluster (EKS User Guide, "View and manage Amazon EKS service quotas")


def trusted_by(role: Registered) -> set[str]:
    """The services that a role trusts."""
    statements = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    return {str(each["Principal"].get("Service")) for each in statements}


@pytest.mark.covers("CA-24")
def test_a_cluster_with_nodes_is_there_before_emr_registers_a_namespace(local_stack: Recording) -> None:
    (nodes,) = local_stack.of(GROUP)
    registered = local_stack.of("tenancy:index:VirtualCluster")
    assert len(registered) == 3
    assert all(local_stack.waits_for(each, nodes) for each in registered)
    assert nodes.inputs["instanceTypes"] == ["m6i.xlarge"]


@pytest.mark.covers("ID-20")
def test_nodes_may_join_and_pull_and_the_network_plugin_has_a_role_of_its_own(local_stack: Recording) -> None:
    roles = {each.name: each for each in local_stack.of("aws:iam/role:Role")}
    of_nodes = {name for name, role in roles.items() if trusted_by(role) == {"ec2.amazonaws.com"}}
    assert {roles[name].inputs["name"] for name in of_nodes} == {"emr-node", "emr-worker"}
    names = {roles[name].inputs["name"] for name in of_nodes}
    attached: dict[str, set[str]] = {}
    for each in local_stack.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        attached.setdefault(each.inputs["role"], set()).add(each.inputs["policyArn"].rpartition("/")[2])
    least = {"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"}
    assert [policies for role, policies in attached.items() if role in names | of_nodes] == [least, least]
    inline = {each.inputs["role"] for each in local_stack.of("aws:iam/rolePolicy:RolePolicy")}
    assert not inline & (names | of_nodes)
    assert attached["emr-cni"] == {"AmazonEKS_CNI_Policy"}


@pytest.mark.covers("ID-03")
def test_the_issuer_is_what_eks_says_of_the_cluster_and_no_text_made_of_the_region(
    record_stack: Callable[..., Recording], local_stack: Recording
) -> None:
    (provider,) = local_stack.of("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    assert local_stack.waits_for(provider, local_stack.one("eks:index:Cluster"))
    previewed = record_stack("local", preview=True).one(provider.type)
    assert "url" not in previewed.inputs or not str(previewed.inputs["url"]).startswith("https://")


@pytest.mark.covers("RM-19")
def test_node_groups_stay_within_their_number_however_many_tenants_there_are(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    config = stack_config("local") | {"tenancy:capacity": json.dumps({"by": "nodeGroups"})}
    recording = record_stack("local", config=config)
    assert len(recording.of(GROUP)) + len(recording.of(OTHER_GROUP)) == 7 <= MOST_GROUPS
    tenant = TenantSpec(name="risk", owner="x", cost_centre="y", stack="local", placement="dedicated")
    assert check_placement(CapacitySpec(by="nodeGroups"), [tenant])


@pytest.mark.covers("NW-15")
def test_every_policy_of_an_endpoint_is_statements_that_each_name_a_principal(local_stack: Recording) -> None:
    given = [each.inputs.get("policy") for each in local_stack.of("aws:ec2/vpcEndpoint:VpcEndpoint")]
    policies: list[dict[str, Any]] = [json.loads(each) for each in given if each]
    assert len(policies) == 5
    for policy in policies:
        assert {"Statement"} <= policy.keys() <= {"Statement", "Version"}
        assert policy["Statement"]
        assert all(statement["Principal"] for statement in policy["Statement"])
