"""What an entry of aws-auth may hold (EKS user guide, `aws-auth` ConfigMap)."""

from __future__ import annotations

import re
from typing import Any, cast

from emr.fault import Fault
from plugin.custom_resource import Failure
from plugin.property_values import holds_unknown

_ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@-]{1,64}")
_RULES = {
    "clusterName": ("the name of an EKS cluster", "The ConfigMap is looked up there.", "its name"),
    "roleArn": (
        "the ARN of an IAM role without a path",
        "aws-auth compares ARNs without paths, so an entry with one never matches.",
        "arn:aws:iam::ACCOUNT:role/NAME, also for a role that has a path",
    ),
    "username": ("a text that is not empty", "Kubernetes knows the role by it.", "emr-containers"),
    "groups": ("a list of texts that are not empty", "They are groups of Kubernetes.", "[]"),
}


def check(inputs: dict[str, Any]) -> list[Failure]:
    """What is wrong with the inputs; values not known yet are not judged."""
    return [failure for name in _RULES for failure in _check(name, inputs.get(name))]


def _check(name: str, value: Any) -> list[Failure]:
    if holds_unknown(value) or _fits(name, value):
        return []
    allowed, why, write = _RULES[name]
    fault = Fault(given=f"{value!r}", allowed=allowed, why=why, write=write)
    return [Failure(property=name, reason=str(fault))]


def _fits(name: str, value: Any) -> bool:
    if name == "groups":
        return isinstance(value, list) and all(_is_text(group) for group in cast("list[Any]", value))
    return _is_text(value) and (name != "roleArn" or bool(_ROLE.fullmatch(value)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())
