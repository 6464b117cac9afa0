"""EKS."""

from __future__ import annotations

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import document

_VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
SAMPLES = [
    Sample(
        "aws:eks/cluster:Cluster",
        lambda world: {
            "name": world.name(),
            "roleArn": world.cluster_role,
            "version": "1.34",
            "vpcConfig": {
                "subnetIds": world.cluster_subnets[:2],
                "securityGroupIds": [world.group()],
                "endpointPrivateAccess": True,
                "endpointPublicAccess": True,
                "publicAccessCidrs": ["198.51.100.0/24"],
            },
            "accessConfig": {
                "authenticationMode": "API_AND_CONFIG_MAP",
                "bootstrapClusterCreatorAdminPermissions": True,
            },
            "bootstrapSelfManagedAddons": False,
            "enabledClusterLogTypes": ["audit", "api"],
            "encryptionConfig": {"provider": {"keyArn": world.key()["Arn"]}, "resources": ["secrets"]},
            "kubernetesNetworkConfig": {"serviceIpv4Cidr": "172.20.0.0/16"},
            "deletionProtection": False,
            "upgradePolicy": {"supportType": "STANDARD"},
            "zonalShiftConfig": {"enabled": True},
            "forceUpdateVersion": True,
            "tags": {"a": "1"},
        },
        lambda world: {
            "version": "1.35",
            "vpcConfig": {
                "subnetIds": world.cluster_subnets[1:],
                "securityGroupIds": [world.group()],
                "endpointPrivateAccess": True,
                "endpointPublicAccess": False,
            },
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": True,
            },
            "enabledClusterLogTypes": ["scheduler"],
            "deletionProtection": True,
            "upgradePolicy": {"supportType": "EXTENDED"},
            "zonalShiftConfig": {"enabled": False},
        },
    ),
    Sample(
        "aws:eks/nodeGroup:NodeGroup",
        lambda world: {
            "clusterName": world.cluster,
            "nodeGroupName": world.name(),
            "nodeRoleArn": world.node_role,
            "subnetIds": world.cluster_subnets[:2],
            "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 1},
            "instanceTypes": ["m5.large", "m5a.large"],
            "amiType": "AL2023_x86_64_STANDARD",
            "capacityType": "SPOT",
            "diskSize": 30,
            "labels": {"pool": "one", "old": "yes"},
            "taints": [
                {"key": "dedicated", "value": "emr", "effect": "NO_SCHEDULE"},
                {"key": "spot", "effect": "PREFER_NO_SCHEDULE"},
            ],
            "updateConfig": {"maxUnavailable": 1},
            "nodeRepairConfig": {"enabled": True},
            "version": "1.34",
            "forceUpdateVersion": False,
            "tags": {"a": "1"},
        },
        lambda _: {
            "scalingConfig": {"minSize": 1, "maxSize": 4, "desiredSize": 2},
            "labels": {"pool": "two", "new": "yes"},
            "taints": [{"key": "dedicated", "value": "other", "effect": "NO_SCHEDULE"}],
            "updateConfig": {"maxUnavailablePercentage": 50},
            "nodeRepairConfig": {"enabled": False},
            "version": "1.35",
        },
    ),
    Sample(
        "aws:eks/nodeGroup:NodeGroup",
        lambda world: {
            "clusterName": world.cluster,
            "nodeGroupName": world.name(),
            "nodeRoleArn": world.node_role,
            "subnetIds": world.cluster_subnets[:2],
            "scalingConfig": {"minSize": 0, "maxSize": 1, "desiredSize": 0},
            "releaseVersion": "1.35.5-20261112",
        },
        lambda _: {"releaseVersion": "1.35.5-20261120"},
        case="of one release",
    ),
    Sample(
        "aws:eks/nodeGroup:NodeGroup",
        lambda world: {
            "clusterName": world.cluster,
            "nodeGroupName": world.name(),
            "nodeRoleArn": world.node_role,
            "subnetIds": world.cluster_subnets[:2],
            "scalingConfig": {"minSize": 0, "maxSize": 1, "desiredSize": 0},
            "instanceTypes": ["m5.large"],
            "launchTemplate": {"id": world.template, "version": "1"},
        },
        lambda world: {"launchTemplate": {"id": world.template, "version": "2"}},
        case="with a launch template",
    ),
    Sample(
        "aws:eks/fargateProfile:FargateProfile",
        lambda world: {
            "clusterName": world.cluster,
            "fargateProfileName": world.name(),
            "podExecutionRoleArn": world.fargate_role,
            "subnetIds": world.cluster_subnets[:2],
            "selectors": [{"namespace": "team-a"}, {"namespace": "team-b", "labels": {"on": "fargate"}}],
            "tags": {"a": "1"},
        },
    ),
    Sample(
        "aws:eks/addon:Addon",
        lambda world: {
            "clusterName": world.new_cluster(),
            "addonName": "coredns",
            "addonVersion": "v1.12.4-eksbuild.1",
            "namespaceConfig": {"namespace": "kube-system"},
            "configurationValues": '{"replicaCount": 2}',
            "serviceAccountRoleArn": world.node_role,
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "PRESERVE",
            "preserve": False,
            "tags": {"a": "1"},
        },
        lambda world: {
            "addonVersion": "v1.14.3-eksbuild.22",
            "configurationValues": '{"replicaCount": 3}',
            "serviceAccountRoleArn": world.role()["Arn"],
        },
    ),
    Sample(
        "aws:eks/accessEntry:AccessEntry",
        lambda world: {
            "clusterName": world.cluster,
            "principalArn": world.role()["Arn"],
            "type": "STANDARD",
            "kubernetesGroups": ["viewers", "others"],
            "userName": "someone",
            "tags": {"a": "1"},
        },
        lambda _: {"kubernetesGroups": ["editors"], "userName": "other"},
    ),
    Sample(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        lambda world: {
            "clusterName": world.cluster,
            "principalArn": world.entry(),
            "policyArn": _VIEW,
            "accessScope": {"type": "namespace", "namespaces": ["b", "a"]},
        },
        adopts=True,
    ),
    Sample(
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        lambda world: {
            "clusterName": world.cluster,
            "namespace": "team",
            "serviceAccount": world.name(),
            "roleArn": world.role()["Arn"],
            "targetRoleArn": world.role()["Arn"],
            "disableSessionTags": True,
            "policy": document(),
            "tags": {"a": "1"},
        },
        lambda world: {
            "policy": document("s3:PutObject"),
            "roleArn": world.role()["Arn"],
            "targetRoleArn": world.role()["Arn"],
            "disableSessionTags": False,
        },
    ),
]
