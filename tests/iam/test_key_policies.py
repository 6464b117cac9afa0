from __future__ import annotations

from iam import keys
from iam.evaluation import Request, evaluate

POLICY = keys.secrets_key(partition="aws", account="123456789012")
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"


def test_no_action_is_a_wildcard() -> None:
    actions = [action for statement in POLICY["Statement"] for action in [statement["Action"]]]
    assert "*" not in str(actions)


def test_grants_are_made_for_aws_services_only() -> None:
    (grant,) = [s for s in POLICY["Statement"] if s["Action"] == "kms:CreateGrant"]
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_the_account_can_always_change_the_policy_again() -> None:
    (administer, *_) = POLICY["Statement"]
    assert "kms:PutKeyPolicy" in administer["Action"]
    assert administer["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_the_cluster_may_encrypt_with_its_own_key_only() -> None:
    policy = keys.use_of_secrets_key(KEY)
    assert evaluate([policy], Request(action="kms:Encrypt", resource=KEY)).allowed
    assert not evaluate([policy], Request(action="kms:Encrypt", resource=f"{KEY}2")).allowed
    assert not evaluate([policy], Request(action="kms:PutKeyPolicy", resource=KEY)).allowed
