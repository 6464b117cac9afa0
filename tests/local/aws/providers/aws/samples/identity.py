"""Roles, policies, OIDC providers."""

from __future__ import annotations

from tests.local.aws.providers.aws.samples.sample import Sample
from tests.local.aws.providers.aws.world import document, trust

SAMPLES = [
    Sample(
        "aws:iam/role:Role",
        lambda world: {
            "name": world.name(),
            "assumeRolePolicy": trust("ec2.amazonaws.com"),
            "description": "one",
            "path": "/some/",
            "maxSessionDuration": 7200,
            "permissionsBoundary": world.policy(),
            "forceDetachPolicies": True,
            "tags": {"a": "1", "b": "2"},
        },
        lambda world: {
            "assumeRolePolicy": trust("eks.amazonaws.com"),
            "description": "two",
            "maxSessionDuration": 3600,
            "permissionsBoundary": world.policy(),
        },
    ),
    Sample(
        "aws:iam/policy:Policy",
        lambda world: {
            "name": world.name(),
            "policy": document(),
            "description": "one",
            "path": "/some/",
            "tags": {"a": "1"},
        },
        lambda _: {"policy": document("s3:PutObject")},
    ),
    Sample(
        "aws:iam/rolePolicy:RolePolicy",
        lambda world: {"name": world.name(), "role": world.role()["RoleName"], "policy": document()},
        lambda _: {"policy": document("s3:PutObject")},
        adopts=True,
    ),
    Sample(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda world: {"role": world.role()["RoleName"], "policyArn": world.policy()},
        adopts=True,
    ),
    Sample(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        lambda world: {
            "url": f"https://oidc.example.com/id/{world.name()}",
            "clientIdLists": ["sts.amazonaws.com"],
            "thumbprintLists": ["a" * 40],
            "tags": {"a": "1"},
        },
        lambda _: {"clientIdLists": ["other", "sts.amazonaws.com"], "thumbprintLists": ["b" * 40]},
    ),
    Sample(
        "aws:iam/instanceProfile:InstanceProfile",
        lambda world: {
            "name": world.name(),
            "path": "/some/",
            "role": world.role()["RoleName"],
            "tags": {"a": "1"},
        },
        lambda world: {"role": world.role()["RoleName"]},
    ),
]
