"""Metric filters and alarms."""

from __future__ import annotations

from typing import Final

from local.aws.providers.aws.rows import AutoName, Call, Read, Row, Tagging

_FILTER: Final = {"logGroupName": "{logGroupName}", "filterName": "{name}"}
_ALARM: Final = frozenset(
    {
        *("actionsEnabled", "alarmActions", "alarmDescription", "comparisonOperator", "datapointsToAlarm"),
        *("evaluationPeriods", "insufficientDataActions", "metricName", "namespace", "okActions", "period"),
        *("statistic", "threshold", "treatMissingData", "unit"),
    }
)
"""What alarms on one metric have; those on several, or on models of a metric, are not handled."""

METRIC_FILTER: Final = Row(
    type="aws:cloudwatch/logMetricFilter:LogMetricFilter",
    service="logs",
    create=Call(operation="PutMetricFilter"),
    id="{logGroupName}:{name}",
    reads=(
        Read(
            operation="DescribeMetricFilters",
            request={"logGroupName": "{logGroupName}", "filterNamePrefix": "{name}"},
            path="metricFilters[?filterName=='{name}'] | [0]",
            paged=True,
        ),
    ),
    updates=(Call(operation="PutMetricFilter", request=_FILTER, whole=True),),
    delete=Call(operation="DeleteMetricFilter", request=_FILTER),
    names={
        "name": "filterName",
        "pattern": "filterPattern",
        "metricTransformation": "metricTransformations",
        "metricTransformation.name": "metricName",
        "metricTransformation.namespace": "metricNamespace",
        "metricTransformation.value": "metricValue",
    },
    without=frozenset({"applyOnTransformedLogs"}),
    autoname=AutoName(limit=512),
)

METRIC_ALARM: Final = Row(
    type="aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    create=Call(operation="PutMetricAlarm", only=_ALARM | {"name"}),
    id="{name}",
    reads=(
        Read(operation="DescribeAlarms", request={"AlarmNames": ["{id}"]}, path="MetricAlarms[0]"),
        Read(operation="ListTagsForResource", request={"ResourceARN": "{AlarmArn}"}, path="Tags", into="tags"),
    ),
    updates=(Call(operation="PutMetricAlarm", request={"AlarmName": "{id}"}, only=_ALARM, whole=True),),
    delete=Call(operation="DeleteAlarms", request={"AlarmNames": ["{id}"]}),
    names={"arn": "AlarmArn", "name": "AlarmName", "okActions": "OKActions"},
    defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    autoname=AutoName(limit=255),
    tags=Tagging(tag="TagResource", untag="UntagResource", request={"ResourceARN": "{arn}"}),
)

ROWS: Final = (METRIC_FILTER, METRIC_ALARM)
