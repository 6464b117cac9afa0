"""What documents leave open, and how long they are: `*` only with a reason, sizes under AWS's limits."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from iam import documents as iam
from iam import endpoints
from tests.opinions.rendered import EXAMPLES, documents

if TYPE_CHECKING:
    from tests.opinions.rendered import Rendered

FENCE = "an endpoint's policy grants nothing, it only fences in; one account or named principals come through"
KEY = "in a key policy `*` is the key itself"
LIST = "the call lists, so it is about no one resource"

OPEN_ACTIONS = {
    "*::endpoints-s3 policy": FENCE,
    "*::endpoints-logs policy": FENCE,
    "example only_principals": FENCE,
    "example without_*": FENCE,
}
"""Documents, by pattern, whose actions may hold a `*`, and why."""

OPEN_RESOURCES = {
    ("*aws:kms/key:Key::*", "*"): KEY,
    ("*::endpoints-*", "*"): FENCE,
    ("example *", "*"): FENCE,
    ("*::capacity-karpenter-permissions *", "Discover"): "EC2's describing calls know no resource; one Region only",
    ("*::capacity-karpenter-permissions *", "Prices"): "prices are the same for everybody",
    ("*::capacity-karpenter-permissions *", "ListProfiles"): LIST,
    ("* output *deployerPolicies.*", "ReadEc2"): "EC2's describing calls know no resource",
    ("* output *deployerPolicies.*", "AddonVersions"): "what EKS offers is the same for everybody",
    ("* output *deployerPolicies.*", "MakeKeys"): "a key has no ARN before it is made; its tag must be the platform's",
    ("* output *deployerPolicies.*", "FindAliases"): LIST,
    ("* output *deployerPolicies.*", "FindTrails"): LIST,
    ("* output *deployerPolicies.*", "FindVirtualClusters"): LIST,
    ("* output *deployerPolicies.*", "FindRoles"): LIST,
    ("* output *deployerPolicies.*", "Subscriptions"): "SNS knows no resource for calls about a subscription",
    ("* output *deployerPolicies.*", "MakeVirtualClusters"): "the id is EMR's; its tag must be the platform's",
    ("* output *deployerPolicies.*", "MakeJobTemplates"): "the id is EMR's; its tag must be the platform's",
    ("*-access-submit policy", "FindVirtualClusters"): LIST,
}
"""Statements with the resource `*`, by patterns of document and Sid, and why."""

LIMITS = {
    "assumeRolePolicy": iam.TRUST_POLICY.characters,
    "aws:iam/rolePolicy:RolePolicy": iam.INLINE_POLICIES.characters,
    "aws:iam/policy:Policy": iam.MANAGED_POLICY.characters,
    "deployerPolicies": iam.MANAGED_POLICY.characters,
    "aws:kms/key:Key": 32768,  # KMS Developer Guide, "Resource quotas"
    "aws:s3/bucketPolicy:BucketPolicy": 20480,  # S3 User Guide, "Bucket policies": 20 KB
    "aws:ec2/vpcEndpoint:VpcEndpoint": endpoints.LIMIT.characters,
    "example ": endpoints.LIMIT.characters,
    "aws:sqs/queuePolicy:QueuePolicy": 8192,  # SQS Developer Guide, "Amazon SQS policy quotas"
    "aws:sns/topicPolicy:TopicPolicy": 30720,  # SNS: 30 KB
}
"""Greatest length in characters by a part of the document's name."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def open_resources() -> set[tuple[str, str]]:
    """Name and Sid of every statement about every resource."""
    return {
        (policy.name, statement.get("Sid", ""))
        for policy in documents()
        for statement in policy.statements
        if "*" in listed(statement.get("Resource", []))
    }


@pytest.mark.covers("ID-16")
def test_no_document_has_an_action_with_a_wildcard_unless_it_only_fences_in(policy: Rendered) -> None:
    reason = [why for pattern, why in OPEN_ACTIONS.items() if fnmatchcase(policy.name, pattern)]
    for statement in policy.statements:
        assert not statement.keys() & {"NotAction", "NotResource", "NotPrincipal"}
        assert "*" not in listed(statement["Action"])
        deny = statement["Effect"] == "Deny"
        assert reason or deny or not [each for each in listed(statement["Action"]) if "*" in each]


def test_every_statement_about_every_resource_has_its_reason() -> None:
    unexplained = [
        found for found in open_resources() if not any(all(map(fnmatchcase, found, key)) for key in OPEN_RESOURCES)
    ]
    assert not unexplained


@pytest.mark.parametrize("key", OPEN_RESOURCES, ids=" ".join)
def test_every_reason_for_every_resource_is_still_needed(key: tuple[str, str]) -> None:
    assert any(all(map(fnmatchcase, found, key)) for found in open_resources())


@pytest.mark.parametrize("pattern", OPEN_ACTIONS)
def test_every_reason_for_an_action_with_a_wildcard_is_still_needed(pattern: str) -> None:
    assert any(
        fnmatchcase(policy.name, pattern)
        for policy in documents()
        if any("*" in action for each in policy.statements for action in listed(each["Action"]))
    )


def test_documents_are_under_their_limits(policy: Rendered) -> None:
    (limit,) = {number for part, number in LIMITS.items() if part in policy.name}
    same = "RolePolicy" in policy.name
    together = [each for each in documents() if each.owner == policy.owner and ("RolePolicy" in each.name) is same]
    length = sum(iam.size(each.document) for each in (together if same else [policy]))
    print(f"{policy.name}: {length} of {limit} characters, {limit - length} left")  # noqa: T201 - shown by `-rP`
    assert length <= limit


def test_examples_fence_by_principal_account_or_cluster() -> None:
    assert "submitter" in json.dumps(EXAMPLES["only_principals"])
    assert len(EXAMPLES) == 4
