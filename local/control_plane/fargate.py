"""Which pods EKS gives to Fargate, and what it writes into them. Pure functions on Kubernetes documents.

Source: EKS User Guide, "Define which Pods use AWS Fargate when launched"; Kubernetes, system-node-critical. The pods
wait for ever: the embedded cloud has no fargate-scheduler.
"""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = dict[str, Any]

LABEL = "eks.amazonaws.com/fargate-profile"
"""Label of pods on Fargate: the name of the profile that took them."""
_PRIORITY_CLASS, _PRIORITY = "system-node-critical", 2_000_001_000


def none_taken(_pod: Document, _namespace: str) -> str:
    """Take no pod: a cluster without Fargate profiles."""
    return ""


def profile_of(pod: Document, namespace: str, profiles: Iterable[Document]) -> str:
    """Name the first profile, in alphabetical order, that selects a pod; empty for none.

    A pod of a DaemonSet is left to nodes.
    """
    metadata: Document = pod["metadata"]
    owners: list[Document] = metadata.get("ownerReferences") or []
    if any(owner["kind"] == "DaemonSet" for owner in owners):
        return ""
    labels: dict[str, str] = metadata.get("labels") or {}
    found: list[str] = []
    for profile in profiles:
        selectors: list[Document] = profile["selectors"]
        if profile["status"] == "ACTIVE" and any(_selects(each, namespace, labels) for each in selectors):
            found.append(profile["fargateProfileName"])
    return min(found, default="")


def change(pod: Document, profile: str) -> Document:
    """The pod as EKS gives it to Fargate: its label, scheduler and priority, whatever it said of them."""
    metadata: Document = pod["metadata"]
    return {
        **pod,
        "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), LABEL: profile}},
        "spec": {
            **pod["spec"],
            "schedulerName": "fargate-scheduler",
            "priorityClassName": _PRIORITY_CLASS,
            "priority": _PRIORITY,
        },
    }


def patch(pod: Document) -> list[Document]:
    """The JSON patch that makes a new pod of another, in what `change` touches."""
    parts = [("/metadata/labels", pod["metadata"]["labels"])]
    parts += [(f"/spec/{name}", pod["spec"][name]) for name in ("schedulerName", "priorityClassName", "priority")]
    return [{"op": "add", "path": path, "value": value} for path, value in parts]


def _selects(selector: Document, namespace: str, labels: dict[str, str]) -> bool:
    wanted: dict[str, str] = selector.get("labels") or {}
    return fnmatch.fnmatchcase(namespace, selector.get("namespace", "")) and all(
        fnmatch.fnmatchcase(labels.get(key, ""), value) for key, value in wanted.items()
    )
