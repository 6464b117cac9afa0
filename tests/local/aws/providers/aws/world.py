"""What resources need beside them, made with boto3 behind the provider's back, anew or once for all."""

from __future__ import annotations

import functools
import itertools
import json
import time
from typing import Any


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(action: str = "s3:GetObject", **more: Any) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **more}]}
    )


class World:
    """Makes things; names are used once."""

    def __init__(self, aws: Any) -> None:
        self.aws = functools.cache(aws)
        self._count = itertools.count(1)
        self._quarters = itertools.count()

    def name(self) -> str:
        return f"it-{next(self._count)}"

    @property
    def ec2(self) -> Any:
        return self.aws("ec2")

    @property
    def iam(self) -> Any:
        return self.aws("iam")

    @functools.cached_property
    def vpc(self) -> str:
        return self.ec2.create_vpc(CidrBlock="10.64.0.0/16")["Vpc"]["VpcId"]

    def cidr(self) -> str:
        quarters = next(self._quarters)
        return f"10.64.{quarters // 4}.{quarters % 4 * 64}/26"

    def subnet(self, zone: str = "us-west-2a") -> str:
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=self.cidr(), AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    def group(self) -> str:
        made = self.ec2.create_security_group(VpcId=self.vpc, GroupName=self.name(), Description="d")
        return made["GroupId"]

    def route_table(self) -> str:
        return self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]

    @functools.cached_property
    def internet_gateway(self) -> str:
        made = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=self.vpc)
        return made

    @functools.cached_property
    def nat_gateway(self) -> str:
        made = self.ec2.create_nat_gateway(SubnetId=self.subnet(), AllocationId=self.address())
        return made["NatGateway"]["NatGatewayId"]

    def address(self) -> str:
        return self.ec2.allocate_address(Domain="vpc")["AllocationId"]

    @functools.cached_property
    def prefix_lists(self) -> list[str]:
        return [each["PrefixListId"] for each in self.ec2.describe_managed_prefix_lists()["PrefixLists"]]

    @functools.cached_property
    def template(self) -> str:
        data = {"ImageId": "ami-12345678"}
        made = self.ec2.create_launch_template(LaunchTemplateName=self.name(), LaunchTemplateData=data)
        id_ = made["LaunchTemplate"]["LaunchTemplateId"]
        self.ec2.create_launch_template_version(LaunchTemplateId=id_, LaunchTemplateData=data)
        return id_

    def role(self, service: str = "ec2.amazonaws.com") -> dict[str, Any]:
        return self.iam.create_role(RoleName=self.name(), AssumeRolePolicyDocument=trust(service))["Role"]

    def policy(self) -> str:
        return self.iam.create_policy(PolicyName=self.name(), PolicyDocument=document())["Policy"]["Arn"]

    def key(self, policy: str | None = None) -> dict[str, Any]:
        given = {} if policy is None else {"Policy": policy}
        return self.aws("kms").create_key(**given)["KeyMetadata"]

    def key_for(self, service: str) -> str:
        """The ARN of a key that a service may use."""
        return self.key(document("kms:*", Principal={"Service": service}))["Arn"]

    def key_for_logs(self) -> str:
        return self.key_for("logs.us-west-2.amazonaws.com")

    def topic(self) -> str:
        return self.aws("sns").create_topic(Name=self.name())["TopicArn"]

    def queue(self) -> str:
        return self.aws("sqs").create_queue(QueueName=self.name())["QueueUrl"]

    def queue_arn(self) -> str:
        url = self.queue()
        return self.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def event_bus(self) -> str:
        name = self.name()
        self.aws("events").create_event_bus(Name=name)
        return name

    def event_rule(self, bus: str) -> str:
        name = self.name()
        self.aws("events").put_rule(Name=name, EventBusName=bus, EventPattern='{"source": ["a"]}')
        return name

    def trail_bucket(self) -> str:
        """A bucket to which CloudTrail may write."""
        name = self.bucket()
        policy = document("s3:*", Principal={"Service": "cloudtrail.amazonaws.com"})
        self.aws("s3").put_bucket_policy(Bucket=name, Policy=policy)
        return name

    def trail_role(self) -> str:
        """A role as which CloudTrail may write to log groups."""
        role = self.role("cloudtrail.amazonaws.com")
        self.iam.put_role_policy(RoleName=role["RoleName"], PolicyName="logs", PolicyDocument=document("logs:*"))
        return role["Arn"]

    def log_group(self) -> str:
        name = f"/{self.name()}/logs"
        self.aws("logs").create_log_group(logGroupName=name)
        return f"arn:aws:logs:us-west-2:123456789012:log-group:{name}"

    def bucket(self) -> str:
        name = self.name()
        place = {"LocationConstraint": "us-west-2"}
        self.aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name

    @functools.cached_property
    def cluster_role(self) -> str:
        return self.role("eks.amazonaws.com")["Arn"]

    @functools.cached_property
    def node_role(self) -> str:
        return self.role()["Arn"]

    @functools.cached_property
    def fargate_role(self) -> str:
        policy = trust("eks-fargate-pods.amazonaws.com")
        return self.iam.create_role(RoleName=self.name(), AssumeRolePolicyDocument=policy)["Role"]["Arn"]

    @functools.cached_property
    def cluster_subnets(self) -> list[str]:
        return [self.subnet("us-west-2a"), self.subnet("us-west-2b"), self.subnet("us-west-2c")]

    @functools.cached_property
    def cluster(self) -> str:
        return self.new_cluster()

    def new_cluster(self) -> str:
        name = self.name()
        self.aws("eks").create_cluster(
            name=name,
            roleArn=self.cluster_role,
            resourcesVpcConfig={"subnetIds": self.cluster_subnets[:2]},
            accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"},
        )
        while self.aws("eks").describe_cluster(name=name)["cluster"]["status"] != "ACTIVE":
            time.sleep(0.05)
        return name

    def entry(self) -> str:
        role = self.role()["Arn"]
        self.aws("eks").create_access_entry(clusterName=self.cluster, principalArn=role)
        return role
