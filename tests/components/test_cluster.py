from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pytest

from components.cluster import Cluster, ClusterArgs, _leave_aws_auth_to_its_entries
from spec.admins import NamespaceAdminSpec
from spec.foundation import ClusterSpec, SystemNodesSpec
from spec.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording, Registered

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
            pod_subnet_ids={"a": "subnet-pods-a", "b": "subnet-pods-b", "c": "subnet-pods-c"},
            service_cidr="172.20.0.0/16",
            logs_key_arn="arn:aws:kms:us-west-2:123456789012:key/logs",
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
        "upgradePolicy": {"supportType": "STANDARD"},
        "vpcId": "vpc-1",
        "privateSubnetIds": ["subnet-a", "subnet-b", "subnet-c"],
        "kubernetesServiceIpAddressRange": "172.20.0.0/16",
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
        (ADDON, "cluster-aws-ebs-csi-driver"),
        (ADDON, "cluster-aws-secrets-store-csi-driver-provider"),
        (ADDON, "cluster-coredns"),
        (ADDON, "cluster-eks-pod-identity-agent"),
        (ADDON, "cluster-kube-proxy"),
        (ADDON, "cluster-metrics-server"),
        (ADDON, "cluster-vpc-cni"),
        (CLUSTER, "cluster-eks"),
        ("tenancy:index:AwsAuthMapping", "cluster-emr"),
        ("tenancy:index:Key", "cluster-secrets"),
        ("tenancy:index:ServiceAccountRole", "cluster-cni"),
        ("tenancy:index:ServiceAccountRole", "cluster-ebs"),
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
        "aws-ebs-csi-driver": "v1.55.0-eksbuild.1",
        "metrics-server": "v0.8.0-eksbuild.5",
        "aws-secrets-store-csi-driver-provider": "v2.1.1-eksbuild.1",
    }


@pytest.mark.covers("NW-03")
def test_the_network_plugin_enforces_policies_and_attaches_security_groups(cluster: Recording) -> None:
    assert cluster.one(ADDON, "cluster-vpc-cni").inputs["configurationValues"] == {
        "enableNetworkPolicy": "true",
        "env": {
            "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true",
            "AWS_VPC_K8S_CNI_EXTERNALSNAT": "true",
            "ENABLE_POD_ENI": "true",
            "ENI_CONFIG_LABEL_DEF": "topology.kubernetes.io/zone",
            "NETWORK_POLICY_ENFORCING_MODE": "standard",
            "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
        },
        "eniConfig": {
            "create": True,
            "region": "us-west-2",
            "subnets": {
                f"us-west-2{zone}": {"id": f"subnet-pods-{zone}", "securityGroups": ["sg-cluster"]} for zone in "abc"
            },
        },
    }


def test_add_ons_that_call_aws_have_roles_of_their_own_and_nodes_have_none_of_their_rights(cluster: Recording) -> None:
    roles = {each.inputs["addonName"]: each.inputs.get("serviceAccountRoleArn") for each in cluster.of(ADDON)}
    assert {name: arn for name, arn in roles.items() if arn} == {
        "vpc-cni": "arn:aws:iam::123456789012:role/emr-cni",
        "aws-ebs-csi-driver": "arn:aws:iam::123456789012:role/emr-ebs",
    }
    policies = {
        each.inputs["role"]: each.inputs["policyArn"].rpartition("policy/")[2]
        for each in cluster.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if "-cni" in each.name or "-ebs" in each.name
    }
    assert policies == {"emr-cni": "AmazonEKS_CNI_Policy", "emr-ebs": "service-role/AmazonEBSCSIDriverPolicy"}
    attachments = {"vpc-cni": "cni-AmazonEKS_CNI_Policy", "aws-ebs-csi-driver": "ebs-AmazonEBSCSIDriverPolicy"}
    for addon, name in attachments.items():
        attached = cluster.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", f"cluster-{name}")
        assert cluster.waits_for(cluster.one(ADDON, f"cluster-{addon}"), attached)


@pytest.mark.parametrize(("role", "account"), [("cni", "aws-node"), ("ebs", "ebs-csi-controller-sa")])
def test_one_service_account_assumes_the_role_of_an_add_on(cluster: Recording, role: str, account: str) -> None:
    (statement,) = json.loads(cluster.one("aws:iam/role:Role", f"cluster-{role}-role").inputs["assumeRolePolicy"])[
        "Statement"
    ]
    condition = statement["Condition"]
    assert list(condition["StringLike"].values()) == [f"system:serviceaccount:kube-system:{account}"]
    assert list(condition["StringEquals"].values()) == ["sts.amazonaws.com"]


def test_the_secrets_driver_rotates(cluster: Recording) -> None:
    inputs = cluster.one(ADDON, "cluster-aws-secrets-store-csi-driver-provider").inputs
    assert inputs["configurationValues"] == {"secrets-store-csi-driver": {"enableSecretRotation": True}}


def test_chosen_add_ons_only_are_there_beside_those_a_cluster_needs(record: Callable[..., Recording]) -> None:
    recording = record(program(ClusterSpec(addons=("metrics-server",))))
    assert {each.inputs["addonName"] for each in recording.of(ADDON)} == {
        *("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "metrics-server")
    }


def principal(resource: Registered) -> str:
    return resource.inputs["principalArn"]


def test_each_named_administrator_gets_an_access_entry_and_the_cluster(record: Callable[..., Recording]) -> None:
    roles = ("arn:aws:iam::123456789012:role/ci/deployer", "arn:aws:iam::123456789012:role/ops")
    recording = record(program(ClusterSpec(admins=roles)))
    entries = sorted(recording.of("aws:eks/accessEntry:AccessEntry"), key=principal)
    assert [each.inputs for each in entries] == [{"clusterName": "emr", "principalArn": role} for role in roles]
    assert all(recording.waits_for(each, recording.one(CLUSTER)) for each in entries)
    policies = sorted(recording.of("aws:eks/accessPolicyAssociation:AccessPolicyAssociation"), key=principal)
    assert [each.inputs for each in policies] == [
        {
            "clusterName": "emr",
            "principalArn": role,
            "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            "accessScope": {"type": "cluster"},
        }
        for role in roles
    ]
    assert all(recording.waits_for(each, entry) for each, entry in zip(policies, entries, strict=True))


def test_a_deployer_gets_an_entry_only_where_another_makes_the_cluster(record: Callable[..., Recording]) -> None:
    role = "arn:aws:iam::123456789012:role/ci/deployer"
    assert record(program(ClusterSpec(deployer=role))).of("aws:eks/accessEntry:AccessEntry") == []
    recording = record(program(ClusterSpec(deployer=role, made_by="other")))
    assert principal(recording.one("aws:eks/accessEntry:AccessEntry")) == role


def test_an_administrator_of_namespaces_gets_these_and_no_others(record: Callable[..., Recording]) -> None:
    leads = NamespaceAdminSpec(role="arn:aws:iam::123456789012:role/leads", namespaces=("analytics", "risk"))
    recording = record(program(ClusterSpec(namespace_admins=(leads,))))
    assert recording.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").inputs == {
        "clusterName": "emr",
        "principalArn": leads.role,
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy",
        "accessScope": {"type": "namespace", "namespaces": ["analytics", "risk"]},
    }


@pytest.mark.parametrize("allowed", [True, False])
def test_a_cluster_that_may_not_go_stops_a_destroy_before_anything_goes(
    record: Callable[..., Recording], *, allowed: bool
) -> None:
    recording = record(program(ClusterSpec(), allow_data_loss=allowed))
    assert recording.one(CLUSTER).request.protect is not allowed


def test_the_names_of_entries_do_not_depend_on_who_else_is_named(record: Callable[..., Recording]) -> None:
    one, two = ("arn:aws:iam::123456789012:role/ops", "arn:aws:iam::210987654321:role/ops")

    def names(*roles: str) -> set[str]:
        return {each.name for each in record(program(ClusterSpec(admins=roles))).of("aws:eks/accessEntry:AccessEntry")}

    assert names(one, two) == names(one) | names(two)
    assert len(names(one, two)) == 2


def test_nodes_come_after_their_network_and_dns_comes_after_nodes(cluster: Recording) -> None:
    nodes = cluster.one(NODES)
    for addon in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent"):
        assert cluster.waits_for(nodes, cluster.one(ADDON, f"cluster-{addon}"))
    for addon in ("coredns", "aws-ebs-csi-driver", "metrics-server", "aws-secrets-store-csi-driver-provider"):
        assert cluster.waits_for(cluster.one(ADDON, f"cluster-{addon}"), nodes)


def test_roles_are_complete_before_they_are_used_and_until_they_no_longer_are(cluster: Recording) -> None:
    for user, role, policies in ((CLUSTER, "control-plane", 2), (NODES, "system-instance", 2)):
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


def test_the_key_of_the_secrets_is_the_one_that_was_there_under_its_former_type(cluster: Recording) -> None:
    key = cluster.one("tenancy:index:Key", "cluster-secrets")
    (alias,) = key.request.aliases
    assert alias.spec.type == "tenancy:index:SecretsKey"
    assert (alias.spec.name, alias.spec.noParent, alias.spec.parentUrn) == ("", False, "")
    made = cluster.one("aws:kms/key:Key", "cluster-secrets-key")
    assert made.inputs["enableKeyRotation"] is True
    assert cluster.one("aws:kms/alias:Alias", "cluster-secrets-alias").inputs["name"] == "alias/emr-secrets"


def test_the_log_group_is_there_before_eks_could_make_it(cluster: Recording) -> None:
    logs = cluster.one("aws:cloudwatch/logGroup:LogGroup")
    assert logs.inputs == {
        "name": "/aws/eks/emr/cluster",
        "retentionInDays": 365,
        "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/logs",
    }
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
