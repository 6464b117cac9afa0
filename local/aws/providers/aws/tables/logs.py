"""Log groups."""

from __future__ import annotations

from typing import Final

from local.aws.providers.aws.rows import AutoName, Call, Read, Row, Tagging

_ARN: Final = "arn:{partition}:logs:{region}:{account}:log-group:{name}"

LOG_GROUP: Final = Row(
    type="aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    create=Call(operation="CreateLogGroup"),
    id="{name}",
    reads=(
        Read(
            operation="DescribeLogGroups",
            request={"logGroupNamePrefix": "{name}"},
            path="logGroups[?logGroupName=='{name}'] | [0]",
            paged=True,
        ),
        Read(operation="ListTagsForResource", request={"resourceArn": _ARN}, path="tags", into="tags"),
    ),
    updates=(
        Call(
            operation="PutRetentionPolicy",
            request={"logGroupName": "{name}"},
            clear=Call(operation="DeleteRetentionPolicy", request={"logGroupName": "{name}"}),
        ),
        Call(
            operation="AssociateKmsKey",
            request={"logGroupName": "{name}"},
            clear=Call(operation="DisassociateKmsKey", request={"logGroupName": "{name}"}),
        ),
    ),
    delete=Call(operation="DeleteLogGroup", request={"logGroupName": "{name}"}),
    computed={"arn": _ARN},
    settings=frozenset({"skipDestroy"}),
    without=frozenset({"deletionProtectionEnabled", "logGroupClass"}),
    autoname=AutoName(limit=512),
    tags=Tagging(tag="TagResource", untag="UntagResource", request={"resourceArn": "{arn}"}),
)

ROWS: Final = (LOG_GROUP,)
