"""A KMS key of the platform, for one purpose."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam.documents import Document, render


@dataclass(frozen=True, kw_only=True)
class KeyArgs:
    """What the key is for, who may use it, and whether it may go."""

    alias: str
    """Its name in the account and Region, without `alias/`."""
    description: str
    """What it encrypts, in words."""
    policy: Document
    """Who may use it: one of `iam.keys`."""
    retain: bool
    """Whether the key stays when its stack is destroyed."""


class Key(pulumi.ComponentResource):
    """A customer managed key that KMS rotates every year, and its alias.

    A key that may go is gone 30 days after its stack, the most that KMS offers and what it does unless told otherwise:
    until then its deletion can be cancelled. A key that stays keeps its alias, by which it is found again.
    """

    arn: pulumi.Output[str]
    """ARN of the key."""

    def __init__(self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Key", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain)
        key = aws.kms.Key(
            f"{name}-key",
            description=args.description,
            enable_key_rotation=True,
            policy=render(args.policy),
            opts=child,
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.alias}",
            target_key_id=key.key_id,
            opts=child,
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
