from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from components.versions import KARPENTER, RELEASES
from iam import karpenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording, Registered

CHART = "kubernetes:helm.sh/v4:Chart"
POOL = "kubernetes:karpenter.sh/v1:NodePool"
CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
GROUP = "aws:eks/nodeGroup:NodeGroup"
TENANT = "tenancy:index:Tenant"


def pool(recording: Recording, name: str) -> dict[str, Any]:
    (found,) = [each.inputs["spec"] for each in recording.of(POOL) if each.inputs["metadata"]["name"] == name]
    return found


def warnings(recording: Recording, kind: str) -> list[Registered]:
    """What tells Karpenter of interruptions, of a type."""
    (interruptions,) = recording.of("tenancy:index:Interruptions")
    return [each for each in recording.below(interruptions) if each.type == kind]


def requirements(spec: dict[str, Any]) -> dict[str, list[str]]:
    listed = spec["template"]["spec"]["requirements"]
    assert {each["operator"] for each in listed} == {"In"}
    return {each["key"]: each["values"] for each in listed}


@pytest.fixture(scope="module")
def node_class(local_stack: Recording) -> dict[str, Any]:
    return local_stack.one(CLASS).inputs["spec"]


def test_the_controller_comes_after_its_definitions_its_role_and_its_queue(local_stack: Recording) -> None:
    controller = local_stack.one(CHART, "capacity-karpenter-controller")
    for kind, name in (
        (CHART, "capacity-karpenter-definitions"),
        ("kubernetes:core/v1:Namespace", "capacity-karpenter-namespace"),
        ("aws:iam/rolePolicy:RolePolicy", "capacity-karpenter-permissions"),
        ("aws:eks/podIdentityAssociation:PodIdentityAssociation", "capacity-karpenter-identity"),
        ("aws:sqs/queuePolicy:QueuePolicy", "capacity-karpenter-interruptions-queue-policy"),
        ("aws:cloudwatch/eventTarget:EventTarget", "capacity-karpenter-interruptions-spot-target"),
    ):
        assert local_stack.waits_for(controller, local_stack.one(kind, name)), name


def test_the_controller_comes_after_system_nodes_and_all_add_ons_and_goes_before_them(local_stack: Recording) -> None:
    controller = local_stack.one(CHART, "capacity-karpenter-controller")
    needed = [local_stack.one("eks:index:ManagedNodeGroup"), *local_stack.of("eks:index:Addon")]
    assert len(needed) == 8
    assert all(local_stack.waits_for(controller, each) for each in needed)


def test_pools_and_class_go_while_the_controller_still_runs(local_stack: Recording) -> None:
    controller = local_stack.one(CHART, "capacity-karpenter-controller")
    made = local_stack.one(CLASS)
    assert local_stack.waits_for(made, controller)
    pools = local_stack.of(POOL)
    assert {each.inputs["metadata"]["name"] for each in pools} == {"drivers", "executors"}
    for each in pools:
        assert local_stack.waits_for(each, made)
        assert local_stack.waits_for(each, controller)
        assert each.request.customTimeouts.delete == "1h"


def test_tenants_with_their_jobs_go_before_the_nodes(local_stack: Recording) -> None:
    clusters = local_stack.of("tenancy:index:VirtualCluster")
    assert len(clusters) == 3
    for cluster in clusters:
        assert all(local_stack.waits_for(cluster, each) for each in local_stack.of(POOL))


def test_both_charts_are_of_one_place_and_the_definitions_come_by_their_own(local_stack: Recording) -> None:
    for name, chart in (("definitions", "karpenter-crd"), ("controller", "karpenter")):
        inputs = local_stack.one(CHART, f"capacity-karpenter-{name}").inputs
        assert inputs["chart"] == f".local/charts/{chart}"
        assert (inputs["name"], inputs["skipCrds"]) == (chart, True)
        assert "version" not in inputs


def test_charts_of_a_registry_have_the_pinned_version(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    config = {key: value for key, value in stack_config("local").items() if key != "tenancy:capacity"}
    recording = record_stack("local", config=config)
    for chart in recording.of(CHART):
        assert chart.inputs["chart"].startswith("oci://public.ecr.aws/karpenter/karpenter")
        assert chart.inputs["version"] == KARPENTER
    values = recording.one(CHART, "capacity-karpenter-controller").inputs["values"]
    assert (values["replicas"], values["controller"]["image"]["tag"]) == (2, KARPENTER)


def test_the_controller_is_told_cluster_queue_account_and_network(local_stack: Recording) -> None:
    inputs = local_stack.one(CHART, "capacity-karpenter-controller").inputs
    assert inputs["namespace"] == "karpenter"
    values = inputs["values"]
    assert values["serviceAccount"] == {"name": "karpenter"}
    assert values["service"] == {"annotations": {"pulumi.com/skipAwait": "true"}}
    assert values["controller"]["image"] == {"repository": "public.ecr.aws/karpenter/controller", "tag": KARPENTER}
    assert values["settings"] == {
        "clusterName": "emr",
        "interruptionQueue": "emr-karpenter",
        "isolatedVPC": False,
        "reservedENIs": "1",
    }


def test_where_there_is_no_nat_the_controller_asks_for_no_prices_and_comes_from_the_mirror(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    mirror = "123456789012.dkr.ecr.us-west-2.amazonaws.com/mirror"
    config = stack_config("local") | {"tenancy:network": '{"nat": "none"}', "tenancy:mirror": mirror}
    values = record_stack("local", config=config).one(CHART, "capacity-karpenter-controller").inputs["values"]
    assert values["settings"]["isolatedVPC"] is True
    assert values["controller"]["image"] == {"repository": f"{mirror}/karpenter/controller", "tag": KARPENTER}


def test_one_service_account_becomes_the_controllers_role(local_stack: Recording) -> None:
    association = local_stack.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert association == {
        "clusterName": "emr",
        "namespace": "karpenter",
        "serviceAccount": "karpenter",
        "roleArn": "arn:aws:iam::123456789012:role/emr-karpenter",
    }
    role = local_stack.one("aws:iam/role:Role", "capacity-karpenter-role").inputs
    scope = karpenter.ClusterScope(platform="emr", account="123456789012", region="us-west-2")
    assert json.loads(role["assumeRolePolicy"]) == karpenter.trust(scope)


def test_the_queue_is_encrypted_and_keeps_no_warning_that_comes_too_late(local_stack: Recording) -> None:
    queue = warnings(local_stack, "aws:sqs/queue:Queue")[0].inputs
    assert queue == {"name": "emr-karpenter", "messageRetentionSeconds": 300, "sqsManagedSseEnabled": True}


def test_four_rules_fill_the_queue_and_no_other_may(local_stack: Recording) -> None:
    rules = {each.inputs["name"]: json.loads(each.inputs["eventPattern"]) for each in warnings(local_stack, RULE)}
    assert {name: pattern["detail-type"] for name, pattern in rules.items()} == {
        "emr-karpenter-spot": ["EC2 Spot Instance Interruption Warning"],
        "emr-karpenter-rebalance": ["EC2 Instance Rebalance Recommendation"],
        "emr-karpenter-state": ["EC2 Instance State-change Notification"],
        "emr-karpenter-health": ["AWS Health Event"],
    }
    assert "running" not in rules["emr-karpenter-state"]["detail"]["state"]
    targets = warnings(local_stack, "aws:cloudwatch/eventTarget:EventTarget")
    assert {each.inputs["rule"] for each in targets} == set(rules)
    (policy,) = warnings(local_stack, "aws:sqs/queuePolicy:QueuePolicy")
    document = json.loads(policy.inputs["policy"])
    senders = document["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert sorted(senders) == sorted(f"arn:aws:events:us-west-2:123456789012:rule/{name}" for name in rules)


RULE = "aws:cloudwatch/eventRule:EventRule"


def test_nodes_join_by_an_access_entry_and_get_two_policies(local_stack: Recording) -> None:
    entry = local_stack.one("aws:eks/accessEntry:AccessEntry", "capacity-workers-entry").inputs
    assert (entry["type"], entry["principalArn"]) == ("EC2_LINUX", "arn:aws:iam::123456789012:role/emr-worker")
    (workers,) = local_stack.of("tenancy:index:Workers")
    attached = [
        each.inputs["policyArn"].rpartition("/")[2]
        for each in local_stack.below(workers)
        if each.type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    ]
    assert sorted(attached) == ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]
    profile = local_stack.one("aws:iam/instanceProfile:InstanceProfile")
    assert profile.inputs == {"name": "emr-worker", "role": "emr-worker"}
    made = local_stack.one(CLASS)
    assert local_stack.waits_for(made, local_stack.one("aws:eks/accessEntry:AccessEntry", "capacity-workers-entry"))


def test_the_role_of_spot_is_there_before_the_first_node_and_is_the_accounts(local_stack: Recording) -> None:
    role = local_stack.one("tenancy:index:ServiceLinkedRole", "capacity-spot")
    assert role.inputs["awsServiceName"] == "spot.amazonaws.com"
    assert all(local_stack.waits_for(each, role) for each in local_stack.of(POOL))


@pytest.mark.covers("SE-06")
def test_no_pod_gets_the_credentials_of_its_node(node_class: dict[str, Any]) -> None:
    assert node_class["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpProtocolIPv6": "disabled",
        "httpPutResponseHopLimit": 1,
        "httpTokens": "required",
    }


def test_disks_are_encrypted_and_those_of_the_type_hold_pods_data(node_class: dict[str, Any]) -> None:
    (disk,) = node_class["blockDeviceMappings"]
    assert disk["ebs"] == {"volumeType": "gp3", "volumeSize": "100Gi", "encrypted": True, "deleteOnTermination": True}
    assert node_class["instanceStorePolicy"] == "RAID0"


def test_nodes_start_from_a_pinned_image_in_private_subnets(local_stack: Recording, node_class: dict[str, Any]) -> None:
    assert node_class["amiSelectorTerms"] == [{"alias": f"al2023@{RELEASES['1.35'].node_image}"}]
    assert RELEASES["1.35"].node_image.startswith("v2026")
    subnets = sorted(each.name for each in local_stack.of("aws:ec2/subnet:Subnet") if "-private-" in each.name)
    assert len(subnets) == 3
    assert node_class["subnetSelectorTerms"] == [{"id": f"{name}-id"} for name in subnets]
    assert node_class["securityGroupSelectorTerms"] == [{"id": "sg-cluster"}]
    assert (node_class["instanceProfile"], "role" in node_class) == ("emr-worker", False)


@pytest.mark.covers("RM-16")
def test_drivers_get_on_demand_nodes_and_executors_spot_ones(local_stack: Recording) -> None:
    for name, capacity_type in (("drivers", "on-demand"), ("executors", "spot")):
        spec = pool(local_stack, name)
        assert requirements(spec)["karpenter.sh/capacity-type"] == [capacity_type]
        assert spec["template"]["metadata"]["labels"] == {
            "nodes.tenancy/pool": name,
            "nodes.tenancy/capacity-type": capacity_type,
        }
    assert "taints" not in pool(local_stack, "drivers")["template"]["spec"]
    assert pool(local_stack, "executors")["template"]["spec"]["taints"] == [
        {"key": "nodes.tenancy/spot", "value": "true", "effect": "NoSchedule"}
    ]


@pytest.mark.parametrize("name", ["drivers", "executors"])
def test_nodes_are_of_allowed_types_in_the_platforms_zones(local_stack: Recording, name: str) -> None:
    wanted = requirements(pool(local_stack, name))
    assert wanted["topology.kubernetes.io/zone"] == ["us-west-2a", "us-west-2b", "us-west-2c"]
    assert wanted["kubernetes.io/arch"] == ["amd64"]
    assert wanted["karpenter.k8s.aws/instance-hypervisor"] == ["nitro"]
    assert "m6i" in wanted["karpenter.k8s.aws/instance-family"]
    assert "node.kubernetes.io/instance-type" not in wanted


def test_types_and_limits_are_those_of_the_settings(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    said = {"instanceTypes": ["m6i.large"], "drivers": {"cpu": "9", "memory": "9Gi"}, "spot": False, "diskGib": 40}
    recording = record_stack("local", config=stack_config("local") | {"tenancy:capacity": json.dumps(said)})
    drivers, executors = pool(recording, "drivers"), pool(recording, "executors")
    assert requirements(drivers)["node.kubernetes.io/instance-type"] == ["m6i.large"]
    assert "karpenter.k8s.aws/instance-family" not in requirements(drivers)
    assert (drivers["limits"], executors["limits"]["cpu"]) == ({"cpu": "9", "memory": "9Gi"}, "4000")
    assert requirements(executors)["karpenter.sh/capacity-type"] == ["on-demand"]
    assert "taints" not in executors["template"]["spec"]
    assert recording.one(CLASS).inputs["spec"]["blockDeviceMappings"][0]["ebs"]["volumeSize"] == "40Gi"


@pytest.mark.covers("RM-19")
def test_nothing_but_emptiness_takes_a_node_from_a_driver(local_stack: Recording) -> None:
    spec = pool(local_stack, "drivers")
    assert spec["disruption"]["consolidationPolicy"] == "WhenEmpty"
    assert {"nodes": "0", "reasons": ["Drifted"]} in spec["disruption"]["budgets"]
    assert all(set(each["reasons"]) <= {"Drifted", "Empty"} for each in spec["disruption"]["budgets"])
    assert spec["template"]["spec"]["expireAfter"] == "Never"
    assert "terminationGracePeriod" not in spec["template"]["spec"]


def test_no_executor_is_moved_to_save_money_and_no_node_lives_for_ever(local_stack: Recording) -> None:
    spec = pool(local_stack, "executors")
    assert spec["disruption"]["consolidationPolicy"] == "WhenEmpty"
    assert spec["template"]["spec"]["expireAfter"] == "168h"
    assert spec["template"]["spec"]["terminationGracePeriod"] == "30m"


def groups(record_stack: Callable[..., Recording], config: dict[str, str], **said: Any) -> Recording:
    value = json.dumps({"by": "nodeGroups", "nodeGroups": {"maxPerZone": 4}, **said})
    return record_stack("local", config=config | {"tenancy:capacity": value})


@pytest.fixture(scope="module")
def with_groups(record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]) -> Recording:
    return groups(record_stack, stack_config("local"))


def test_without_karpenter_each_pool_has_a_node_group_in_each_zone(with_groups: Recording) -> None:
    assert not [*with_groups.of(CHART), *with_groups.of(POOL), *with_groups.of(CLASS)]
    found = {each.inputs["nodeGroupName"]: each for each in with_groups.of(GROUP)}
    zones = ("us-west-2a", "us-west-2b", "us-west-2c")
    assert set(found) == {f"emr-{name}-{zone}" for name in ("drivers", "executors") for zone in zones}
    assert len({tuple(each.inputs["subnetIds"]) for each in found.values()}) == 3
    assert with_groups.exports["platform"]["nodeClass"] == ""


def test_node_groups_have_the_labels_and_taints_of_karpenters_pools(
    with_groups: Recording, local_stack: Recording
) -> None:
    for each in with_groups.of(GROUP):
        name = each.inputs["labels"]["nodes.tenancy/pool"]
        template = pool(local_stack, name)["template"]
        assert each.inputs["labels"] == template["metadata"]["labels"]
        effects = [(taint["key"], taint["value"]) for taint in template["spec"].get("taints", [])]
        assert [(taint["key"], taint["value"]) for taint in each.inputs.get("taints", [])] == effects
        assert {taint["effect"] for taint in each.inputs.get("taints", [])} <= {"NO_SCHEDULE"}
        assert each.inputs["capacityType"] == ("SPOT" if name == "executors" else "ON_DEMAND")
        assert each.inputs["scalingConfig"] == {"minSize": 1, "desiredSize": 1, "maxSize": 4}
        assert list(each.request.ignoreChanges) == ["scalingConfig.desiredSize"]


def test_nodes_of_groups_keep_their_credentials_and_put_their_own_disks_together(with_groups: Recording) -> None:
    templates = {each.inputs["name"]: each for each in with_groups.of("aws:ec2/launchTemplate:LaunchTemplate")}
    assert set(templates) == {"emr-system", "emr-drivers", "emr-executors"}
    for each in templates.values():
        assert each.inputs["metadataOptions"]["httpPutResponseHopLimit"] == 1
        assert each.inputs["blockDeviceMappings"][0]["ebs"]["encrypted"] == "true"
    assert "userData" not in templates["emr-system"].inputs
    told = base64.b64decode(templates["emr-drivers"].inputs["userData"]).decode()
    assert told.startswith("MIME-Version: 1.0\nContent-Type: multipart/mixed")
    assert "strategy: RAID0" in told


def test_node_groups_come_after_the_role_of_spot_and_go_after_the_tenants(with_groups: Recording) -> None:
    role = with_groups.one("tenancy:index:ServiceLinkedRole", "capacity-spot")
    for group in with_groups.of(GROUP):
        assert with_groups.waits_for(group, role)
        assert all(with_groups.waits_for(each, group) for each in with_groups.of("tenancy:index:VirtualCluster"))
