"""Condition blocks of IAM policies.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Multivalued context keys" and
"Condition operators with multiple context keys or values".
"""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from iam.patterns import Context, Resolve, UnresolvedVariableError, matches, matches_arn, plain

Comparison = Callable[[str, str], bool]
"""Compares a value of the policy with a value of the request."""


class UnknownOperatorError(ValueError):
    """A condition operator that IAM does not have; IAM refuses such a policy when it is written."""


def _equal(wanted: str, given: str) -> bool:
    return plain(wanted) == given


def _equal_ignoring_case(wanted: str, given: str) -> bool:
    return plain(wanted).casefold() == given.casefold()


def _address(wanted: str, given: str) -> bool:
    return ipaddress.ip_address(given) in ipaddress.ip_network(plain(wanted), strict=False)


def _instant(text: str) -> datetime:
    """A date as IAM reads it: ISO 8601, or seconds since 1970."""
    if text.replace(".", "", 1).isdigit() and len(text) != len("2026"):
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ordered(read: Callable[[str], Any], *accepted: int) -> Comparison:
    """Compare by order: accepted are the signs (-1, 0, 1) of request value against policy value."""

    def compare(wanted: str, given: str) -> bool:
        left, right = read(given), read(plain(wanted))
        return ((left > right) - (left < right)) in accepted

    return compare


def _orderings(family: str, read: Callable[[str], Any]) -> dict[str, Comparison]:
    return {
        f"{family}Equals": _ordered(read, 0),
        f"{family}LessThan": _ordered(read, -1),
        f"{family}LessThanEquals": _ordered(read, -1, 0),
        f"{family}GreaterThan": _ordered(read, 1),
        f"{family}GreaterThanEquals": _ordered(read, 0, 1),
    }


_POSITIVE: dict[str, Comparison] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "StringLike": matches,
    "Bool": _equal_ignoring_case,
    "BinaryEquals": _equal,
    "IpAddress": _address,
    "ArnEquals": matches_arn,
    "ArnLike": matches_arn,
    **_orderings("Numeric", float),
    **_orderings("Date", _instant),
}
_NEGATED: dict[str, Comparison] = {
    "StringNotEquals": _equal,
    "StringNotEqualsIgnoreCase": _equal_ignoring_case,
    "StringNotLike": matches,
    "NotIpAddress": _address,
    "ArnNotEquals": matches_arn,
    "ArnNotLike": matches_arn,
    "NumericNotEquals": _POSITIVE["NumericEquals"],
    "DateNotEquals": _POSITIVE["DateEquals"],
}


def holds(conditions: Mapping[str, Mapping[str, Any]], context: Context, resolve: Resolve) -> bool:
    """Say whether every operator and key of a Condition element holds for a request.

    Raises:
        UnknownOperatorError: an operator that IAM does not have.
    """
    return all(
        _key_holds(operator, texts(values), context.get(key.lower()), resolve)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def texts(value: Any) -> tuple[str, ...]:
    """Give one value or a list of values of a JSON document as texts (``true`` for a true)."""
    items: list[Any] = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]  # pyright: ignore[reportUnknownArgumentType]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in items)


def _key_holds(operator: str, wanted: tuple[str, ...], given: tuple[str, ...] | None, resolve: Resolve) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return any((text.lower() == "true") == (given is None) for text in wanted)
    base = name.removesuffix("IfExists")
    compare = _POSITIVE.get(base) or _NEGATED.get(base)
    if compare is None or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise UnknownOperatorError(f"{operator} is not a condition operator of IAM")
    negated = base in _NEGATED
    if given is None and name != base:
        return True
    if not given:
        return quantifier == "ForAllValues" if quantifier else negated
    hits = [_meets(compare, wanted, value, resolve) for value in given]
    if not quantifier:
        return any(hits) != negated
    return (any if quantifier == "ForAnyValue" else all)(hit != negated for hit in hits)


def _meets(compare: Comparison, wanted: tuple[str, ...], given: str, resolve: Resolve) -> bool:
    """Say whether a value of the request meets one of the policy's; one that cannot be read meets none."""
    for text in wanted:
        try:
            if compare(resolve(text), given):
                return True
        except (UnresolvedVariableError, ValueError):
            continue
    return False
