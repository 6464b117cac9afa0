"""How Karpenter hears that EC2 takes instances away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from iam import karpenter
from iam.documents import render
from spec.place import Place

_ENDING = ["shutting-down", "stopped", "stopping", "terminated"]
EVENTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "spot": (
        "EC2 takes a spot instance back in two minutes",
        {"source": ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"]},
    ),
    "rebalance": (
        "A spot instance is likely to be taken back",
        {"source": ["aws.ec2"], "detail-type": ["EC2 Instance Rebalance Recommendation"]},
    ),
    "state": (
        "An instance is ending or has ended",
        {
            "source": ["aws.ec2"],
            "detail-type": ["EC2 Instance State-change Notification"],
            "detail": {"state": _ENDING},
        },
    ),
    "health": (
        "EC2 has planned maintenance of an instance",
        {
            "source": ["aws.health"],
            "detail-type": ["AWS Health Event"],
            "detail": {"service": ["EC2"], "eventTypeCategory": ["scheduledChange"]},
        },
    ),
}
"""What the queue gets: a purpose, its description, and the pattern of its events.

Source: Karpenter documentation, "Disruption", of interruption; what its controller passes over is not sent.
"""
_KEPT_SECONDS = 300  # an older warning is of no use: the instance is gone


@dataclass(frozen=True, kw_only=True)
class InterruptionsArgs:
    """Whose instances they are."""

    place: Place
    """Platform, account and Region."""


class Interruptions(pulumi.ComponentResource):
    """An encrypted queue, and the rules of EventBridge that fill it."""

    queue: pulumi.Output[str]
    """Name of the queue, known once warnings come."""

    def __init__(self, name: str, args: InterruptionsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Interruptions", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope = scope_of(args.place)
        queue_name = karpenter.queue_name(args.place.platform)
        queue = aws.sqs.Queue(
            f"{name}-queue",
            name=queue_name,
            message_retention_seconds=_KEPT_SECONDS,
            # With a KMS key EventBridge would need to use it; SQS's own key serves who may use the queue.
            sqs_managed_sse_enabled=True,
            opts=child,
        )
        rule_names = {purpose: f"{queue_name}-{purpose}" for purpose in EVENTS}
        policy = aws.sqs.QueuePolicy(
            f"{name}-queue-policy",
            queue_url=queue.url,
            policy=render(
                karpenter.queue(scope, [scope.arn("events", f"rule/{rule}") for rule in rule_names.values()])
            ),
            opts=child,
        )
        targets = [
            self._rule(f"{name}-{purpose}", rule_names[purpose], event, queue) for purpose, event in EVENTS.items()
        ]
        self.queue = pulumi.Output.all(policy.id, *(target.id for target in targets)).apply(lambda _: queue_name)
        self.register_outputs({"queue": self.queue})

    def _rule(
        self, name: str, rule_name: str, event: tuple[str, Mapping[str, Any]], queue: aws.sqs.Queue
    ) -> aws.cloudwatch.EventTarget:
        child = pulumi.ResourceOptions(parent=self)
        description, pattern = event
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule", name=rule_name, description=description, event_pattern=json.dumps(pattern), opts=child
        )
        return aws.cloudwatch.EventTarget(
            f"{name}-target", rule=rule.name, arn=queue.arn, target_id=karpenter.PURPOSE, opts=child
        )


def scope_of(place: Place) -> karpenter.ClusterScope:
    """A platform's cluster, as IAM documents of Karpenter name it."""
    return karpenter.ClusterScope(platform=place.platform, account=place.account, region=place.region)
