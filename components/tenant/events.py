"""How a tenant hears of its job runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import events as rights
from iam.documents import render
from spec import events
from spec.place import Place

_KEPT_SECONDS = 1209600  # 14 days, the most that SQS keeps a message


@dataclass(frozen=True, kw_only=True)
class JobEventsArgs:
    """Whose events they are, and where they come from."""

    tenant: str
    """Name of the tenant."""
    spec: events.EventsSpec
    """Which states it hears of."""
    place: Place
    """Platform, account and Region."""
    bus: pulumi.Input[str]
    """Name of the platform's event bus."""
    virtual_cluster_id: pulumi.Input[str]
    """Id of the tenant's virtual cluster."""
    tags: Mapping[str, str]
    """Tags of the tenant's resources."""


class JobEvents(pulumi.ComponentResource):
    """An encrypted queue of a tenant's job events, a second for what is not delivered, and the rule that fills them."""

    queue_arn: str
    """ARN of the queue."""
    queue_url: pulumi.Output[str]
    """URL of the queue."""

    def __init__(self, name: str, args: JobEventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:JobEvents", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = args.place
        rule_name = rights.queue_name(place.platform, args.tenant)
        bus = rights.bus_name(place.platform)
        rule_arn = rights.arn("events", f"rule/{bus}/{rule_name}", account=place.account, region=place.region)
        queue, queue_policy = self._queue(f"{name}-queue", rule_name, rule_arn, args)
        dead_name = rights.dead_letter_name(place.platform, args.tenant)
        dead, dead_policy = self._queue(f"{name}-dead-letters", dead_name, rule_arn, args)
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=rule_name,
            event_bus_name=args.bus,
            description=f"Job runs of tenant {args.tenant} change their state",
            event_pattern=pulumi.Output.from_input(args.virtual_cluster_id).apply(
                lambda known: json.dumps(events.of_tenant(args.spec, known))
            ),
            tags=args.tags,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            event_bus_name=args.bus,
            target_id="queue",
            arn=queue.arn,
            dead_letter_config={"arn": dead.arn},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[queue_policy, dead_policy]),
        )
        self.queue_arn = rights.arn("sqs", rule_name, account=place.account, region=place.region)
        self.queue_url = queue.url
        self.register_outputs({"queueArn": self.queue_arn, "queueUrl": self.queue_url})

    def _queue(
        self, name: str, queue_name: str, rule_arn: str, args: JobEventsArgs
    ) -> tuple[aws.sqs.Queue, aws.sqs.QueuePolicy]:
        child = pulumi.ResourceOptions(parent=self)
        queue = aws.sqs.Queue(
            name,
            name=queue_name,
            message_retention_seconds=_KEPT_SECONDS,
            # With a KMS key EventBridge would need to use it; SQS's own key serves who may use the queue.
            sqs_managed_sse_enabled=True,
            tags=args.tags,
            opts=child,
        )
        arn = rights.arn("sqs", queue_name, account=args.place.account, region=args.place.region)
        policy = aws.sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=render(rights.queue(queue_arn=arn, rule_arn=rule_arn)),
            opts=child,
        )
        return queue, policy
