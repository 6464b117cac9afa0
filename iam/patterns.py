"""Text patterns of IAM policies: wildcards, ARN segments and policy variables.

Sources: IAM User Guide, "IAM JSON policy elements: Resource", "Condition operators" and "Variables and tags".
"""

import re
from collections.abc import Callable, Mapping

Context = Mapping[str, tuple[str, ...]]
"""Values of a request by condition key; keys in lower case, since IAM compares them without case."""

Resolve = Callable[[str], str]
"""Replaces the policy variables of a pattern; raises UnresolvedVariableError."""

_VARIABLE = re.compile(r"(\$\{[^}]*\})")
_LITERAL_VARIABLES = ("*", "?", "$")
_ARN_PARTS = 6


class UnresolvedVariableError(Exception):
    """A policy variable names a key that the request does not carry with exactly one value."""


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Say whether ``text`` matches a pattern in which ``*`` is any text and ``?`` any one character."""
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.fullmatch(_expression(pattern, any_text=".*", any_one="."), text, flags) is not None


def matches_resource(pattern: str, text: str) -> bool:
    """Match a Resource element: a ``*`` that ends an ARN segment goes beyond colons, no other does."""
    if pattern == "*":
        return True
    segments = pattern.split(":")
    expression = ":".join(
        _expression(segment.removesuffix("*"), any_text="[^:]*", any_one="[^:]")
        + (".*" if segment.endswith("*") else "")
        for segment in segments
    )
    return re.fullmatch(expression, text, re.DOTALL) is not None


def matches_arn(pattern: str, text: str) -> bool:
    """Match as ArnLike does: each of the six parts of an ARN by itself."""
    patterns = pattern.split(":", _ARN_PARTS - 1)
    parts = text.split(":", _ARN_PARTS - 1)
    if len(patterns) != _ARN_PARTS or len(parts) != _ARN_PARTS:
        return False
    return all(matches(wanted, part) for wanted, part in zip(patterns, parts, strict=True))


def resolver(version: str | None, context: Context) -> Resolve:
    """Give what replaces variables in a policy; only policies of version 2012-10-17 have variables.

    Wildcards in the values put in stay plain characters.
    """
    if version != "2012-10-17":
        return lambda pattern: pattern
    return lambda pattern: "".join(
        _protect(_value(part[2:-1], context)) if _VARIABLE.fullmatch(part) else part
        for part in _VARIABLE.split(pattern)
    )


def plain(resolved: str) -> str:
    """Give the text of a resolved pattern for a comparison that knows no wildcards."""
    return "".join(_PLAIN.get(character, character) for character in resolved)


def _value(variable: str, context: Context) -> str:
    if variable in _LITERAL_VARIABLES:
        return variable
    key, comma, default = (part.strip() for part in variable.partition(","))
    values = context.get(key.lower(), ())
    if len(values) == 1:
        return values[0]
    if comma and not values:
        return default.strip("'")
    raise UnresolvedVariableError(variable)


# Characters of Unicode's private use area stand for wildcards that came out of a variable.
_PROTECTED = {"*": "\ue000", "?": "\ue001"}
_PLAIN = {guard: character for character, guard in _PROTECTED.items()}


def _protect(value: str) -> str:
    return "".join(_PROTECTED.get(character, character) for character in value)


def _expression(pattern: str, *, any_text: str, any_one: str) -> str:
    special = {"*": any_text, "?": any_one}
    return "".join(special.get(c) or re.escape(_PLAIN.get(c, c)) for c in pattern)
