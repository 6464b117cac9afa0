"""CreateTrail and UpdateTrail refuse what CloudTrail refuses: a second trail of a name, and what it may not write to.

Source: CloudTrail API reference, CreateTrail; CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail" and
"Configure KMS key policies for CloudTrail".
"""

from __future__ import annotations

from typing import Any

from moto.cloudtrail.models import CloudTrailBackend, Trail  # pyright: ignore[reportMissingTypeStubs]
from moto.core.exceptions import JsonRESTError  # pyright: ignore[reportMissingTypeStubs]
from moto.logs.models import logs_backends as _logs_backends  # pyright: ignore[reportMissingTypeStubs]

from iam.evaluation import Request, evaluate
from local.aws.emulator import policies, principals
from local.aws.emulator.moto_gaps import services_rights

_BACKEND: Any = CloudTrailBackend
_TRAIL: Any = Trail
_ERROR: Any = JsonRESTError
_LOGS: Any = _logs_backends
_CREATE: Any = _BACKEND.create_trail
_UPDATE: Any = _TRAIL.update
_SERVICE = "cloudtrail.amazonaws.com"


def check(trail: Any) -> None:
    """Refuse a trail that could not write where it should."""
    source = {"aws:SourceArn": trail.arn}
    prefix = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    calls = {"GetBucketAcl": "", "PutObject": f"{prefix}AWSLogs/{trail.account_id}/x"}
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
    if not services_rights.bucket_allows(_SERVICE, trail.account_id, trail.bucket_name, calls, source | acl):
        message = f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket_name}"
        raise _ERROR("InsufficientS3BucketPolicyException", message)
    context = source | {"kms:EncryptionContext:aws:cloudtrail:arn": trail.arn}
    actions = ("GenerateDataKey", "DescribeKey", "Decrypt")
    if trail.kms_key_id and not services_rights.key_allows(_SERVICE, trail.kms_key_id, actions, context):
        message = "Insufficient permissions to access S3 bucket or KMS key."
        raise _ERROR("InsufficientEncryptionPolicyException", message)
    if trail.cw_log_group_arn:
        _check_log_group(trail)


def _check_log_group(trail: Any) -> None:
    group = trail.cw_log_group_arn.split(":")[6]
    if group not in _LOGS[trail.account_id][trail.region_name].groups:
        message = "CloudTrail cannot validate the specified log group ARN"
        raise _ERROR("InvalidCloudWatchLogsLogGroupArnException", message)
    stream = f"{trail.cw_log_group_arn.removesuffix(':*')}:log-stream:{trail.account_id}_CloudTrail_{trail.region_name}"
    role = principals.principal(trail.cw_role_arn) if trail.cw_role_arn else None
    trusted = role is not None and principals.trusts_service(role, _SERVICE)
    held = list(policies.documents(role).values()) if trusted else []
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if not evaluate(held, Request(action=action, resource=stream)).allowed:
            message = "Access denied. Check the permissions for your role."
            raise _ERROR("InvalidCloudWatchLogsRoleArnException", message)


def _create(self: Any, name: str, *arguments: Any) -> Any:
    if name in self.trails:
        message = f"Trail {name} already exists for customer: {self.account_id}"
        raise _ERROR("TrailAlreadyExistsException", message)
    tags = arguments[-1]
    check(_TRAIL(self.account_id, self.region_name, name, *arguments[:-1]))
    return _CREATE(self, name, *arguments[:-1], tags)


def _update(self: Any, **changes: Any) -> None:
    before: dict[str, Any] = {**self.__dict__}
    _UPDATE(self, **changes)
    try:
        check(self)
    except _ERROR:
        self.__dict__.update(before)
        raise


def _delete(self: Any, name: str) -> None:
    """DeleteTrail by name or ARN."""
    del self.trails[self.get_trail(name).trail_name]


def install() -> None:
    """Change moto's CloudTrail."""
    _BACKEND.create_trail = _create
    _BACKEND.delete_trail = _delete
    _TRAIL.update = _update
