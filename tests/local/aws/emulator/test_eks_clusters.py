from __future__ import annotations

import base64

import pytest


def test_a_cluster_comes_up_behind_the_answer_and_shows_its_control_plane(world, aws, network):
    world_answer = aws("eks").create_cluster(
        name="one", roleArn=network["cluster_role"], resourcesVpcConfig={"subnetIds": network["subnets"]}
    )["cluster"]
    assert world_answer["status"] == "CREATING"
    assert "endpoint" not in world_answer
    world.settle()
    cluster = aws("eks").describe_cluster(name="one")["cluster"]
    assert cluster["status"] == "ACTIVE"
    assert cluster["endpoint"] == "https://127.0.0.1:1"
    assert base64.b64decode(cluster["certificateAuthority"]["data"]) == b"PEM"
    assert world.planes["one"].life == ["started"]


def test_what_is_not_asked_for_gets_the_defaults_of_eks(network, new_cluster):
    cluster = new_cluster(accessConfig={})
    vpc = cluster["resourcesVpcConfig"]
    assert vpc["vpcId"] == network["vpc"]
    assert (vpc["endpointPublicAccess"], vpc["endpointPrivateAccess"]) == (True, False)
    assert vpc["publicAccessCidrs"] == ["0.0.0.0/0"]
    assert cluster["accessConfig"] == {
        "authenticationMode": "CONFIG_MAP",
        "bootstrapClusterCreatorAdminPermissions": True,
    }
    assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert cluster["version"] == "1.35"
    assert cluster["deletionProtection"] is False
    assert cluster["logging"]["clusterLogging"] == [
        {"types": ["api", "audit", "authenticator", "controllerManager", "scheduler"], "enabled": False}
    ]


@pytest.mark.parametrize(("block", "services"), [("10.0.0.0/16", "172.20.0.0/16"), ("192.168.0.0/16", "10.100.0.0/16")])
def test_the_service_range_keeps_clear_of_the_vpc(aws, new_cluster, block, services):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
    prefix = block.rsplit(".", 2)[0]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"{prefix}.{n}.0/24", AvailabilityZone=f"us-west-2{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    cluster = new_cluster(resourcesVpcConfig={"subnetIds": subnets})
    assert cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == services


def test_every_cluster_has_an_issuer_of_its_own(new_cluster):
    issuers = [new_cluster(name=name)["identity"]["oidc"]["issuer"] for name in ("one", "two")]
    assert issuers[0] != issuers[1]
    assert all(len(issuer.rsplit("/", 1)[1]) == 32 for issuer in issuers)
    assert issuers[0].startswith("https://oidc.eks.us-west-2.amazonaws.com/id/")


def test_the_cluster_security_group_is_real_and_its_members_may_talk(aws, network, cluster):
    group_id = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    group = aws("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    assert group["GroupName"].startswith("eks-cluster-sg-emr-")
    assert group["VpcId"] == network["vpc"]
    assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group_id
    assert group["IpPermissions"][0]["IpProtocol"] == "-1"


def test_subnets_must_exist_and_lie_in_two_zones(aws, network, refused):
    def create(subnets):
        return refused(
            aws("eks").create_cluster,
            name="emr",
            roleArn=network["cluster_role"],
            resourcesVpcConfig={"subnetIds": subnets},
        )

    two_zones = ("InvalidParameterException", "Subnets specified must be in at least two different AZs")
    assert create(network["subnets"][:1]) == two_zones
    assert create([]) == two_zones
    assert create(["subnet-0", *network["subnets"]]) == (
        "InvalidParameterException",
        "The subnet ID 'subnet-0' does not exist",
    )
    assert aws("eks").list_clusters()["clusters"] == []


@pytest.mark.parametrize("role", ["arn:aws:iam::123456789012:role/none", "node", "no arn"])
def test_eks_must_be_able_to_assume_the_role(aws, network, refused, role):
    arn = network["node_role"] if role == "node" else role
    assert refused(
        aws("eks").create_cluster, name="emr", roleArn=arn, resourcesVpcConfig={"subnetIds": network["subnets"]}
    ) == (
        "InvalidParameterException",
        f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct",
    )


def test_a_name_is_taken_once_but_a_retry_of_the_same_request_is_answered(aws, network, new_cluster, refused):
    cluster = new_cluster(clientRequestToken="same")
    assert new_cluster(clientRequestToken="same")["createdAt"] == cluster["createdAt"]
    code, message = refused(
        aws("eks").create_cluster,
        name="emr",
        roleArn=network["cluster_role"],
        resourcesVpcConfig={"subnetIds": network["subnets"]},
    )
    assert (code, message) == ("ResourceInUseException", "Cluster already exists with name: emr")


def test_an_unknown_cluster_is_not_found_in_the_words_of_eks(aws, refused):
    expected = ("ResourceNotFoundException", "No cluster found for name: none.")
    assert refused(aws("eks").describe_cluster, name="none") == expected
    assert refused(aws("eks").delete_cluster, name="none") == expected


def test_what_the_embedded_cloud_lacks_is_refused_by_name(aws, network, refused):
    code, message = refused(
        aws("eks").create_cluster,
        name="emr",
        roleArn=network["cluster_role"],
        resourcesVpcConfig={"subnetIds": network["subnets"]},
        kubeSchedulerConfig={},
    )
    assert (code, message) == (
        "NotImplementedException",
        "The embedded cloud has no eks:CreateCluster with kubeSchedulerConfig.",
    )


def test_a_control_plane_that_does_not_come_up_fails_the_cluster_with_its_reason(world, new_cluster):
    world.next_failure = RuntimeError("port taken")
    cluster = new_cluster()
    assert cluster["status"] == "FAILED"
    assert cluster["health"]["issues"][0]["message"] == "port taken"


def test_secrets_are_encrypted_with_a_key_that_exists(aws, network, new_cluster, refused):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    config = [{"resources": ["secrets"], "provider": {"keyArn": key}}]
    assert new_cluster(encryptionConfig=config)["encryptionConfig"] == config
    parameters = {
        "name": "other",
        "roleArn": network["cluster_role"],
        "resourcesVpcConfig": {"subnetIds": network["subnets"]},
    }
    for bad in (
        {"resources": ["pods"], "provider": {"keyArn": key}},
        {"resources": ["secrets"], "provider": {"keyArn": key + "x"}},
    ):
        assert (
            refused(aws("eks").create_cluster, **parameters, encryptionConfig=[bad])[0] == "InvalidParameterException"
        )


def test_control_plane_logs_get_their_group_once_they_are_on(aws, new_cluster):
    new_cluster(logging={"clusterLogging": [{"types": ["audit"], "enabled": True}]})
    groups = aws("logs").describe_log_groups(logGroupNamePrefix="/aws/eks/")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/aws/eks/emr/cluster"]


def test_deleting_ends_the_control_plane_and_removes_the_security_group(world, aws, cluster, refused):
    assert aws("eks").delete_cluster(name="emr")["cluster"]["status"] == "DELETING"
    world.settle()
    assert world.planes["emr"].life == ["started", "deleted"]
    assert aws("eks").list_clusters()["clusters"] == []
    group = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    assert refused(aws("ec2").describe_security_groups, GroupIds=[group])[0] == "InvalidGroup.NotFound"


def test_deletion_protection_refuses_deletion_until_it_is_off(world, aws, new_cluster, refused):
    new_cluster(deletionProtection=True)
    code, message = refused(aws("eks").delete_cluster, name="emr")
    assert code == "InvalidRequestException"
    assert "deletion protection" in message
    aws("eks").update_cluster_config(name="emr", deletionProtection=False)
    world.settle()
    aws("eks").delete_cluster(name="emr")
    world.settle()
    assert aws("eks").list_clusters()["clusters"] == []


def test_cluster_versions_name_one_default(aws):
    found = aws("eks").describe_cluster_versions(defaultOnly=True)["clusterVersions"]
    assert [version["clusterVersion"] for version in found] == ["1.35"]


def test_lists_come_in_pages(aws, new_cluster, refused):
    for name in ("a", "b", "c"):
        new_cluster(name=name)
    eks = aws("eks")
    first = eks.list_clusters(maxResults=2)
    assert first["clusters"] == ["a", "b"]
    assert eks.list_clusters(maxResults=2, nextToken=first["nextToken"])["clusters"] == ["c"]
    assert refused(eks.list_clusters, nextToken="x")[0] == "InvalidParameterException"


def test_tags_hang_on_every_arn_of_a_cluster(aws, network, cluster, refused):
    eks = aws("eks")
    entry = eks.create_access_entry(clusterName="emr", principalArn=network["node_role"])["accessEntry"]
    for arn in (cluster["arn"], entry["accessEntryArn"]):
        eks.tag_resource(resourceArn=arn, tags={"team": "a", "x": "y"})
        eks.untag_resource(resourceArn=arn, tagKeys=["x"])
        assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a"}
    assert eks.describe_cluster(name="emr")["cluster"]["tags"] == {"team": "a"}
    assert refused(eks.tag_resource, resourceArn=cluster["arn"], tags={"AWS:x": "y"})[0] == "BadRequestException"
    none = "arn:aws:eks:us-west-2:123456789012:cluster/none"
    assert refused(eks.list_tags_for_resource, resourceArn=none)[0] == "NotFoundException"
