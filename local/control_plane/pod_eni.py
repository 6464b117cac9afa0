"""Which pods get a network interface of their own, and how the webhook asks the scheduler for it.

Follows amazon-vpc-resource-controller-k8s 1.8.2, pkg/utils/helper.go (matching) and
webhooks/core/pod_webhook.go (what is written into the pod). Pure functions on Kubernetes documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Document = dict[str, Any]

RESOURCE = "vpc.amazonaws.com/pod-eni"
"""The extended resource: one branch network interface."""

_FARGATE_LABEL = "eks.amazonaws.com/fargate-profile"
_FARGATE_ANNOTATION = "fargate.amazonaws.com/pod-sg"
_OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")


def security_groups(pod: Document, service_account: Document, policies: Iterable[Document]) -> list[str]:
    """Return the groups of all SecurityGroupPolicies that select the pod, each once, in the policies' order.

    `policies` are those of the pod's namespace.
    """
    found: dict[str, None] = {}
    for policy in policies:
        spec: Document = policy["spec"]
        groups: list[str] = _part(spec, "securityGroups").get("groupIds") or []
        if groups and _selects(spec, pod, service_account):
            found.update(dict.fromkeys(groups))
    return list(found)


def kind_of(pod: Document) -> Literal["host network", "fargate", "windows", "linux"]:
    """Tell how the webhook treats a pod; the first that applies, in the order of the source."""
    spec: Document = pod["spec"]
    if spec.get("hostNetwork"):
        return "host network"
    if _FARGATE_LABEL in _labels(pod):
        return "fargate"
    selector = _part(spec, "nodeSelector")
    return "windows" if any(selector.get(label) == "windows" for label in _OS_LABELS) else "linux"


def change(pod: Document, groups: list[str]) -> list[Document]:
    """Return the JSON patch that the webhook makes to a new pod selected for `groups`; empty for none.

    A Linux pod asks for one interface in its first container. A pod that bears the Fargate label gets the
    groups as an annotation instead, which nobody else may set. Others stay as they are.
    """
    kind = kind_of(pod)
    if kind == "fargate":
        return _annotate(_part(_part(pod, "metadata"), "annotations"), groups)
    if kind != "linux" or not groups:
        return []
    resources = _part(pod["spec"]["containers"][0], "resources")
    amounts = {part: _part(resources, part) | {RESOURCE: "1"} for part in ("limits", "requests")}
    return [{"op": "add", "path": "/spec/containers/0/resources", "value": resources | amounts}]


def _annotate(annotations: Document, groups: list[str]) -> list[Document]:
    changed = {name: value for name, value in annotations.items() if name != _FARGATE_ANNOTATION}
    if groups:
        changed[_FARGATE_ANNOTATION] = ",".join(groups)
    if changed == annotations:
        return []
    return [{"op": "add", "path": "/metadata/annotations", "value": changed}]


def _selects(spec: Document, pod: Document, service_account: Document) -> bool:
    """Both selectors must match if both are given; a policy with none selects nothing."""
    given = [
        _matches(spec[name], _labels(subject))
        for name, subject in (("podSelector", pod), ("serviceAccountSelector", service_account))
        if spec.get(name) is not None
    ]
    return bool(given) and all(given)


def _matches(selector: Document, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector matches; an empty one matches everything, a malformed one nothing."""
    expressions: list[Document] = selector.get("matchExpressions") or []
    return all(labels.get(name) == value for name, value in _part(selector, "matchLabels").items()) and all(
        _holds(expression, labels) for expression in expressions
    )


def _holds(expression: Document, labels: Mapping[str, str]) -> bool:
    key: str = expression["key"]
    values: list[str] = expression.get("values") or []
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":  # also holds without the label; without values the selector is malformed
            return bool(values) and labels.get(key) not in values
        case "Exists":
            return not values and key in labels
        case "DoesNotExist":
            return not values and key not in labels
        case _:
            return False


def _labels(item: Document) -> Mapping[str, str]:
    return _part(_part(item, "metadata"), "labels")


def _part(parent: Document, name: str) -> Document:
    """Return a part of a document that may be absent or null."""
    return parent.get(name) or {}
