"""How EC2 writes a VPC's flow logs.

Source: VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs". Its sample may write to every log group
and make new ones; here the log group is made beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document
from iam.names import partition

if TYPE_CHECKING:
    from iam.documents import Document

SERVICE = "vpc-flow-logs.amazonaws.com"
"""Principal of the service that writes them."""


def log_group(platform: str) -> str:
    """Name of the log group of a platform's VPC."""
    return f"/aws/vpc-flow-logs/{platform}"


def log_group_arn(platform: str, *, region: str, account: str) -> str:
    """ARN of that log group."""
    return f"arn:{partition(region)}:logs:{region}:{account}:log-group:{log_group(platform)}"


def only_of(*, region: str, account: str) -> dict[str, dict[str, str]]:
    """The condition that keeps flow logs of other accounts from being written with our role."""
    return {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:{partition(region)}:ec2:{region}:{account}:vpc-flow-log/*"},
    }


def permissions(platform: str, *, region: str, account: str) -> Document:
    """What the role may do."""
    groups = f"arn:{partition(region)}:logs:{region}:{account}:log-group:*"
    return document(
        {
            "Sid": "Write",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": f"{log_group_arn(platform, region=region, account=account)}:*",
        },
        # The call lists log groups, so it cannot be granted on one of them.
        {"Sid": "Find", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": groups},
    )
