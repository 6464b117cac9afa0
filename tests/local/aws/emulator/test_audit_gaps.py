"""What the emulated cloud refuses of encrypted log groups, trails, metric filters and topics, as AWS does."""

from __future__ import annotations

import json

import pytest

from iam import buckets, keys, logs

ACCOUNT, REGION = "123456789012", "us-west-2"
HERE = {"partition": "aws", "account": ACCOUNT, "region": REGION}
TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/emr-audit"
GROUP = "/aws/cloudtrail/emr"


@pytest.fixture
def key(aws):
    def make(policy):
        return aws("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]

    return make


@pytest.fixture
def logs_key(key):
    return key(keys.logs_key(**HERE))


def test_a_log_group_takes_a_key_that_its_service_may_use(aws, logs_key):
    client = aws("logs")
    client.create_log_group(logGroupName="/g", kmsKeyId=logs_key)
    client.create_log_group(logGroupName="/h")
    client.associate_kms_key(logGroupName="/h", kmsKeyId=logs_key)
    found = client.describe_log_groups()["logGroups"]
    assert {group["logGroupName"]: group["kmsKeyId"] for group in found} == {"/g": logs_key, "/h": logs_key}


@pytest.mark.parametrize("policy", [keys.data_key(**HERE), keys.logs_key(**{**HERE, "region": "us-east-1"})])
def test_a_log_group_is_refused_a_key_that_its_service_may_not_use(aws, key, refused, policy):
    client, foreign = aws("logs"), key(policy)
    code, message = refused(client.create_log_group, logGroupName="/g", kmsKeyId=foreign)
    assert code == "InvalidParameterException"
    assert "not allowed to be used" in message
    client.create_log_group(logGroupName="/g")
    assert refused(client.associate_kms_key, logGroupName="/g", kmsKeyId=foreign)[0] == "InvalidParameterException"
    assert "kmsKeyId" not in client.describe_log_groups()["logGroups"][0]


def test_a_key_that_is_disabled_or_not_there_encrypts_nothing(aws, logs_key, refused):
    aws("kms").disable_key(KeyId=logs_key.rpartition("/")[2])
    for arn in (logs_key, logs_key[:-1] + "x", "alias/emr-logs"):
        code, _ = refused(aws("logs").create_log_group, logGroupName="/g", kmsKeyId=arn)
        assert code == "InvalidParameterException"


@pytest.fixture
def trail(aws, key):
    """Everything a trail needs, and its parameters."""
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    aws("s3").create_bucket(Bucket="emr-audit", **place)
    statements = buckets.audit_trail(partition="aws", bucket="emr-audit", account=ACCOUNT, trail_arn=TRAIL)
    policy = buckets.private_bucket(*statements, partition="aws", bucket="emr-audit")
    aws("s3").put_bucket_policy(Bucket="emr-audit", Policy=json.dumps(policy))
    audit_key = key(keys.audit_key(**HERE, trail_arn=TRAIL, log_group=GROUP, alarms="arn:aws:cloudwatch:*:*:alarm:x"))
    aws("logs").create_log_group(logGroupName=GROUP, kmsKeyId=audit_key)
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws("iam").create_role(RoleName="emr-audit", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    writing = json.dumps(logs.writing_of_trail(region=REGION, account=ACCOUNT, log_group=GROUP))
    aws("iam").put_role_policy(RoleName="emr-audit", PolicyName="permissions", PolicyDocument=writing)
    return {
        "Name": "emr-audit",
        "S3BucketName": "emr-audit",
        "KmsKeyId": audit_key,
        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*",
        "CloudWatchLogsRoleArn": role,
    }


def test_a_trail_may_write_with_the_documents_of_the_platform(aws, trail):
    client = aws("cloudtrail")
    assert client.create_trail(**trail)["TrailARN"] == TRAIL
    client.update_trail(Name=TRAIL, IsMultiRegionTrail=True)
    client.delete_trail(Name=TRAIL)
    assert client.describe_trails()["trailList"] == []


def test_a_second_trail_of_a_name_is_refused(aws, trail, refused):
    aws("cloudtrail").create_trail(**trail)
    assert refused(aws("cloudtrail").create_trail, **trail)[0] == "TrailAlreadyExistsException"


def test_a_trail_that_could_not_write_is_refused_with_what_is_in_its_way(aws, trail, key, refused):
    create = aws("cloudtrail").create_trail
    other_key = key(keys.logs_key(**HERE))
    aws("s3").create_bucket(Bucket="plain", CreateBucketConfiguration={"LocationConstraint": REGION})
    for change, code in (
        ({"Name": "emr-other"}, "InsufficientS3BucketPolicyException"),
        ({"S3BucketName": "plain"}, "InsufficientS3BucketPolicyException"),
        ({"KmsKeyId": other_key}, "InsufficientEncryptionPolicyException"),
        (
            {"CloudWatchLogsLogGroupArn": trail["CloudWatchLogsLogGroupArn"].replace("/emr", "/none")},
            "InvalidCloudWatchLogsLogGroupArnException",
        ),
        ({"CloudWatchLogsRoleArn": f"arn:aws:iam::{ACCOUNT}:role/none"}, "InvalidCloudWatchLogsRoleArnException"),
    ):
        assert refused(create, **{**trail, **change})[0] == code
    assert aws("cloudtrail").describe_trails()["trailList"] == []


def test_a_trail_that_is_changed_for_the_worse_stays_as_it_is(aws, trail, refused):
    client = aws("cloudtrail")
    client.create_trail(**trail)
    assert refused(client.update_trail, Name="emr-audit", KmsKeyId="alias/x")[0].startswith("InsufficientEncryption")
    assert client.get_trail(Name="emr-audit")["Trail"]["KmsKeyId"] == trail["KmsKeyId"]


METRIC = [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]


def test_a_log_group_has_one_metric_filter_of_a_name_and_takes_it_along(aws, refused):
    client = aws("logs")
    given = {"logGroupName": "/g", "filterName": "f", "metricTransformations": METRIC}
    assert refused(client.put_metric_filter, filterPattern="a", **given)[0] == "ResourceNotFoundException"
    client.create_log_group(logGroupName="/g")
    for pattern in ("a", "b"):
        client.put_metric_filter(filterPattern=pattern, **given)
    (found,) = client.describe_metric_filters(logGroupName="/g")["metricFilters"]
    assert found["filterPattern"] == "b"
    client.delete_log_group(logGroupName="/g")
    assert client.describe_metric_filters()["metricFilters"] == []
    client.create_log_group(logGroupName="/g")
    assert refused(client.delete_metric_filter, logGroupName="/g", filterName="f")[0] == "ResourceNotFoundException"


def test_people_confirm_a_subscription_and_queues_need_not(aws):
    sns = aws("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    for protocol, endpoint, pending in (
        ("email", "a@example.com", "true"),
        ("https", "https://example.com", "true"),
        ("sqs", queue, "false"),
    ):
        made = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)
        attributes = sns.get_subscription_attributes(SubscriptionArn=made["SubscriptionArn"])["Attributes"]
        assert attributes["PendingConfirmation"] == pending
