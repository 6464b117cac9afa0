"""What a policy of a key or bucket lets an AWS service do, asked by the services that use it."""

from __future__ import annotations

import json
from typing import Any

from moto.kms.models import kms_backends as _kms_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.s3.models import s3_backends as _s3_backends  # pyright: ignore[reportMissingTypeStubs]

from iam.evaluation import Principal, Request, evaluate_resource_policy
from local.aws.emulator.principals import PARTITION

_KMS: Any = _kms_backends
_S3: Any = _s3_backends


def key_allows(service: str, arn: str, actions: tuple[str, ...], context: dict[str, str]) -> bool:
    """Whether a key, named by its ARN, is there and enabled and its policy lets a service use it."""
    _, _, _, region, account, resource = arn.split(":", 5) if arn.count(":") >= 5 else [""] * 6  # noqa: PLR2004 - ARN
    key: Any = _KMS[account][region].keys.get(resource.removeprefix("key/")) if account else None
    if key is None or key.key_state != "Enabled":
        return False
    return all(_allows(key.policy, service, f"kms:{action}", arn, context) for action in actions)


def bucket_allows(service: str, account: str, bucket: str, calls: dict[str, str], context: dict[str, str]) -> bool:
    """Whether the policy of a bucket lets a service make some calls; each comes with the key it is about."""
    policy: Any = _S3[account][PARTITION].get_bucket(bucket).policy
    arn = f"arn:{PARTITION}:s3:::{bucket}"
    return policy is not None and all(
        _allows(policy.decode(), service, f"s3:{action}", f"{arn}/{key}" if key else arn, context)
        for action, key in calls.items()
    )


def _allows(policy: str, service: str, action: str, resource: str, context: dict[str, str]) -> bool:
    principal = Principal(kind="Service", names=(service,))
    common = {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true"}
    request = Request(action=action, resource=resource, context={**common, **context})
    return evaluate_resource_policy(json.loads(policy), principal, request).allowed
