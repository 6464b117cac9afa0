from __future__ import annotations

import json

import pytest

SYSTEM = "/apis/apps/v1/namespaces/kube-system"


@pytest.fixture
def install(world, aws, cluster):
    def run(name, **options):
        aws("eks").create_addon(clusterName=cluster["name"], addonName=name, **options)
        world.settle()
        return aws("eks").describe_addon(clusterName=cluster["name"], addonName=name)["addon"]

    return run


@pytest.mark.parametrize(
    ("name", "workload"),
    [
        ("vpc-cni", "daemonsets/aws-node"),
        ("kube-proxy", "daemonsets/kube-proxy"),
        ("eks-pod-identity-agent", "daemonsets/eks-pod-identity-agent"),
        ("coredns", "deployments/coredns"),
        ("aws-ebs-csi-driver", "deployments/ebs-csi-controller"),
        ("metrics-server", "deployments/metrics-server"),
        ("aws-secrets-store-csi-driver-provider", "daemonsets/secrets-store-csi-driver-provider-aws"),
    ],
)
def test_an_add_on_puts_its_workloads_into_kube_system(install, plane, name, workload):
    install(name)
    assert f"{SYSTEM}/{workload}" in plane.api.documents


def test_dns_is_degraded_until_there_are_nodes(install, world, aws, network):
    addon = install("coredns")
    assert addon["status"] == "DEGRADED"
    assert addon["health"]["issues"][0]["code"] == "InsufficientNumberOfReplicas"
    install("vpc-cni")
    aws("eks").create_nodegroup(
        clusterName="emr", nodegroupName="n", subnets=network["subnets"], nodeRole=network["node_role"]
    )
    world.settle()
    healed = aws("eks").describe_addon(clusterName="emr", addonName="coredns")["addon"]
    assert (healed["status"], healed["health"]["issues"]) == ("ACTIVE", [])


def test_an_add_on_whose_workload_somebody_deleted_is_degraded(install, aws, plane):
    install("coredns")
    del plane.api.documents[f"{SYSTEM}/deployments/coredns"]
    assert aws("eks").describe_addon(clusterName="emr", addonName="coredns")["addon"]["status"] == "DEGRADED"


def test_dns_answers_at_the_tenth_address_of_the_service_range(install, plane):
    install("coredns")
    service = plane.api.get("/api/v1/namespaces/kube-system/services/kube-dns")
    assert service["spec"]["clusterIP"] == "172.20.0.10"


def test_configuration_reaches_the_workload(install, plane):
    values = {"env": {"ENABLE_POD_ENI": "true", "WARM_IP_TARGET": "2"}, "enableNetworkPolicy": "true"}
    addon = install("vpc-cni", configurationValues=json.dumps(values))
    assert json.loads(addon["configurationValues"]) == values
    container = plane.api.get(f"{SYSTEM}/daemonsets/aws-node")["spec"]["template"]["spec"]["containers"][0]
    assert {"name": "ENABLE_POD_ENI", "value": "true"} in container["env"]


ENI_CONFIGS = "/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs"


def eni_configs(*zones):
    subnets = {zone: {"id": f"subnet-{zone}", "securityGroups": ["sg-1"]} for zone in zones}
    return json.dumps({"eniConfig": {"create": True, "region": "us-west-2", "subnets": subnets}})


def test_the_network_plugin_brings_an_eni_config_for_each_zone_that_is_named(install, world, aws, plane):
    install("vpc-cni", configurationValues=eni_configs("us-west-2a", "us-west-2b"))
    assert plane.api.get(f"{ENI_CONFIGS}/us-west-2b")["spec"] == {
        "subnet": "subnet-us-west-2b",
        "securityGroups": ["sg-1"],
    }
    foreign = {"metadata": {"name": "somebodys"}, "spec": {"subnet": "subnet-1"}}
    plane.api.create(ENI_CONFIGS, foreign)
    update = {"clusterName": "emr", "addonName": "vpc-cni"}
    aws("eks").update_addon(**update, configurationValues=eni_configs("us-west-2a"))
    world.settle()
    assert {each["metadata"]["name"] for each in plane.api.list(ENI_CONFIGS)} == {"us-west-2a", "somebodys"}
    aws("eks").delete_addon(**update)
    world.settle()
    assert [each["metadata"]["name"] for each in plane.api.list(ENI_CONFIGS)] == ["somebodys"]


def test_without_being_told_to_the_network_plugin_makes_no_eni_config(install, plane):
    install("vpc-cni")
    assert plane.api.list(ENI_CONFIGS) == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {"enabelNetworkPolicy": "true"},
            "$.enabelNetworkPolicy: is not defined in the schema and the schema does not allow additional properties",
        ),
        (
            {"env": {"ENABLE_POD_ENY": "true"}},
            "$.env.ENABLE_POD_ENY: is not defined in the schema and the schema does not allow additional properties",
        ),
        ({"enableNetworkPolicy": True}, "$.enableNetworkPolicy: boolean found, string expected"),
        ({"env": {"ENABLE_POD_ENI": True}}, "$.env.ENABLE_POD_ENI: boolean found, string expected"),
        ({"eniConfig": {"create": "true"}}, "$.eniConfig.create: string found, boolean expected"),
        ({"eniConfig": {"subnets": {"us-west-2a": {}}}}, "$.eniConfig.subnets.us-west-2a: 'id' is a required property"),
    ],
)
@pytest.mark.usefixtures("cluster")
def test_configuration_that_does_not_fit_the_schema_is_refused(aws, refused, values, problem):
    code, message = refused(
        aws("eks").create_addon, clusterName="emr", addonName="vpc-cni", configurationValues=json.dumps(values)
    )
    assert code == "InvalidParameterException"
    assert message.startswith(
        "ConfigurationValue provided in request is not supported: Json schema validation failed with error: ["
    )
    assert problem in message


def test_the_schema_can_be_asked_for_and_yaml_will_do(aws, install):
    versions = aws("eks").describe_addon_versions(addonName="coredns")["addons"][0]["addonVersions"]
    assert [v["compatibilities"][0]["defaultVersion"] for v in versions] == [True, False]
    answer = aws("eks").describe_addon_configuration(addonName="coredns", addonVersion=versions[0]["addonVersion"])
    assert json.loads(answer["configurationSchema"])["properties"]["replicaCount"]["type"] == "integer"
    assert install("coredns", configurationValues="replicaCount: 3")["addonVersion"] == versions[0]["addonVersion"]


@pytest.mark.usefixtures("cluster")
def test_unknown_add_ons_and_versions_are_refused_in_the_words_of_eks(aws, refused):
    create = aws("eks").create_addon
    assert refused(create, clusterName="emr", addonName="vpc-cny") == (
        "InvalidParameterException",
        "Addon vpc-cny specified is not supported in 1.35 kubernetes version",
    )
    assert refused(create, clusterName="emr", addonName="vpc-cni", addonVersion="v0") == (
        "InvalidParameterException",
        "Addon version specified is not supported",
    )


def test_an_add_on_is_installed_once_and_found_by_name(aws, install, refused):
    install("kube-proxy")
    assert refused(aws("eks").create_addon, clusterName="emr", addonName="kube-proxy") == (
        "ResourceInUseException",
        "Addon already exists.",
    )
    assert refused(aws("eks").describe_addon, clusterName="emr", addonName="coredns") == (
        "ResourceNotFoundException",
        "No addon: coredns found in cluster: emr",
    )


def test_an_update_changes_version_and_configuration(world, aws, install, plane):
    eks = aws("eks")
    install("vpc-cni", addonVersion="v1.20.4-eksbuild.2")
    update = eks.update_addon(
        clusterName="emr",
        addonName="vpc-cni",
        addonVersion="v1.23.1-eksbuild.1",
        configurationValues='{"env": {"ENABLE_POD_ENI": "true"}}',
    )["update"]
    world.settle()
    found = eks.describe_update(name="emr", updateId=update["id"], addonName="vpc-cni")["update"]
    assert (found["type"], found["status"]) == ("AddonUpdate", "Successful")
    addon = eks.describe_addon(clusterName="emr", addonName="vpc-cni")["addon"]
    assert (addon["addonVersion"], addon["status"]) == ("v1.23.1-eksbuild.1", "ACTIVE")
    image = plane.api.get(f"{SYSTEM}/daemonsets/aws-node")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image.endswith("amazon-k8s-cni:v1.23.1-eksbuild.1")


def test_deleting_takes_the_workloads_away_unless_they_are_to_be_preserved(world, aws, install, plane):
    for preserve in (True, False):
        install("kube-proxy")
        aws("eks").delete_addon(clusterName="emr", addonName="kube-proxy", preserve=preserve)
        world.settle()
        assert aws("eks").list_addons(clusterName="emr")["addons"] == []
        assert (f"{SYSTEM}/daemonsets/kube-proxy" in plane.api.documents) == preserve


def test_the_secrets_driver_brings_its_kinds_and_takes_them_away_unless_they_are_to_be_preserved(
    world, aws, install, plane
):
    name = "aws-secrets-store-csi-driver-provider"
    assert plane.defined == set()
    for preserve in (True, False):
        install(name)
        assert plane.defined == {"secretproviderclasses", "secretproviderclasspodstatuses"}
        aws("eks").delete_addon(clusterName="emr", addonName=name, preserve=preserve)
        world.settle()
        assert bool(plane.defined) == preserve


def test_nodes_lose_the_network_with_its_plugin(world, aws, network, install, plane):
    install("vpc-cni")
    aws("eks").create_nodegroup(
        clusterName="emr", nodegroupName="n", subnets=network["subnets"], nodeRole=network["node_role"]
    )
    world.settle()
    aws("eks").delete_addon(clusterName="emr", addonName="vpc-cni")
    world.settle()
    assert {n["status"]["conditions"][0]["status"] for n in plane.api.list("/api/v1/nodes")} == {"False"}


def test_roles_of_an_add_on_go_to_its_service_account_or_its_associations(aws, network, install, plane):
    role = network["node_role"]
    install("aws-ebs-csi-driver", serviceAccountRoleArn=role)
    account = plane.api.get("/api/v1/namespaces/kube-system/serviceaccounts/ebs-csi-controller-sa")
    assert account["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": role}
    addon = install("vpc-cni", podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": role}])
    found = aws("eks").list_pod_identity_associations(clusterName="emr", serviceAccount="aws-node")["associations"]
    assert [a["associationArn"] for a in found] == addon["podIdentityAssociations"]
    assert found[0]["ownerArn"] == addon["addonArn"]


def test_a_cluster_may_bring_the_three_itself(world, new_cluster):
    new_cluster(name="own", bootstrapSelfManagedAddons=True)
    workloads = set(world.planes["own"].api.documents)
    assert {
        f"{SYSTEM}/daemonsets/aws-node",
        f"{SYSTEM}/daemonsets/kube-proxy",
        f"{SYSTEM}/deployments/coredns",
    } <= workloads
