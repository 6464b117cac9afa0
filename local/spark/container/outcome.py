"""What went wrong with a submission or a driver, in the API server's own words where it said so."""

from __future__ import annotations

import re
from typing import Any

from local.spark.container.pod_templates import MAIN

# How the Kubernetes client in Spark 4.0 prints what the API server answers: its Status document, else a text around it.
_STATUS = re.compile(r"kind=Status, message=(.*?), metadata=ListMeta")
_REFUSED = re.compile(r"Message: (.*?)\.?\s*$", re.MULTILINE)
_EXCEPTION = re.compile(
    r"^(?:Exception in thread \S+ |Caused by: )?(?:[\w$]+\.)+[\w$]*(?:Exception|Error): (.+)$", re.MULTILINE
)
_SHOWN_LINES = 5


def submission_fault(stderr: str, code: int) -> str:
    """Why spark-submit failed, from the end of its standard error."""
    for pattern in (_STATUS, _REFUSED, _EXCEPTION):
        found = pattern.findall(stderr)
        if found:
            return str(found[-1]).strip()
    tail = "\n".join(stderr.strip().splitlines()[-_SHOWN_LINES:])
    return f"spark-submit ended with exit code {code}.\n{tail}".strip()


def driver_fault(pod: dict[str, Any], name: str) -> str:
    """Why a driver did not end well, from its pod (or the Status that says why there is none); empty if it did."""
    if pod.get("kind") == "Status":
        return str(pod.get("message"))
    status: dict[str, Any] = pod.get("status", {})
    for container in status.get("containerStatuses", []):
        ended: dict[str, Any] | None = container.get("state", {}).get("terminated")
        if container.get("name") == MAIN["Driver"] and ended is not None:
            return _ended(ended, name)
    if status.get("phase") == "Succeeded":
        return ""
    reason = ": ".join(str(status[key]) for key in ("reason", "message") if status.get(key))
    return f"The driver pod {name} ended in phase {status.get('phase')}{': ' + reason if reason else ''}"


def _ended(ended: dict[str, Any], name: str) -> str:
    if ended.get("exitCode") == 0:
        return ""
    reason = f" ({ended['reason']})" if ended.get("reason") else ""
    # Its own words if it left some; what Kubernetes took from the end of its log says nothing here.
    message = str(ended.get("message") or "").strip()
    words = f": {message}" if message and "\n" not in message else ""
    return f"The driver pod {name} ended with exit code {ended.get('exitCode')}{reason}{words}"
