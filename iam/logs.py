"""Who may write to log groups.

Source: CloudTrail User Guide, "Sending events to CloudWatch Logs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.documents import document
from iam.names import partition

if TYPE_CHECKING:
    from iam.documents import Document


def writing_of_trail(*, region: str, account: str, log_group: str) -> Document:
    """What CloudTrail needs to write to a log group: its own streams, which it names after account and Region."""
    groups = f"arn:{partition(region)}:logs:{region}:{account}:log-group"
    return document(
        {
            "Sid": "WriteTrail",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{groups}:{log_group}:log-stream:{account}_CloudTrail_{region}*",
        }
    )
