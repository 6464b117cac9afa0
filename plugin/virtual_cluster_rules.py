"""What is wrong with the inputs of a virtual cluster, by the rules of `emr.quotas`; unknown values are not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from emr import quotas
from emr.fault import Fault
from plugin.custom_resource import Failure
from plugin.property_values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXTS = {
    "name": quotas.VIRTUAL_CLUSTER_NAME,
    "clusterName": quotas.CLUSTER_NAME,
    "namespace": quotas.NAMESPACE,
}
_LIMITS = ("maxConcurrentJobRuns", "maxInQueueJobRuns")


def check(inputs: dict[str, Any]) -> list[Failure]:
    """All that is wrong, in the order of the fields."""
    failures = [failure for name in _TEXTS for failure in _text(name, inputs.get(name))]
    failures += _scheduler(inputs.get("schedulerConfiguration"))
    failures += _tags(inputs.get("tags", {}))
    drain = inputs.get("drainOnDelete")
    if drain != UNKNOWN and not isinstance(drain, bool):
        failures += _wrong_kind("drainOnDelete", drain, "true or false")
    return failures


def _failures(name: str, faults: Iterable[Fault]) -> list[Failure]:
    return [Failure(property=name, reason=str(fault)) for fault in faults]


def _wrong_kind(name: str, given: Any, allowed: str) -> list[Failure]:
    why = "the field has no other form"
    return _failures(name, [Fault(given=f"{given!r}", allowed=allowed, why=why, write=allowed)])


def _text(name: str, value: Any) -> list[Failure]:
    if value == UNKNOWN:
        return []
    if not isinstance(value, str):
        return _wrong_kind(name, value, "a text")
    return _failures(name, quotas.check_text(_TEXTS[name], value))


def _scheduler(value: Any) -> list[Failure]:
    if value is None or value == UNKNOWN:
        return []
    field = "schedulerConfiguration"
    if not isinstance(value, dict) or not value:
        return _wrong_kind(field, value, f"a mapping with {' or '.join(_LIMITS)}")
    limits = cast("dict[str, Any]", value)
    return [
        failure
        for name, limit in limits.items()
        if limit != UNKNOWN
        and (name not in _LIMITS or type(limit) is not int or not 1 <= limit <= quotas.MAXIMUM_JOB_RUNS)
        for failure in _wrong_kind(
            f"{field}.{name}", limit, f"{' or '.join(_LIMITS)}: a whole number from 1 to {quotas.MAXIMUM_JOB_RUNS}"
        )
    ]


def _tags(value: Any) -> list[Failure]:
    if value == UNKNOWN:
        return []
    if not isinstance(value, dict):
        return _wrong_kind("tags", value, "a mapping of texts")
    tags = cast("dict[str, Any]", value)
    strange = [
        failure
        for key, text in tags.items()
        if not isinstance(text, str)
        for failure in _wrong_kind(f"tags[{key!r}]", text, "a text, which may be empty")
    ]
    # A value not known yet is judged as an empty one.
    texts = {key: "" if text == UNKNOWN else text for key, text in tags.items() if isinstance(text, str)}
    return strange + _failures("tags", quotas.check_tags(texts))
