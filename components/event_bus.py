"""Where the events of EMR on EKS go, so that the few rules the default bus can have do not bound the tenants."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.service_role import ServiceRole, ServiceRoleArgs
from iam import events as rights
from iam.documents import render
from spec import events
from spec.place import Place


@dataclass(frozen=True, kw_only=True)
class EventBusArgs:
    """Whose bus it is."""

    place: Place
    """Platform, account and Region."""


class EventBus(pulumi.ComponentResource):
    """A bus of the platform's own, and the rule on the default bus that fills it: AWS services send to no other."""

    name: pulumi.Output[str]
    """Name of the bus, known once events come."""

    def __init__(self, name: str, args: EventBusArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:EventBus", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = args.place
        bus_name = rights.bus_name(place.platform)
        bus_arn = rights.arn("events", f"event-bus/{bus_name}", account=place.account, region=place.region)
        rule_arn = rights.arn("events", f"rule/{bus_name}", account=place.account, region=place.region)
        bus = aws.cloudwatch.EventBus(f"{name}-bus", name=bus_name, opts=child)
        forwarder = ServiceRole(
            f"{name}-forwarder",
            ServiceRoleArgs(
                role_name=bus_name,
                service=rights.SERVICE,
                managed_policy_arns=[],
                permissions=render(rights.forwarding(bus_arn)),
                condition={"ArnEquals": {"aws:SourceArn": rule_arn}},
            ),
            child,
        )
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=bus_name,
            description=f"Events of EMR on EKS go to the bus of {place.platform}",
            event_pattern=json.dumps(events.of_all()),
            opts=child,
        )
        target = aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="bus",
            arn=bus.arn,
            role_arn=forwarder.role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[forwarder]),
        )
        self.name = pulumi.Output.all(bus.name, target.id).apply(lambda known: known[0])
        self.register_outputs({"name": self.name})
