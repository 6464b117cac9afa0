"""Access to virtual clusters and job runs by their tags.

Source: EMR on EKS guide, "Policies for tag-based access control", whose four examples these statements are. The last
one differs: the guide's text denies tag changes on clusters that bear a tag, its JSON (StringNotEquals) on all others;
the text is what the page's own warning asks for, so `tags_stay` says that.

Keys of tags are compared without case in a condition's key but with case in `aws:TagKeys`: `decisive_tags_stay`
ignores it, so that no second tag of another case can be added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iam.documents import Statement

_TAGGING = ("emr-containers:TagResource", "emr-containers:UntagResource")


def only_tagged(actions: Sequence[str], resource: str, tags: Mapping[str, str | list[str]]) -> Statement:
    """Actions allowed on what bears some tags; of several values of a tag, any will do."""
    return {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resource,
        "Condition": {"StringEquals": resource_tags(tags)},
    }


def created_with(actions: Sequence[str], resource: str, tags: Mapping[str, str | list[str]]) -> Statement:
    """Creation allowed if it gives these tags with these values."""
    return {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resource,
        "Condition": {"StringEquals": request_tags(tags)},
    }


def created_with_any(actions: Sequence[str], resource: str, key: str) -> Statement:
    """Creation allowed if it gives a tag, whatever its value."""
    return {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resource,
        "Condition": {"Null": {f"aws:RequestTag/{key}": "false"}},
    }


def tags_stay(resource: str, tags: Mapping[str, str | list[str]]) -> Statement:
    """No tag of what bears these tags may be added, changed or removed."""
    return {
        "Effect": "Deny",
        "Action": list(_TAGGING),
        "Resource": resource,
        "Condition": {"StringEquals": resource_tags(tags)},
    }


def decisive_tags_stay(resource: str, keys: Sequence[str]) -> Statement:
    """Tags that decide about access may be neither added, changed nor removed, on whatever resource."""
    return {
        "Effect": "Deny",
        "Action": list(_TAGGING),
        "Resource": resource,
        "Condition": {"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": list(keys)}},
    }


def resource_tags(tags: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Condition keys of the tags that a resource bears."""
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def request_tags(tags: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Condition keys of the tags that a request gives."""
    return {f"aws:RequestTag/{key}": value for key, value in tags.items()}
