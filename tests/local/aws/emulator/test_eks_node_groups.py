from __future__ import annotations

import pytest

from local.control_plane import ApiError


@pytest.fixture
def new_group(world, aws, network, cluster):
    """Makes a node group and waits for its end, good or bad."""

    def make(**options):
        parameters = {
            "clusterName": cluster["name"],
            "nodegroupName": "system",
            "subnets": network["subnets"],
            "nodeRole": network["node_role"],
            "instanceTypes": ["m5.xlarge"],
            "scalingConfig": {"minSize": 1, "maxSize": 6, "desiredSize": 3},
        }
        aws("eks").create_nodegroup(**(parameters | options))
        world.settle()
        return aws("eks").describe_nodegroup(clusterName="emr", nodegroupName="system")["nodegroup"]

    return make


@pytest.fixture
def network_plugin(world, aws, cluster):
    aws("eks").create_addon(clusterName=cluster["name"], addonName="vpc-cni")
    world.settle()


class Unreachable:
    def __call__(self, *_):
        raise ApiError(0, "Unreachable", "no answer")


def nodes(plane):
    return sorted(plane.api.list("/api/v1/nodes"), key=lambda node: node["metadata"]["name"])


@pytest.mark.usefixtures("aws", "network_plugin")
def test_nodes_become_ready_and_lie_spread_over_the_zones(new_group, plane):
    group = new_group(labels={"pool": "system"}, taints=[{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}])
    assert group["status"] == "ACTIVE"
    found = nodes(plane)
    assert {n["metadata"]["labels"]["topology.kubernetes.io/zone"] for n in found} == {
        "us-west-2a",
        "us-west-2b",
        "us-west-2c",
    }
    for node in found:
        labels = node["metadata"]["labels"]
        address = next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")
        zone = labels["topology.kubernetes.io/zone"][-1]
        assert address.startswith(f"10.0.{'abc'.index(zone)}.")
        assert node["metadata"]["name"] == f"ip-{address.replace('.', '-')}.us-west-2.compute.internal"
        assert labels["eks.amazonaws.com/nodegroup"] == "system"
        assert labels["eks.amazonaws.com/capacityType"] == "ON_DEMAND"
        assert labels["pool"] == "system"
        assert node["spec"]["taints"] == [{"key": "k", "value": "v", "effect": "NoSchedule"}]
        assert node["status"]["capacity"]["cpu"] == "4"
        assert node["status"]["capacity"]["pods"] == "58"


def test_without_the_network_plugin_nodes_stay_unhealthy_and_creation_fails(new_group, plane):
    group = new_group()
    issue = group["health"]["issues"][0]
    assert group["status"] == "CREATE_FAILED"
    assert (issue["code"], issue["message"]) == ("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster")
    assert len(issue["resourceIds"]) == 3
    assert len(nodes(plane)) == 3


def test_a_network_plugin_that_comes_later_makes_nodes_ready(world, aws, new_group, plane):
    new_group()
    configuration = '{"env": {"ENABLE_POD_ENI": "true"}}'
    aws("eks").create_addon(clusterName="emr", addonName="vpc-cni", configurationValues=configuration)
    world.settle()
    for node in nodes(plane):
        assert node["status"]["conditions"][0]["status"] == "True"
        assert node["status"]["allocatable"]["vpc.amazonaws.com/pod-eni"] == "18"


@pytest.mark.usefixtures("network_plugin")
def test_eks_lets_the_role_of_the_nodes_in_by_an_entry(aws, network, new_group):
    new_group()
    entry = aws("eks").describe_access_entry(clusterName="emr", principalArn=network["node_role"])["accessEntry"]
    assert (entry["type"], entry["username"]) == ("EC2_LINUX", "system:node:{{EC2PrivateDNSName}}")
    assert entry["kubernetesGroups"] == ["system:nodes"]


def test_in_mode_config_map_the_role_goes_into_aws_auth(world, aws, network, new_cluster):
    new_cluster(name="old", accessConfig={"authenticationMode": "CONFIG_MAP"}, bootstrapSelfManagedAddons=True)
    for name in ("one", "two"):
        aws("eks").create_nodegroup(
            clusterName="old", nodegroupName=name, subnets=network["subnets"], nodeRole=network["node_role"]
        )
    world.settle()
    assert aws("eks").describe_nodegroup(clusterName="old", nodegroupName="two")["nodegroup"]["status"] == "ACTIVE"
    text = world.planes["old"].api.get("/api/v1/namespaces/kube-system/configmaps/aws-auth")["data"]["mapRoles"]
    assert text.count("arn:aws:iam::123456789012:role/node") == 1


@pytest.mark.usefixtures("network_plugin", "cluster")
def test_nodes_whose_role_is_not_let_in_do_not_join(world, aws, network, plane, monkeypatch):
    monkeypatch.setattr("local.aws.emulator.eks.node_groups._admit_nodes", lambda *_: None)
    aws("eks").create_nodegroup(
        clusterName="emr", nodegroupName="lost", subnets=network["subnets"], nodeRole=network["node_role"]
    )
    world.settle()
    issue = aws("eks").describe_nodegroup(clusterName="emr", nodegroupName="lost")["nodegroup"]["health"]["issues"][0]
    assert issue["message"] == "Instances failed to join the kubernetes cluster"
    assert nodes(plane) == []


@pytest.mark.usefixtures("network_plugin")
def test_scaling_launches_and_ends_nodes(world, aws, new_group, plane):
    new_group()
    eks = aws("eks")
    kept = {node["metadata"]["name"] for node in nodes(plane)}
    update = eks.update_nodegroup_config(clusterName="emr", nodegroupName="system", scalingConfig={"desiredSize": 5})[
        "update"
    ]
    world.settle()
    assert kept < {node["metadata"]["name"] for node in nodes(plane)}
    assert len(nodes(plane)) == 5
    found = eks.describe_update(name="emr", updateId=update["id"], nodegroupName="system")["update"]
    assert (found["type"], found["status"]) == ("ConfigUpdate", "Successful")
    eks.update_nodegroup_config(clusterName="emr", nodegroupName="system", scalingConfig={"desiredSize": 1})
    world.settle()
    assert len(nodes(plane)) == 1


@pytest.mark.usefixtures("network_plugin")
def test_labels_and_taints_of_a_group_follow_on_all_its_nodes(world, aws, new_group, plane):
    new_group(labels={"old": "1", "kept": "1"}, taints=[{"key": "old", "value": "x", "effect": "NO_SCHEDULE"}])
    aws("eks").update_nodegroup_config(
        clusterName="emr",
        nodegroupName="system",
        labels={"addOrUpdateLabels": {"new": "2"}, "removeLabels": ["old"]},
        taints={
            "addOrUpdateTaints": [{"key": "new", "effect": "NO_EXECUTE"}],
            "removeTaints": [{"key": "old", "value": "x", "effect": "NO_SCHEDULE"}],
        },
    )
    world.settle()
    for node in nodes(plane):
        labels = node["metadata"]["labels"]
        assert (labels["new"], labels["kept"], labels.get("old")) == ("2", "1", None)
        assert node["spec"]["taints"] == [{"key": "new", "value": "", "effect": "NoExecute"}]


@pytest.mark.usefixtures("network_plugin")
def test_another_version_of_the_launch_template_exchanges_the_nodes(world, aws, new_group, plane):
    ec2, eks = aws("ec2"), aws("eks")
    template = ec2.create_launch_template(
        LaunchTemplateName="template", LaunchTemplateData={"InstanceType": "m5.xlarge"}
    )
    group = new_group(instanceTypes=[], launchTemplate={"name": "template", "version": "$Latest"})
    template_id = template["LaunchTemplate"]["LaunchTemplateId"]
    assert group["launchTemplate"] == {"id": template_id, "name": "template", "version": "1"}
    assert group.get("instanceTypes") is None
    before = {node["metadata"]["name"] for node in nodes(plane)}
    ec2.create_launch_template_version(LaunchTemplateName="template", LaunchTemplateData={"InstanceType": "m5.2xlarge"})
    eks.update_nodegroup_version(
        clusterName="emr", nodegroupName="system", launchTemplate={"id": template_id, "version": "2"}
    )
    world.settle()
    after = {node["metadata"]["name"] for node in nodes(plane)}
    assert len(after) == 3
    assert not before & after
    assert {n["metadata"]["labels"]["node.kubernetes.io/instance-type"] for n in nodes(plane)} == {"m5.2xlarge"}


@pytest.mark.usefixtures("network_plugin")
def test_an_update_that_the_cluster_refuses_fails_and_says_why(world, aws, new_group, plane):
    new_group()
    plane.api.patch = Unreachable()
    update = aws("eks").update_nodegroup_config(
        clusterName="emr", nodegroupName="system", labels={"addOrUpdateLabels": {"a": "b"}}
    )["update"]
    world.settle()
    found = aws("eks").describe_update(name="emr", updateId=update["id"], nodegroupName="system")["update"]
    assert (found["status"], found["errors"][0]["errorMessage"]) == ("Failed", "no answer")
    group = aws("eks").describe_nodegroup(clusterName="emr", nodegroupName="system")["nodegroup"]
    assert group["status"] == "DEGRADED"


@pytest.mark.usefixtures("network_plugin")
def test_deleting_takes_the_nodes_away_and_the_cluster_waits_for_it(world, aws, new_group, plane, refused):
    new_group()
    eks = aws("eks")
    assert refused(eks.delete_cluster, name="emr") == ("ResourceInUseException", "Cluster has nodegroups attached")
    eks.delete_nodegroup(clusterName="emr", nodegroupName="system")
    world.settle()
    assert nodes(plane) == []
    assert eks.list_nodegroups(clusterName="emr")["nodegroups"] == []
    assert refused(eks.describe_nodegroup, clusterName="emr", nodegroupName="system") == (
        "ResourceNotFoundException",
        "No node group found for name: system.",
    )
