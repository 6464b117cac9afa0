"""The children of `eks:index:Cluster` and what they are given."""

from __future__ import annotations

import json

import yaml

from tests.local.aws.providers.eks.cluster_program import CONFIG_MAP, EKS, PROVIDER, construct

NODES = "arn:aws:iam::123456789012:role/nodes"


def test_the_children_are_those_of_the_real_component(engine):
    construct(engine)
    made = engine.children() - {"aws:iam/role:Role service", "aws:iam/role:Role nodes", "pulumi:providers:aws aws"}
    assert made - {"pulumi:pulumi:Stack p-s"} == {"eks:index:Cluster c", EKS, PROVIDER, CONFIG_MAP}
    assert {engine.parent(child) for child in (EKS, PROVIDER, CONFIG_MAP)} == {"c"}


def test_the_cluster_gets_the_inputs_of_the_real_one(engine):
    construct(engine)
    assert engine.inputs(EKS) == {
        "name": "prod",
        "version": "1.35",
        "roleArn": "arn:aws:iam::123456789012:role/service",
        "tags": {"Name": "c-eksCluster", "team": "x"},
        "accessConfig": {
            "authenticationMode": "API_AND_CONFIG_MAP",
            "bootstrapClusterCreatorAdminPermissions": True,
        },
        "vpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True, "subnetIds": ["a", "b", "c"]},
        "enabledClusterLogTypes": ["api", "audit"],
        "bootstrapSelfManagedAddons": False,
        "encryptionConfig": {"provider": {"keyArn": "arn:key"}, "resources": ["secrets"]},
        "deletionProtection": True,
    }
    assert list(engine.request(EKS).ignoreChanges) == [
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        "bootstrapSelfManagedAddons",
    ]


def test_the_callers_provider_is_used_for_all_children_of_aws(engine):
    construct(engine, accessEntries={"ops": {"principalArn": "arn:ops"}})
    for child in (EKS, "aws:eks/accessEntry:AccessEntry c-ops"):
        assert "pulumi:providers:aws::aws::" in engine.request(child).provider
    assert "pulumi:providers:kubernetes::c-eks-k8s::" in engine.request(CONFIG_MAP).provider


def test_the_kubeconfig_asks_the_aws_cli_for_tokens(engine):
    construct(engine)
    config = json.loads(engine.inputs(PROVIDER)["kubeconfig"])
    cluster = config["clusters"][0]["cluster"]
    assert cluster == {"server": "https://127.0.0.1:6443", "certificate-authority-data": "Q0E="}
    program = config["users"][0]["user"]["exec"]
    words = "--region us-west-2 eks get-token --cluster-name prod --output json"
    assert (program["command"], program["args"]) == ("aws", words.split())
    assert program["apiVersion"] == "client.authentication.k8s.io/v1beta1"
    assert json.loads(program["env"][0]["value"]) == {"apiVersion": "client.authentication.k8s.io/v1beta1"}
    assert engine.inputs(PROVIDER)["enableConfigMapMutable"] in (True, "true")


def test_a_role_or_profile_for_tokens_reaches_the_provider_and_the_profile_not_the_user(engine):
    construct(engine, providerCredentialOpts={"roleArn": "arn:r", "profileName": "p"})
    program = json.loads(engine.inputs(PROVIDER)["kubeconfig"])["users"][0]["user"]["exec"]
    assert program["args"][-4:] == ["--role", "arn:r", "--profile", "p"]
    users = engine.outputs["c"]["kubeconfig"]["users"][0]["user"]["exec"]
    assert users["args"][-2:] == ["--role", "arn:r"]


def test_the_ambient_profile_reaches_the_provider(engine, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "ambient")
    construct(engine)
    assert '"--profile","ambient"' in engine.inputs(PROVIDER)["kubeconfig"]


def test_aws_auth_holds_the_mappings_and_then_the_nodes(engine):
    construct(engine)
    made = engine.inputs(CONFIG_MAP)
    assert made["immutable"] is False
    assert made["metadata"]["name"] == "aws-auth"
    assert made["metadata"]["namespace"] == "kube-system"
    assert made["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}
    assert made["data"].keys() == {"mapRoles"}
    assert yaml.safe_load(made["data"]["mapRoles"]) == [
        {"rolearn": "arn:r", "username": "u", "groups": []},
        {
            "rolearn": NODES,
            "username": "system:node:{{EC2PrivateDNSName}}",
            "groups": ["system:bootstrappers", "system:nodes"],
        },
    ]
    assert "\n  groups:\n    - system:bootstrappers\n" in made["data"]["mapRoles"]


def test_aws_auth_is_made_also_with_nobody_in_it(engine):
    construct(engine, instanceRoles=None, roleMappings=None)
    assert engine.inputs(CONFIG_MAP)["data"] == {"mapRoles": "[]\n"}


def test_users_are_mapped_when_asked(engine):
    construct(engine, userMappings=[{"userArn": "arn:u", "username": "n", "groups": ["g"]}])
    text = engine.inputs(CONFIG_MAP)["data"]["mapUsers"]
    assert yaml.safe_load(text) == [{"userarn": "arn:u", "username": "n", "groups": ["g"]}]


def test_a_cluster_in_mode_api_has_no_aws_auth(engine):
    construct(engine, authenticationMode="API", instanceRoles=None, roleMappings=None)
    assert CONFIG_MAP not in engine.children()


def test_without_a_mode_there_is_no_access_configuration(engine):
    construct(engine, authenticationMode=None)
    assert "accessConfig" not in engine.inputs(EKS)
    assert CONFIG_MAP in engine.children()


def test_access_entries_hold_their_policies(engine):
    scope = {"type": "namespace", "namespaces": ["a"]}
    entry = {
        "principalArn": "arn:ops",
        "username": "ops",
        "kubernetesGroups": ["g"],
        "accessPolicies": {"view": {"policyArn": "arn:view", "accessScope": scope}},
    }
    construct(engine, accessEntries={"ops": entry})
    made, policy = (
        "aws:eks/accessEntry:AccessEntry c-ops",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation c-ops-view",
    )
    assert engine.inputs(made) == {
        "clusterName": "prod",
        "principalArn": "arn:ops",
        "userName": "ops",
        "kubernetesGroups": ["g"],
    }
    assert engine.inputs(policy) == {
        "clusterName": "prod",
        "principalArn": "arn:ops",
        "policyArn": "arn:view",
        "accessScope": scope,
    }
    assert (engine.parent(made), engine.parent(policy)) == ("c", "c-ops")


def test_the_registered_outputs_are_whole(engine):
    construct(engine)
    outputs = engine.outputs["c"]
    assert outputs["oidcIssuer"] == "oidc.eks.us-west-2.amazonaws.com/id/ABC"
    assert outputs["oidcProviderUrl"] == "https://oidc.eks.us-west-2.amazonaws.com/id/ABC"
    assert outputs["clusterSecurityGroupId"] == "sg-1"
    assert json.loads(outputs["kubeconfigJson"]) == outputs["kubeconfig"]
    core = outputs["core"]
    assert core["vpcId"] == "vpc-1"
    assert core["subnetIds"] == ["a", "b", "c"]
    assert core["endpoint"] == "https://127.0.0.1:6443"
    for name in ("cluster", "provider", "eksNodeAccess", "clusterIamRole"):
        assert core[name] is not None, name
    assert len(core["instanceRoles"]) == 1
