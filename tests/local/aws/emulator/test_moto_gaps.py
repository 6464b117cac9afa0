"""What the project needs of moto, asked with boto3: gaps that are plugged, and things that must keep working."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("emr-containers.amazonaws.com", "AWSServiceRoleForAmazonEMRContainers"),
        ("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS"),
        ("eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup"),
        ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot"),
    ],
)
def test_service_linked_roles_have_the_names_of_aws(aws, service, name):
    role = aws("iam").create_service_linked_role(AWSServiceName=service)["Role"]
    assert role["Arn"] == f"arn:aws:iam::123456789012:role/aws-service-role/{service}/{name}"
    assert aws("iam").get_role(RoleName=name)["Role"]["Arn"] == role["Arn"]


def test_a_service_linked_role_is_made_once(aws, refused):
    create = aws("iam").create_service_linked_role
    create(AWSServiceName="emr-containers.amazonaws.com")
    assert refused(create, AWSServiceName="emr-containers.amazonaws.com") == (
        "InvalidInput",
        (
            "Service role name AWSServiceRoleForAmazonEMRContainers has been taken in this account, please try a "
            "different suffix."
        ),
    )
    assert refused(create, AWSServiceName="eks.amazonaws.com", CustomSuffix="x") == (
        "InvalidInput",
        "Custom suffix is not allowed for eks.amazonaws.com",
    )


def test_keys_are_for_encryption_unless_told_otherwise(aws):
    kms = aws("kms")
    made = kms.create_key()["KeyMetadata"]
    assert made["KeyUsage"] == "ENCRYPT_DECRYPT"
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyUsage"] == "ENCRYPT_DECRYPT"


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Effect": "Maybe"}, "MalformedPolicyDocument"),
        ({"Resource": "*"}, "MalformedPolicyDocument"),
        ({"Action": "s3:GetObject"}, "MalformedPolicyDocument"),
        ({"Sid": "a" * 2000}, "LimitExceeded"),
    ],
)
def test_trust_policies_are_refused_as_iam_refuses_them(aws, refused, change, code):
    iam = aws("iam")
    bad = json.dumps({**TRUST, "Statement": [{**TRUST["Statement"][0], **change}]})
    assert refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=bad)[0] == code
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    assert refused(iam.update_assume_role_policy, RoleName="r", PolicyDocument=bad)[0] == code


def test_white_space_does_not_count_in_a_trust_policy(aws):
    text = json.dumps(TRUST, indent=200)
    assert len(text) > 2048
    aws("iam").create_role(RoleName="r", AssumeRolePolicyDocument=text)


def test_role_names_have_a_length_and_are_unique_whatever_their_case(aws, refused):
    create = aws("iam").create_role
    document = json.dumps(TRUST)
    create(RoleName="role", AssumeRolePolicyDocument=document)
    assert refused(create, RoleName="ROLE", AssumeRolePolicyDocument=document) == (
        "EntityAlreadyExists",
        "Role with name ROLE already exists.",
    )
    assert refused(create, RoleName="r" * 65, AssumeRolePolicyDocument=document)[0] == "ValidationError"


def test_client_ids_of_an_oidc_provider_come_and_go(aws):
    iam = aws("iam")
    url = "https://oidc.eks.us-west-2.amazonaws.com/id/A"
    arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["a"])["OpenIDConnectProviderArn"]
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="b")
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="a")
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["b"]


def test_a_security_group_that_others_refer_to_cannot_be_deleted(aws, network, refused):
    ec2 = aws("ec2")
    one, two, three = (
        ec2.create_security_group(GroupName=name, Description="d", VpcId=network["vpc"])["GroupId"] for name in "abc"
    )
    ec2.authorize_security_group_ingress(
        GroupId=two, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": one}, {"GroupId": two}]}]
    )
    service = "com.amazonaws.us-west-2.sts"
    ec2.create_vpc_endpoint(
        VpcId=network["vpc"], ServiceName=service, VpcEndpointType="Interface", SecurityGroupIds=[three]
    )
    for group in (one, three):
        assert refused(ec2.delete_security_group, GroupId=group) == (
            "DependencyViolation",
            f"resource {group} has a dependent object",
        )
    ec2.delete_security_group(GroupId=two)
    ec2.delete_security_group(GroupId=one)


def test_log_groups_keep_for_the_numbers_of_days_that_aws_offers(aws, refused):
    logs = aws("logs")
    logs.create_log_group(logGroupName="/g")
    logs.put_retention_policy(logGroupName="/g", retentionInDays=7)
    assert refused(logs.put_retention_policy, logGroupName="/g", retentionInDays=8)[0] == "InvalidParameterException"


def test_what_moto_lacks_is_refused_by_name(aws, refused):
    code, message = refused(aws("iam").get_context_keys_for_custom_policy, PolicyInputList=["{}"])
    assert code == "NotImplementedException"
    assert "iam:GetContextKeysForCustomPolicy" in message


def test_the_deployer_is_administrator_under_known_credentials(aws):
    assert aws("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/deployer"
    attached = aws("iam").list_attached_user_policies(UserName="deployer")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AdministratorAccess"]


def test_credentials_of_a_role_are_known(aws):
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws("iam").create_role(RoleName="cluster", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    credentials = aws("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    session = aws("sts", credentials["AccessKeyId"], credentials["SecretAccessKey"])
    assert session.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/cluster/session"
    assert aws("eks", credentials["AccessKeyId"], credentials["SecretAccessKey"]).list_clusters()["clusters"] == []


@pytest.mark.parametrize(
    ("of_vpc", "more"),
    [
        ("10.2.0.0/16", "10.2.128.0/17"),
        ("10.2.0.0/16", "172.16.0.0/16"),
        ("10.1.0.0/16", "10.0.0.0/16"),
        ("172.20.0.0/16", "172.31.0.0/16"),
        ("192.168.0.0/16", "198.19.0.0/16"),
        ("10.2.0.0/16", "100.64.0.0/10"),
    ],
)
def test_a_vpc_takes_no_further_range_that_does_not_go_with_its_own(aws, refused, of_vpc, more):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock=of_vpc)["Vpc"]["VpcId"]
    assert refused(ec2.associate_vpc_cidr_block, VpcId=vpc, CidrBlock=more)[0] == "InvalidVpc.Range"
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")


def test_a_range_goes_only_after_its_subnets(aws, refused):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    made = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")["CidrBlockAssociation"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="100.64.0.0/18")["Subnet"]["SubnetId"]
    leave = ec2.disassociate_vpc_cidr_block
    assert refused(leave, AssociationId=made["AssociationId"])[0] == "InvalidCidrBlock.InUse"
    ec2.delete_subnet(SubnetId=subnet)
    leave(AssociationId=made["AssociationId"])


def test_flow_logs_go_to_a_log_group_by_its_arn(aws):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    aws("logs").create_log_group(logGroupName="/flows")
    ends = {"/flows": "SUCCESS", "/nowhere": "FAILED"}
    for name in ends:
        ec2.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestination=f"arn:aws:logs:us-west-2:123456789012:log-group:{name}",
            DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flows",
        )
    found = ec2.describe_flow_logs()["FlowLogs"]
    assert {each["LogGroupName"]: each["DeliverLogsStatus"] for each in found} == ends


def test_a_nat_gateways_interface_goes_with_it(aws, network):
    ec2 = aws("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    (subnet, *_) = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network["vpc"]]}])["Subnets"]
    before = ec2.describe_network_interfaces()["NetworkInterfaces"]
    made = ec2.create_nat_gateway(SubnetId=subnet["SubnetId"], AllocationId=address)["NatGateway"]
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == len(before) + 1
    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == before
