"""The KMS key with which a cluster encrypts its Kubernetes secrets."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import keys
from iam.documents import render
from spec.place import Place

_DELETION_WINDOW_DAYS = 30  # the most that KMS offers: without the key every secret of the cluster is lost


@dataclass(frozen=True, kw_only=True)
class SecretsKeyArgs:
    """Where the key lives, and whether it may go."""

    place: Place
    """Platform, account and Region."""
    retain: bool
    """Whether the key stays when its stack is destroyed."""


class SecretsKey(pulumi.ComponentResource):
    """A customer managed key with rotation, and its alias."""

    arn: pulumi.Output[str]
    """ARN of the key."""

    def __init__(self, name: str, args: SecretsKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:SecretsKey", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(
            f"{name}-key",
            description=f"Kubernetes secrets of cluster {args.place.platform}",
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_WINDOW_DAYS,
            policy=render(keys.secrets_key(partition=args.place.partition, account=args.place.account)),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain),
        )
        aws.kms.Alias(
            f"{name}-alias", name=f"alias/{args.place.platform}-secrets", target_key_id=key.key_id, opts=child
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
