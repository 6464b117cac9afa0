"""What outlived an earlier stack is taken back, and who forgets to say so is told how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import register_stack_transformation

from spec import adoption

if TYPE_CHECKING:
    from stacks.settings import Settings

_KINDS = (
    "aws:s3/bucket:Bucket",
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:cloudwatch/logGroup:LogGroup",
)
# S3's, CloudWatch Logs' and KMS's errors for a name that is taken (their API references).
_TAKEN = ("BucketAlreadyOwnedByYou", "ResourceAlreadyExistsException", "AlreadyExistsException")


def take_back(settings: Settings) -> None:
    """Let every resource that holds data be imported, if the settings name it, where it would be made."""
    found = adoption.adopted(settings.adopt, settings.adoptable, settings.place)
    tell = pulumi.ErrorHook("data-of-an-earlier-stack", _tell)

    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ not in _KINDS:
            return None
        # Buckets alone: S3 keeps nothing of what may be done to them when their stack goes, so nothing can be read.
        unreadable = ["forceDestroy"] if args.type_ == _KINDS[0] and args.name in found else None
        own = pulumi.ResourceOptions(
            import_=found.get(args.name),
            ignore_changes=unreadable,
            hooks=pulumi.ResourceHookBinding(on_error=[tell]),
        )
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, own))

    register_stack_transformation(transformation)


def _tell(failed: pulumi.ErrorHookArgs) -> bool:
    """Say what to write; never try again."""
    if failed.failed_operation == "create" and any(word in error for error in failed.errors for word in _TAKEN):
        pulumi.log.error(f"{failed.name} {_advice(failed)}")
    return False


def _advice(failed: pulumi.ErrorHookArgs) -> str:
    is_alias = failed.type == "aws:kms/alias:Alias"
    entry = f"{failed.name.removesuffix('-alias')}-key=<id of the key>" if is_alias else failed.name
    finding = f"; the id: aws kms describe-key --key-id {(failed.new_inputs or {}).get('name')}" if is_alias else ""
    beginning = "has outlived an earlier stack. To take it back, write in the stack's file:"
    return f"{beginning}\n  tenancy:adopt: [{entry}]{finding}"
