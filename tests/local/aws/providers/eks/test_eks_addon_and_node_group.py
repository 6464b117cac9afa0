from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest

ROLE = "arn:aws:iam::123456789012:role/nodes"
ADDON = "aws:eks/addon:Addon"
GROUP = "aws:eks/nodeGroup:NodeGroup g"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate g-launchTemplate"
COMPONENT = "eks:index:ManagedNodeGroup g"


class GivenCluster(pulumi.ComponentResource):
    """What the engine hands over for an `eks.Cluster`: a resource whose `core` is known."""

    def __init__(self) -> None:
        super().__init__("eks:index:Cluster", "c", {})
        network = aws.eks.ClusterVpcConfigArgs(subnet_ids=["a"])
        made = aws.eks.Cluster("c-eksCluster", name="prod", role_arn="arn:r", version="1.35", vpc_config=network)
        access = kubernetes.core.v1.ConfigMap("c-nodeAccess")
        core = {"cluster": made, "subnetIds": ["a", "b"], "eksNodeAccess": access}
        self.core = pulumi.Output.from_input(core)


def construct(engine: Any, kind: str, name: str, *, as_core: bool = False, **inputs: Any) -> None:
    def program(provider: Any) -> Any:
        cluster = GivenCluster()
        opts = pulumi.ResourceOptions(providers={"aws": aws.Provider("aws")})
        given = {"cluster": cluster.core if as_core else cluster} | inputs
        made = provider.construct(name, f"eks:index:{kind}", given, opts)
        return pulumi.Output.from_input(made.urn)

    engine.run(program)


@pytest.fixture(autouse=True)
def _hydrated(monkeypatch):
    """In a plugin the reference arrives as `pulumi_eks.Cluster`."""
    from local.aws.providers.eks import core  # noqa: PLC0415

    monkeypatch.setattr(core.pulumi_eks, "Cluster", GivenCluster)


def test_an_addon_stands_under_its_cluster_and_is_one_resource(engine):
    values = {"env": {"ENABLE_POD_ENI": "true"}, "enableNetworkPolicy": "true"}
    construct(
        engine, "Addon", "vpc-cni", addonName="vpc-cni", addonVersion="v1", configurationValues=values, preserve=False
    )
    made = engine.inputs(f"{ADDON} vpc-cni")
    assert json.loads(made.pop("configurationValues")) == values
    assert made == {"clusterName": "prod", "addonName": "vpc-cni", "addonVersion": "v1", "preserve": False}
    assert engine.parent("eks:index:Addon vpc-cni") == "c"
    assert engine.parent(f"{ADDON} vpc-cni") == "vpc-cni"
    assert "pulumi:providers:aws::aws::" in engine.request(f"{ADDON} vpc-cni").provider
    assert "vpc-cni" not in engine.outputs


def test_configuration_values_are_written_alike_at_every_run(engine):
    construct(engine, "Addon", "x", addonName="x", configurationValues={"b": "ä", "a": {"d": 1, "c": [True]}})
    assert engine.inputs(f"{ADDON} x")["configurationValues"] == '{"a":{"c":[true],"d":1},"b":"ä"}'


@pytest.mark.parametrize(
    ("inputs", "says"),
    [({"tags": [{"a": "b"}]}, "list of mappings"), ({"podIdentityAssociations": []}, "does not handle the option pod")],
)
def test_an_option_of_an_addon_that_is_not_handled_is_refused_by_name(engine, inputs, says):
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        construct(engine, "Addon", "x", addonName="x", **inputs)
    assert says in (refused.value.errors or [])[0]["reason"]


def test_a_node_group_takes_the_clusters_subnets_version_and_waits_for_aws_auth(engine):
    construct(
        engine,
        "ManagedNodeGroup",
        "g",
        nodeRoleArn=ROLE,
        instanceTypes=["m6i.large"],
        labels={"pool": "system"},
        taints=[{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}],
        scalingConfig={"minSize": 3},
    )
    assert engine.inputs(GROUP) == {
        "clusterName": "prod",
        "nodeRoleArn": ROLE,
        "subnetIds": ["a", "b"],
        "version": "1.35",
        "instanceTypes": ["m6i.large"],
        "labels": {"pool": "system"},
        "taints": [{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}],
        "scalingConfig": {"desiredSize": 2, "minSize": 3, "maxSize": 2},
    }
    assert engine.parent(GROUP) == "g"
    assert any(urn.endswith("::c-nodeAccess") for urn in engine.request(GROUP).dependencies)
    assert TEMPLATE not in engine.children()
    assert "nodeGroup" in engine.outputs["g"]


def test_the_core_of_a_cluster_may_be_given_in_its_place(engine):
    construct(engine, "ManagedNodeGroup", "g", as_core=True, nodeRoleArn=ROLE)
    assert engine.inputs(GROUP)["clusterName"] == "prod"


def test_a_role_is_given_as_resource_too(engine):
    construct(engine, "ManagedNodeGroup", "g", nodeRole=aws_role())
    assert engine.inputs(GROUP)["nodeRoleArn"] == ROLE


def aws_role() -> pulumi.Output[Any]:
    return pulumi.Output.from_input(None).apply(lambda _: aws.iam.Role("nodes", assume_role_policy="{}"))


def test_an_own_launch_template_decides_about_version_and_disk(engine):
    construct(engine, "ManagedNodeGroup", "g", nodeRoleArn=ROLE, launchTemplate={"id": "lt-1", "version": "5"})
    made = engine.inputs(GROUP)
    assert made["launchTemplate"] == {"id": "lt-1", "version": "5"}
    assert "version" not in made
    assert TEMPLATE not in engine.children()


@pytest.mark.parametrize(("asked", "tokens"), [(True, "required"), (False, "optional")])
def test_the_template_of_the_component_leaves_the_metadata_service_to_pods(engine, asked, tokens):
    construct(engine, "ManagedNodeGroup", "g", nodeRoleArn=ROLE, enableIMDSv2=asked, diskSize=50)
    template = engine.inputs(TEMPLATE)
    assert template["metadataOptions"] == {
        "httpTokens": tokens,
        "httpPutResponseHopLimit": 2,
        "httpEndpoint": "enabled",
    }
    assert template["blockDeviceMappings"] == [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50}}]
    group = engine.inputs(GROUP)
    assert group["launchTemplate"] == {"id": "g-launchTemplate-id", "version": "3"}
    assert "diskSize" not in group


def test_a_disk_size_alone_goes_to_the_node_group(engine):
    construct(engine, "ManagedNodeGroup", "g", nodeRoleArn=ROLE, diskSize=50)
    assert engine.inputs(GROUP)["diskSize"] == 50
    assert TEMPLATE not in engine.children()


def test_changes_of_size_are_ignored_when_asked(engine):
    construct(engine, "ManagedNodeGroup", "g", nodeRoleArn=ROLE, ignoreScalingChanges=True)
    assert list(engine.request(GROUP).ignoreChanges) == ["scalingConfig.desiredSize"]


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"nodeRoleArn": ROLE, "kubeletExtraArgs": "--x"}, "kubeletExtraArgs"),
        ({"nodeRoleArn": ROLE, "gpu": True}, "gpu"),
        ({}, "nodeRole"),
        ({"nodeRoleArn": ROLE, "nodeRole": "r"}, "nodeRole"),
        ({"nodeRoleArn": ROLE, "launchTemplate": {}, "enableIMDSv2": True}, "launchTemplate"),
    ],
)
def test_what_a_node_group_cannot_do_is_refused_by_name(engine, inputs, says):
    with pytest.raises(pulumi.InputPropertiesError) as refused:
        construct(engine, "ManagedNodeGroup", "g", **inputs)
    assert [one["property_path"] for one in refused.value.errors or []] == [says]
    assert COMPONENT not in engine.children()
