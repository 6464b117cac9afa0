"""The audit trail: who called AWS, and who asked for which object of the platform."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs
from components.key import Key, KeyArgs
from components.service_role import ServiceRole, ServiceRoleArgs
from iam import buckets, keys, logs, names
from iam.documents import render
from spec.audit import AuditSpec
from spec.place import Place


@dataclass(frozen=True, kw_only=True)
class AuditTrailArgs:
    """What is recorded, for how long, and whether it may go."""

    spec: AuditSpec
    """How long the record is kept."""
    place: Place
    """Platform, account and home Region."""
    buckets: Sequence[str]
    """Names of the buckets whose objects' reads and writes are recorded; the trail's own would record itself."""
    retain: bool
    """Whether the record and its key stay when the stack is destroyed; the trail itself ends."""


class AuditTrail(pulumi.ComponentResource):
    """A trail of all Regions with validated files, its key, its bucket that nobody deletes from, and a log group.

    IAM's calls are recorded in us-east-1, whatever the Region: only a trail of all Regions has them.
    """

    bucket: str
    """Name of the bucket."""
    key_arn: pulumi.Output[str]
    """ARN of the key that encrypts bucket and log group; alarms are published with it."""
    log_group: pulumi.Output[str]
    """Name of the log group that gets what the trail records within minutes."""

    def __init__(self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:AuditTrail", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        place = args.place
        self.key_arn = self._key()
        bucket = self._bucket()
        group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=names.trail_log_group(place.platform),
            retention_in_days=args.spec.log_retention_days,
            kms_key_id=self.key_arn,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        role = self._role()
        aws.cloudtrail.Trail(
            f"{name}-trail",
            name=names.trail(place.platform),
            s3_bucket_name=bucket.name,
            kms_key_id=self.key_arn,
            cloud_watch_logs_group_arn=group.arn.apply(lambda arn: f"{arn}:*"),
            cloud_watch_logs_role_arn=role.role.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            event_selectors=[self._selector()],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket, role]),
        )
        self.bucket = bucket.name
        self.log_group = group.name
        self.register_outputs({"bucket": self.bucket, "keyArn": self.key_arn, "logGroup": self.log_group})

    def _key(self) -> pulumi.Output[str]:
        place = self._args.place
        policy = keys.audit_key(
            partition=place.partition,
            account=place.account,
            region=place.region,
            trail_arn=place.trail_arn,
            log_group=names.trail_log_group(place.platform),
            alarms=place.alarms,
        )
        args = KeyArgs(
            alias=f"{place.platform}-audit",
            description=f"Audit trail of platform {place.platform}",
            policy=policy,
            retain=self._args.retain,
        )
        return Key(self._name, args, self._child).arn

    def _bucket(self) -> Bucket:
        """The trail's bucket; an object that is overwritten there stays as long as any other."""
        place, days = self._args.place, self._args.spec.retention_days
        return Bucket(
            self._name,
            BucketArgs(
                place=place,
                name=place.audit_bucket,
                key_arn=self.key_arn,
                statements=buckets.audit_trail(
                    partition=place.partition,
                    bucket=place.audit_bucket,
                    account=place.account,
                    trail_arn=place.trail_arn,
                ),
                expiration_days=days,
                noncurrent_days=days,
                retain=self._args.retain,
            ),
            self._child,
        )

    def _role(self) -> ServiceRole:
        place = self._args.place
        return ServiceRole(
            self._name,
            ServiceRoleArgs(
                role_name=names.platform_role(place.platform, "audit"),
                service="cloudtrail.amazonaws.com",
                managed_policy_arns=[],
                permissions=render(
                    logs.writing_of_trail(
                        region=place.region,
                        account=place.account,
                        log_group=names.trail_log_group(place.platform),
                    )
                ),
            ),
            self._child,
        )

    def _selector(self) -> aws.cloudtrail.TrailEventSelectorArgsDict:
        """All management calls, and reads and writes of the objects of the recorded buckets."""
        partition = self._args.place.partition
        return {
            "read_write_type": "All",
            "include_management_events": True,
            "data_resources": [
                {
                    "type": "AWS::S3::Object",
                    "values": [f"arn:{partition}:s3:::{bucket}/" for bucket in self._args.buckets],
                }
            ],
        }
