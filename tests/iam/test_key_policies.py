from __future__ import annotations

from typing import Any

import pytest

from iam import keys
from iam.evaluation import Principal, Request, evaluate, evaluate_resource_policy

COMMON = {"partition": "aws", "account": "123456789012"}
HERE = {**COMMON, "region": "us-west-2"}
TRAIL = "arn:aws:cloudtrail:us-west-2:123456789012:trail/emr-audit"
GROUPS = "arn:aws:logs:us-west-2:123456789012:log-group"
ALARMS = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:emr-*"
SECRETS = keys.secrets_key(**COMMON)
LOGS = keys.logs_key(**HERE)
DATA = keys.data_key(**HERE)
AUDIT = keys.audit_key(**HERE, trail_arn=TRAIL, log_group="/aws/cloudtrail/emr", alarms=ALARMS)
EVERY = {"secrets": SECRETS, "logs": LOGS, "data": DATA, "audit": AUDIT}
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
VIA_S3 = {"kms:ViaService": "s3.us-west-2.amazonaws.com"}
SOMEBODY = Principal(kind="AWS", names=("arn:aws:iam::123456789012:role/somebody",), account="123456789012")
STRANGER = Principal(kind="AWS", names=("arn:aws:iam::210987654321:role/somebody",), account="210987654321")


def service(name: str) -> Principal:
    return Principal(kind="Service", names=(f"{name}.amazonaws.com",))


def allowed(policy: dict[str, Any], principal: Principal, action: str, **context: str) -> bool:
    """Keys of the context are written with two underscores for the colon."""
    given = {name.replace("__", ":"): value for name, value in context.items()}
    request = Request(action=f"kms:{action}", resource=KEY, context=given)
    return evaluate_resource_policy(policy, principal, request).allowed


@pytest.mark.parametrize("policy", EVERY.values(), ids=EVERY)
def test_no_action_is_a_wildcard(policy: dict[str, Any]) -> None:
    assert "*" not in str([statement["Action"] for statement in policy["Statement"]])


@pytest.mark.parametrize("policy", EVERY.values(), ids=EVERY)
def test_the_account_can_always_change_the_policy_again(policy: dict[str, Any]) -> None:
    (administer, *_) = policy["Statement"]
    assert "kms:PutKeyPolicy" in administer["Action"]
    assert administer["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


@pytest.mark.parametrize("policy", EVERY.values(), ids=EVERY)
def test_nobody_of_another_account_gets_anything(policy: dict[str, Any]) -> None:
    for action in ("Decrypt", "Encrypt", "GenerateDataKey", "CreateGrant", "DescribeKey", "PutKeyPolicy"):
        assert not allowed(policy, STRANGER, action, **VIA_S3)


def test_grants_are_made_for_aws_services_only() -> None:
    (grant,) = [s for s in SECRETS["Statement"] if s["Action"] == "kms:CreateGrant"]
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    for policy in (LOGS, DATA, AUDIT):
        assert not allowed(policy, SOMEBODY, "CreateGrant", kms__GrantIsForAWSResource="true")


def test_the_cluster_may_encrypt_with_its_own_key_only() -> None:
    policy = keys.use_of_secrets_key(KEY)
    assert evaluate([policy], Request(action="kms:Encrypt", resource=KEY)).allowed
    assert not evaluate([policy], Request(action="kms:Encrypt", resource=f"{KEY}2")).allowed
    assert not evaluate([policy], Request(action="kms:PutKeyPolicy", resource=KEY)).allowed


@pytest.mark.parametrize(
    "action", ["Encrypt", "Decrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo", "DescribeKey"]
)
def test_cloudwatch_encrypts_log_groups_of_this_account_and_region_with_the_logs_key(action: str) -> None:
    here = service("logs.us-west-2")
    own = {"kms:EncryptionContext:aws:logs:arn": f"{GROUPS}:/emr/emr/analytics"}
    assert allowed(LOGS, here, action, **own)
    assert not allowed(LOGS, here, action)
    assert not allowed(LOGS, service("logs.us-east-1"), action, **own)
    for change in (("us-west-2", "us-east-1"), ("123456789012", "210987654321")):
        foreign = {name: value.replace(*change) for name, value in own.items()}
        assert not allowed(LOGS, here, action, **foreign)
    assert not allowed(DATA, here, action, **own)


@pytest.mark.parametrize("policy", [LOGS, DATA])
def test_people_and_jobs_use_the_keys_of_logs_and_data_through_s3_only(policy: dict[str, Any]) -> None:
    for action in ("Decrypt", "GenerateDataKey"):
        assert allowed(policy, SOMEBODY, action, **VIA_S3)
        assert not allowed(policy, SOMEBODY, action)
        assert not allowed(policy, SOMEBODY, action, kms__ViaService="s3.us-east-1.amazonaws.com")
        assert not allowed(policy, SOMEBODY, action, kms__ViaService="ebs.us-west-2.amazonaws.com")
    assert not allowed(policy, SOMEBODY, "Encrypt", **VIA_S3)


def test_one_trail_encrypts_with_the_audit_key() -> None:
    trail = service("cloudtrail")
    own = {"aws:SourceArn": TRAIL, "kms:EncryptionContext:aws:cloudtrail:arn": TRAIL}
    assert allowed(AUDIT, trail, "GenerateDataKey", **own)
    assert allowed(AUDIT, trail, "DescribeKey", **{"aws:SourceArn": TRAIL})
    assert allowed(AUDIT, trail, "Decrypt", **{"aws:SourceArn": TRAIL})
    for foreign in (f"{TRAIL}2", TRAIL.replace("123456789012", "210987654321")):
        assert not allowed(AUDIT, trail, "GenerateDataKey", **{**own, "aws:SourceArn": foreign})
        assert not allowed(AUDIT, trail, "Decrypt", **{"aws:SourceArn": foreign})
    assert not allowed(LOGS, trail, "GenerateDataKey", **own)


def test_of_log_groups_only_the_trails_own_is_encrypted_with_the_audit_key() -> None:
    here, name = service("logs.us-west-2"), "kms:EncryptionContext:aws:logs:arn"
    assert allowed(AUDIT, here, "GenerateDataKey", **{name: f"{GROUPS}:/aws/cloudtrail/emr"})
    assert not allowed(AUDIT, here, "GenerateDataKey", **{name: f"{GROUPS}:/emr/emr/analytics"})


def test_only_the_platforms_alarms_are_published_with_the_audit_key() -> None:
    cloudwatch = service("cloudwatch")
    alarm = ALARMS.replace("*", "rbac")
    for action in ("Decrypt", "GenerateDataKey"):
        assert allowed(AUDIT, cloudwatch, action, aws__SourceArn=alarm)
        assert not allowed(AUDIT, cloudwatch, action, aws__SourceArn=alarm.replace(":emr-", ":other-"))


def test_people_read_the_record_and_never_write_it() -> None:
    assert allowed(AUDIT, SOMEBODY, "Decrypt", **VIA_S3)
    assert not allowed(AUDIT, SOMEBODY, "GenerateDataKey", **VIA_S3)
    assert not allowed(AUDIT, SOMEBODY, "Decrypt")
