"""Alarms on the calls that matter, and who hears of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from iam import names, topics
from iam.documents import render
from spec import alarms
from spec.audit import AuditSpec, protocol
from spec.place import Place

_NAMESPACE = "Tenancy"
_PERIOD_SECONDS = 300  # the trail tells after some minutes anyway


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """Where the calls are recorded, and who hears of them."""

    spec: AuditSpec
    """Who hears of alarms."""
    deployer: str | None
    """ARN of the IAM role or user that deploys the platform, whose changes of roles raise no alarm; None: nobody."""
    place: Place
    """Platform, account and Region."""
    trail_log_group: pulumi.Input[str]
    """Log group of a trail of all Regions."""
    cluster_log_group: pulumi.Input[str]
    """Log group of the cluster's control plane, with its audit log."""
    key_arn: pulumi.Input[str]
    """ARN of the KMS key that encrypts the topic; its policy must let CloudWatch publish alarms."""


class Alarms(pulumi.ComponentResource):
    """An encrypted topic with its subscribers, and for each call that matters a filter, a metric and an alarm."""

    topic_arn: pulumi.Output[str]
    """ARN of the topic."""

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:Alarms", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.topic_arn = self._topic()
        deployer = args.deployer
        self._raise(args.trail_log_group, alarms.of_trail(args.place, deployer))
        self._raise(args.cluster_log_group, alarms.of_cluster(args.place, deployer))
        self.register_outputs({"topicArn": self.topic_arn})

    def _topic(self) -> pulumi.Output[str]:
        """The topic; its ARN is known once the alarms may publish to it."""
        place = self._args.place
        topic = aws.sns.Topic(
            f"{self._name}-topic",
            name=names.alarms_topic(place.platform),
            kms_master_key_id=self._args.key_arn,
            opts=self._child,
        )
        policy = aws.sns.TopicPolicy(
            f"{self._name}-topic-policy",
            arn=topic.arn,
            policy=render(topics.alarms(topic_arn=place.alarms_topic_arn, alarms=place.alarms)),
            opts=self._child,
        )
        for subscriber in self._args.spec.subscribers:
            aws.sns.TopicSubscription(
                f"{self._name}-{_short(subscriber)}",
                topic=topic.arn,
                protocol=protocol(subscriber),
                endpoint=subscriber,
                opts=self._child,
            )
        return pulumi.Output.all(topic.arn, policy.id).apply(lambda known: known[0])

    def _raise(self, log_group: pulumi.Input[str], calls: Sequence[alarms.Alarm]) -> None:
        for call in calls:
            name = names.alarm(self._args.place.platform, call.purpose)
            aws.cloudwatch.LogMetricFilter(
                f"{self._name}-{call.purpose}-filter",
                name=name,
                log_group_name=log_group,
                pattern=call.pattern,
                metric_transformation={"name": name, "namespace": _NAMESPACE, "value": "1"},
                opts=self._child,
            )
            aws.cloudwatch.MetricAlarm(
                f"{self._name}-{call.purpose}",
                name=name,
                alarm_description=call.description,
                namespace=_NAMESPACE,
                metric_name=name,
                statistic="Sum",
                period=_PERIOD_SECONDS,
                evaluation_periods=1,
                threshold=1,
                comparison_operator="GreaterThanOrEqualToThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=[self.topic_arn],
                opts=self._child,
            )


def _short(subscriber: str) -> str:
    """A name for a subscriber that stays when others come and go, and tells no address."""
    return hashlib.sha256(subscriber.encode()).hexdigest()[:8]
