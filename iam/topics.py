"""Policies of SNS topics.

Source: SNS Developer Guide, "Example cases for Amazon SNS access control" and "Security best practices".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document

if TYPE_CHECKING:
    from iam.documents import Document


def alarms(*, topic_arn: str, alarms: str) -> Document:
    """Policy of a topic to which the alarms of a pattern of ARNs are published, and to which nobody speaks plain HTTP.

    The account's own identity policies hold besides.
    """
    return document(
        {
            "Sid": "LetAlarmsPublish",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {"ArnLike": {"aws:SourceArn": alarms}},
        },
        {
            "Sid": "RefuseWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
