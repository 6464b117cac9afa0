from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pytest

from components.cluster import Cluster, ClusterArgs, _leave_aws_auth_to_its_entries
from spec.foundation import ClusterSpec, SystemNodesSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
CLUSTER = "eks:index:Cluster"
ADDON = "eks:index:Addon"
NODES = "eks:index:ManagedNodeGroup"
ENTRY = "tenancy:index:AwsAuthEntry"
OVERWRITE = {"resolveConflictsOnCreate": "OVERWRITE", "resolveConflictsOnUpdate": "OVERWRITE"}


def program(spec: ClusterSpec, *, allow_data_loss: bool = False) -> Callable[[], Cluster]:
    return lambda: Cluster(
        "cluster",
        ClusterArgs(
            spec=spec,
            place=PLACE,
            vpc_id="vpc-1",
            private_subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
            allow_data_loss=allow_data_loss,
        ),
    )


@pytest.fixture
def cluster(record: Callable[..., Recording]) -> Recording:
    return record(program(ClusterSpec()))


def test_the_cluster_is_made_with_exactly_these_options(cluster: Recording) -> None:
    assert cluster.one(CLUSTER, "cluster-eks").inputs == {
        "name": "emr",
        "version": "1.35",
        "vpcId": "vpc-1",
        "privateSubnetIds": ["subnet-a", "subnet-b", "subnet-c"],
        "serviceRole": "cluster-control-plane-role-id",
        "authenticationMode": "API_AND_CONFIG_MAP",
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        "encryptionConfigKeyArn": "arn:aws:kms:us-west-2:123456789012:key/cluster-secrets-key",
        "deletionProtection": True,
        "bootstrapSelfManagedAddons": False,
        "useDefaultVpcCni": True,
        "corednsAddonOptions": {"enabled": False, **OVERWRITE},
        "kubeProxyAddonOptions": {"enabled": False, **OVERWRITE},
        "skipDefaultNodeGroup": True,
        "skipDefaultSecurityGroups": True,
        "createOidcProvider": False,
        "enableConfigMapMutable": True,
    }


def test_only_named_ranges_reach_a_public_endpoint(record: Callable[..., Recording]) -> None:
    recording = record(program(ClusterSpec(public_access_cidrs=("203.0.113.0/24",))))
    inputs = recording.one(CLUSTER).inputs
    assert inputs["endpointPublicAccess"] is True
    assert inputs["publicAccessCidrs"] == ["203.0.113.0/24"]


def test_the_parts_of_a_cluster_are_its_children(cluster: Recording) -> None:
    component = cluster.one("tenancy:index:Cluster", "cluster")
    assert sorted(cluster.children(component)) == [
        ("aws:cloudwatch/logGroup:LogGroup", "cluster-logs"),
        ("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "cluster-oidc"),
        (ADDON, "cluster-coredns"),
        (ADDON, "cluster-eks-pod-identity-agent"),
        (ADDON, "cluster-kube-proxy"),
        (ADDON, "cluster-vpc-cni"),
        (CLUSTER, "cluster-eks"),
        ("tenancy:index:AwsAuthMapping", "cluster-emr"),
        ("tenancy:index:SecretsKey", "cluster-secrets"),
        ("tenancy:index:ServiceRole", "cluster-control-plane"),
        ("tenancy:index:SystemNodes", "cluster-system"),
    ]


def test_add_ons_are_pinned(cluster: Recording) -> None:
    versions = {each.inputs["addonName"]: each.inputs["addonVersion"] for each in cluster.of(ADDON)}
    assert versions == {
        "vpc-cni": "v1.23.1-eksbuild.1",
        "kube-proxy": "v1.35.3-eksbuild.29",
        "eks-pod-identity-agent": "v1.4.0-eksbuild.2",
        "coredns": "v1.14.3-eksbuild.22",
    }


@pytest.mark.covers("NW-03")
def test_the_network_plugin_enforces_policies_and_attaches_security_groups(cluster: Recording) -> None:
    assert cluster.one(ADDON, "cluster-vpc-cni").inputs["configurationValues"] == {
        "enableNetworkPolicy": "true",
        "env": {
            "ENABLE_POD_ENI": "true",
            "NETWORK_POLICY_ENFORCING_MODE": "standard",
            "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
        },
    }


def test_nodes_come_after_their_network_and_dns_comes_after_nodes(cluster: Recording) -> None:
    nodes = cluster.one(NODES)
    for addon in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent"):
        assert cluster.waits_for(nodes, cluster.one(ADDON, f"cluster-{addon}"))
    assert cluster.waits_for(cluster.one(ADDON, "cluster-coredns"), nodes)


def test_roles_are_complete_before_they_are_used_and_until_they_no_longer_are(cluster: Recording) -> None:
    for user, role, policies in ((CLUSTER, "control-plane", 2), (NODES, "system-instance", 3)):
        attached = [
            each
            for each in cluster.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            if each.name.startswith(f"cluster-{role}-")
        ]
        assert len(attached) == policies
        assert all(cluster.waits_for(cluster.one(user), each) for each in attached)


def test_the_cluster_may_use_its_key_before_it_is_made(cluster: Recording) -> None:
    policy = cluster.one("aws:iam/rolePolicy:RolePolicy", "cluster-control-plane-permissions")
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Resource"] == "arn:aws:kms:us-west-2:123456789012:key/cluster-secrets-key"
    assert cluster.waits_for(cluster.one(CLUSTER), policy)


def test_the_log_group_is_there_before_eks_could_make_it(cluster: Recording) -> None:
    logs = cluster.one("aws:cloudwatch/logGroup:LogGroup")
    assert logs.inputs == {"name": "/aws/eks/emr/cluster", "retentionInDays": 365}
    assert cluster.waits_for(cluster.one(CLUSTER), logs)


@pytest.mark.covers("ID-19")
def test_no_pod_reaches_the_nodes_credentials_and_disks_are_encrypted(cluster: Recording) -> None:
    template = cluster.one("aws:ec2/launchTemplate:LaunchTemplate").inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    (disk,) = template["blockDeviceMappings"]
    assert disk["ebs"] == {
        "volumeType": "gp3",
        "volumeSize": 50,
        "encrypted": "true",
        "deleteOnTermination": "true",
    }


def test_system_nodes_use_our_template_role_and_number(record: Callable[..., Recording]) -> None:
    spec = ClusterSpec(system_nodes=SystemNodesSpec(instance_type="m7i.2xlarge", count=4, disk_gib=80))
    inputs = record(program(spec)).one(NODES, "cluster-system-nodes").inputs
    assert inputs.pop("cluster").startswith("urn:")
    assert inputs == {
        "nodeRoleArn": "arn:aws:iam::123456789012:role/emr-node",
        "subnetIds": ["subnet-a", "subnet-b", "subnet-c"],
        "amiType": "AL2023_x86_64_STANDARD",
        "instanceTypes": ["m7i.2xlarge"],
        "scalingConfig": {"desiredSize": 4, "minSize": 4, "maxSize": 4},
        "launchTemplate": {"id": "cluster-system-launch-template-id", "version": "1"},
        "version": "1.35",
    }


@pytest.mark.covers("ID-02")
def test_tokens_of_the_cluster_are_known_to_iam(cluster: Recording) -> None:
    inputs = cluster.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider").inputs
    assert inputs["url"].startswith("https://oidc.eks.us-west-2.amazonaws.com/id/")
    assert inputs["clientIdLists"] == ["sts.amazonaws.com"]
    assert "thumbprintLists" not in inputs


@pytest.mark.covers("CA-01", "CA-12")
def test_emr_is_let_in_by_one_entry_without_path_and_groups(cluster: Recording) -> None:
    entry = cluster.one(ENTRY, "cluster-emr-entry")
    assert entry.inputs == {
        "clusterName": "emr",
        "roleArn": "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers",
        "username": "emr-containers",
        "groups": [],
    }
    assert cluster.waits_for(entry, cluster.one(CLUSTER))
    assert cluster.waits_for(entry, cluster.one("tenancy:index:ServiceLinkedRole"))


@pytest.mark.covers("ID-23")
def test_the_service_linked_role_of_emr_is_made_beforehand(cluster: Recording) -> None:
    role = cluster.one("tenancy:index:ServiceLinkedRole")
    assert role.inputs == {"awsServiceName": "emr-containers.amazonaws.com"}


def test_emr_is_never_let_in_by_two_ways(record: Callable[..., Recording]) -> None:
    recording = record(program(ClusterSpec(emr_access="accessEntry")))
    assert recording.of(ENTRY) == []


def test_what_holds_data_stays_unless_both_keys_agree(record: Callable[..., Recording]) -> None:
    kept = record(program(ClusterSpec()))
    lost = record(program(ClusterSpec(), allow_data_loss=True))
    for kind in ("aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup"):
        assert kept.one(kind).request.retainOnDelete
        assert not lost.one(kind).request.retainOnDelete
    assert not lost.one(CLUSTER).inputs["deletionProtection"]


def test_the_text_of_aws_auth_is_left_to_its_entries() -> None:
    def transformed(kind: str) -> pulumi.ResourceTransformResult | None:
        return _leave_aws_auth_to_its_entries(
            pulumi.ResourceTransformArgs(
                custom=True, type_=kind, name="x", props={"data": {}}, opts=pulumi.ResourceOptions(protect=True)
            )
        )

    result = transformed("kubernetes:core/v1:ConfigMap")
    assert result is not None
    assert result.opts.ignore_changes == ["data"]
    assert result.opts.protect
    assert result.props == {"data": {}}
    assert transformed("aws:eks/cluster:Cluster") is None


def test_the_transform_travels_with_the_cluster(cluster: Recording) -> None:
    assert len(cluster.one(CLUSTER).request.transforms) == 1
    assert not any(each.request.transforms for each in cluster.of(ADDON))


def test_the_name_is_known_at_the_first_preview_and_waits_for_emr(record: Callable[..., Recording]) -> None:
    def with_user() -> None:
        Sink("sink", program(ClusterSpec())().name)

    recording = record(with_user)
    assert recording.waits_for(recording.one("test:index:Sink"), recording.one(ENTRY))
    assert record(with_user, preview=True).one("test:index:Sink").inputs == {"value": "emr"}


class Sink(pulumi.CustomResource):
    def __init__(self, name: str, value: pulumi.Input[str]) -> None:
        super().__init__("test:index:Sink", name, {"value": value})
