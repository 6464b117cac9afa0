"""Whether RBAC rules cover a request. Follows Kubernetes, pkg/apis/rbac/v1/evaluation_helpers.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = dict[str, Any]


def covered(rules: Iterable[Document], spec: Document) -> bool:
    """Say whether a rule covers the request of a SubjectAccessReview's spec."""
    resource = spec.get("resourceAttributes")
    if resource is not None:
        return any(_covers_resource(rule, resource) for rule in rules)
    other: Document = spec.get("nonResourceAttributes") or {}
    return any(
        _in(rule.get("verbs", []), other.get("verb", ""))
        and any(_path(pattern, other.get("path", "")) for pattern in rule.get("nonResourceURLs", []))
        for rule in rules
    )


def _covers_resource(rule: Document, asked: Document) -> bool:
    names = rule.get("resourceNames", [])
    resource: str = asked.get("resource", "")
    subresource: str = asked.get("subresource", "")
    combined = f"{resource}/{subresource}" if subresource else resource
    wanted = {"*", combined, f"*/{subresource}" if subresource else "*"}
    return (
        _in(rule.get("verbs", []), asked.get("verb", ""))
        and _in(rule.get("apiGroups", []), asked.get("group", ""))
        and bool(wanted & set(rule.get("resources", [])))
        and (not names or asked.get("name", "") in names)
    )


def _in(listed: list[str], word: str) -> bool:
    return "*" in listed or word in listed


def _path(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
