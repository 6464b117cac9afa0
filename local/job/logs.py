"""What a job's pods have written, read back from CloudWatch Logs as a user would."""

from __future__ import annotations

import re
from typing import Any

Document = dict[str, Any]
# What the API server says when admission refuses a pod, in a line of Spark's log.
_REFUSAL = re.compile(r"Message: (?P<words>.+? is (?:forbidden|invalid): .*?)\.?(?: Received status.*)?$")


def driver(logs: Any, request: Document, job_id: str, stream: str) -> list[str]:
    """Lines of the driver's `stdout` or `stderr`; none yet, or none at all, gives an empty list."""
    where: Document = request["configurationOverrides"]["monitoringConfiguration"]["cloudWatchMonitoringConfiguration"]
    group: str = where["logGroupName"]
    prefix = f"{where['logStreamNamePrefix']}/{request['virtualClusterId']}/jobs/{job_id}/"
    try:
        streams: list[Document] = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)[
            "logStreams"
        ]
    except logs.exceptions.ResourceNotFoundException:
        return []
    names = [each["logStreamName"] for each in streams if each["logStreamName"].endswith(f"-driver/{stream}")]
    lines: list[str] = []
    for name in names:
        page: Document = logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)
        while page["events"]:
            lines += [event["message"] for event in page["events"]]
            page = logs.get_log_events(
                logGroupName=group, logStreamName=name, startFromHead=True, nextToken=page["nextForwardToken"]
            )
    return lines


def refusal(lines: list[str]) -> str | None:
    """The API server's words with which it refused a pod, from Spark's log; None if it refused none."""
    for line in lines:
        if found := _REFUSAL.search(line):
            return found["words"].strip()
    return None
