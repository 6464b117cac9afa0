"""What is changed behind the stack's back is shown by a refresh and healed by the next `up`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local import stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cloud.conftest import Cloud

pytestmark = pytest.mark.cloud


def resources(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """The state's resources by type and name."""
    exported = json.loads(cloud.pulumi("stack", "export", "--stack", stack.STACK))
    return {
        "::".join(resource["urn"].split("::")[-2:]).rpartition("$")[2]: resource
        for resource in exported["deployment"]["resources"]
    }


def first(cloud: Cloud, kind: str) -> dict[str, Any]:
    return next(resource for resource in resources(cloud).values() if resource["type"] == kind)


def retag(cloud: Cloud, kind: str) -> None:
    tags = [{"Key": "somebody", "Value": "else"}]
    cloud.aws("ec2").create_tags(Resources=[first(cloud, kind)["id"]], Tags=tags)


def on_iam_role(cloud: Cloud) -> None:
    role = first(cloud, "aws:iam/role:Role")
    cloud.aws("iam").update_assume_role_policy(
        RoleName=role["id"],
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ],
            }
        ),
    )


def on_job_permissions(cloud: Cloud) -> None:
    policy = first(cloud, "aws:iam/rolePolicy:RolePolicy")
    role, _, name = policy["id"].partition(":")
    cloud.aws("iam").delete_role_policy(RoleName=role, PolicyName=name)


def on_log_group(cloud: Cloud) -> None:
    group = first(cloud, "aws:cloudwatch/logGroup:LogGroup")
    cloud.aws("logs").put_retention_policy(logGroupName=group["id"], retentionInDays=365)


def on_key(cloud: Cloud) -> None:
    cloud.aws("kms").disable_key_rotation(KeyId=first(cloud, "aws:kms/key:Key")["id"])


def on_cluster(cloud: Cloud) -> None:
    cluster = first(cloud, "aws:eks/cluster:Cluster")["id"]
    off = {"clusterLogging": [{"types": ["audit"], "enabled": False}]}
    cloud.aws("eks").update_cluster_config(name=cluster, logging=off)


def on_node_group(cloud: Cloud) -> None:
    cluster, _, group = first(cloud, "aws:eks/nodeGroup:NodeGroup")["id"].partition(":")
    scaling = {"minSize": 1, "maxSize": 5, "desiredSize": 4}
    cloud.aws("eks").update_nodegroup_config(clusterName=cluster, nodegroupName=group, scalingConfig=scaling)


def on_add_on(cloud: Cloud) -> None:
    cluster = first(cloud, "aws:eks/cluster:Cluster")["id"]
    cloud.aws("eks").update_addon(clusterName=cluster, addonName="vpc-cni", configurationValues="{}")


def on_subnet(cloud: Cloud) -> None:
    retag(cloud, "aws:ec2/subnet:Subnet")


def on_vpc(cloud: Cloud) -> None:
    vpc = first(cloud, "aws:ec2/vpc:Vpc")["id"]
    cloud.aws("ec2").modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})


def on_route(cloud: Cloud) -> None:
    table, _, _ = first(cloud, "aws:ec2/route:Route")["inputs"]["routeTableId"].partition("_")
    cloud.aws("ec2").delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def on_namespace(cloud: Cloud) -> None:
    cloud.kubectl("label", "namespace", "sandbox", "--overwrite", "pod-security.kubernetes.io/enforce=privileged")


def on_quota(cloud: Cloud) -> None:
    patch = json.dumps({"spec": {"hard": {"limits.cpu": "9999"}}})
    cloud.kubectl("patch", "resourcequota", "compute-resources", "-n", "sandbox", "--type", "merge", "-p", patch)


def on_emr_role(cloud: Cloud) -> None:
    patch = json.dumps([{"op": "remove", "path": "/rules/1"}])
    cloud.kubectl("patch", "role", "emr-containers", "-n", "sandbox", "--type", "json", "-p", patch)


def on_emr_binding(cloud: Cloud) -> None:
    cloud.kubectl("delete", "rolebinding", "emr-containers", "-n", "sandbox")


def on_virtual_cluster(cloud: Cloud) -> None:
    arn = first(cloud, "tenancy:index:VirtualCluster")["outputs"]["arn"]
    cloud.aws("emr-containers").tag_resource(resourceArn=arn, tags={"somebody": "else"})


def on_aws_auth_entry(cloud: Cloud) -> None:
    patch = json.dumps({"data": {"mapRoles": "[]"}})
    cloud.kubectl("patch", "configmap", "aws-auth", "-n", "kube-system", "-p", patch)


def on_trail(cloud: Cloud) -> None:
    cloud.aws("cloudtrail").stop_logging(Name=first(cloud, "aws:cloudtrail/trail:Trail")["id"])


def on_metric_filter(cloud: Cloud) -> None:
    made = first(cloud, "aws:cloudwatch/logMetricFilter:LogMetricFilter")["inputs"]
    cloud.aws("logs").delete_metric_filter(logGroupName=made["logGroupName"], filterName=made["name"])


def on_alarm(cloud: Cloud) -> None:
    alarm = first(cloud, "aws:cloudwatch/metricAlarm:MetricAlarm")["id"]
    cloud.aws("cloudwatch").disable_alarm_actions(AlarmNames=[alarm])


def on_topic(cloud: Cloud) -> None:
    topic = first(cloud, "aws:sns/topic:Topic")["id"]
    cloud.aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="")


def on_topic_policy(cloud: Cloud) -> None:
    topic = first(cloud, "aws:sns/topic:Topic")["id"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:Publish"}]}
    cloud.aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))


def on_subscription(cloud: Cloud) -> None:
    subscription = first(cloud, "aws:sns/topicSubscription:TopicSubscription")["id"]
    cloud.aws("sns").unsubscribe(SubscriptionArn=subscription)


def on_lifecycle(cloud: Cloud) -> None:
    bucket = first(cloud, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["id"]
    cloud.aws("s3").delete_bucket_lifecycle(Bucket=bucket)


CHANGES: dict[str, Callable[[Cloud], None]] = {
    "aws:ec2/vpc:Vpc": on_vpc,
    "aws:ec2/subnet:Subnet": on_subnet,
    "aws:ec2/route:Route": on_route,
    "aws:iam/role:Role": on_iam_role,
    "aws:iam/rolePolicy:RolePolicy": on_job_permissions,
    "aws:cloudwatch/logGroup:LogGroup": on_log_group,
    "aws:kms/key:Key": on_key,
    "aws:cloudtrail/trail:Trail": on_trail,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": on_metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": on_alarm,
    "aws:sns/topic:Topic": on_topic,
    "aws:sns/topicPolicy:TopicPolicy": on_topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": on_subscription,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": on_lifecycle,
    "aws:eks/cluster:Cluster": on_cluster,
    "aws:eks/nodeGroup:NodeGroup": on_node_group,
    "aws:eks/addon:Addon": on_add_on,
    "kubernetes:core/v1:Namespace": on_namespace,
    "kubernetes:core/v1:ResourceQuota": on_quota,
    "kubernetes:rbac.authorization.k8s.io/v1:Role": on_emr_role,
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": on_emr_binding,
    "tenancy:index:VirtualCluster": on_virtual_cluster,
    "tenancy:index:AwsAuthEntry": on_aws_auth_entry,
}


def test_a_refresh_shows_what_was_changed_by_hand_and_up_heals_it(platform: Cloud) -> None:
    for change in CHANGES.values():
        change(platform)
    planned = json.loads(platform.pulumi("refresh", "--preview-only", "--json", "--stack", stack.STACK))
    shown = {
        step["urn"].split("::")[-2].rpartition("$")[2]
        for step in planned["steps"]
        if step["op"] != "same" and step.get("detailedDiff") != {}
    }
    assert set(CHANGES) <= shown, set(CHANGES) - shown

    platform.pulumi("up", "--refresh", "--yes", "--skip-preview", "--stack", stack.STACK)
    platform.pulumi("up", "--refresh", "--yes", "--skip-preview", "--stack", stack.STACK, "--expect-no-changes")
    assert platform.kubectl("auth", "can-i", "--as", "emr-containers", "-n", "sandbox", "create", "pods") == "yes\n"
