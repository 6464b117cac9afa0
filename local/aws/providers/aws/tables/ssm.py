"""Parameters of Parameter Store."""

from __future__ import annotations

from typing import Any, Final

from local.aws.providers.aws.rows import AutoName, Call, Read, Row, Tagging

_VALUE: Final = frozenset({"allowedPattern", "description", "tier", "value"})


def put(values: dict[str, Any]) -> dict[str, Any]:
    """Give the request that replaces a parameter: a changed one is put once more, over the old one."""
    given = {
        "AllowedPattern": values.get("allowedPattern"),
        "DataType": values.get("dataType"),
        "Description": values.get("description"),
        "Tier": values.get("tier"),
    }
    said = {name: value for name, value in given.items() if value is not None}
    return {"Name": values["id"], "Type": values["type"], "Value": values["value"], "Overwrite": True, **said}


PARAMETER: Final = Row(
    type="aws:ssm/parameter:Parameter",
    service="ssm",
    create=Call(operation="PutParameter", only=_VALUE | {"dataType", "keyId", "name", "type"}),
    id="{name}",
    reads=(
        Read(operation="GetParameter", request={"Name": "{id}", "WithDecryption": True}, path="Parameter"),
        Read(
            operation="DescribeParameters",
            request={"ParameterFilters": [{"Key": "Name", "Values": ["{id}"]}]},
            path="Parameters[0]",
        ),
        Read(
            operation="ListTagsForResource",
            request={"ResourceType": "Parameter", "ResourceId": "{id}"},
            path="TagList",
            into="tags",
        ),
    ),
    updates=(Call(operation="PutParameter", only=_VALUE, build=put),),
    delete=Call(operation="DeleteParameter", request={"Name": "{id}"}),
    names={"arn": "ARN"},
    without=frozenset({"arn", "insecureValue", "overwrite", "valueWo", "valueWoVersion"}),
    autoname=AutoName(limit=2048, prefixed_by=""),
    tags=Tagging(
        tag="AddTagsToResource",
        untag="RemoveTagsFromResource",
        request={"ResourceType": "Parameter", "ResourceId": "{id}"},
    ),
)

ROWS: Final = (PARAMETER,)
