"""The text of `mapRoles` in ConfigMap kube-system/aws-auth: find, add or remove one entry.

Several writers share this text and none of them owns it, so an edit keeps every byte of every other entry:
comments, quotes, order and indentation. The reader is EKS (aws-iam-authenticator, pkg/mapper/configmap): it
ignores the case of role ARNs and of keys, the last of several entries of one role counts, and a blank text, an
empty pair of quotes or of backquotes means no entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import yaml

from iam import yaml_list

_BLANK = ("", '""', "``")


class AwsAuthError(ValueError):
    """The text cannot be read or edited; the message says what is wrong and where."""


@dataclass(frozen=True, kw_only=True)
class RoleEntry:
    """One mapping of an IAM role to a Kubernetes user."""

    role_arn: str
    """ARN of the role, without a path (EKS user guide, `aws-auth` ConfigMap: paths are not allowed)."""
    username: str
    """The Kubernetes user that the role's sessions act as."""
    groups: tuple[str, ...] = ()
    """The Kubernetes groups of that user; the order has no meaning."""

    def means(self, other: RoleEntry) -> bool:
        """Whether EKS reads both entries alike."""
        return self.is_for(other.role_arn) and self.username == other.username and set(self.groups) == set(other.groups)

    def is_for(self, role_arn: str) -> bool:
        """Whether this entry maps that role."""
        return self.role_arn.lower() == role_arn.lower()


@dataclass(frozen=True, kw_only=True)
class Found:
    """An entry and the place where it stands."""

    entry: RoleEntry
    line: int
    """Line in `mapRoles`, counted from 1."""


def entries(text: str) -> tuple[Found, ...]:
    """All entries of `mapRoles`, top down.

    Raises:
        AwsAuthError: the text is not YAML, or not a list of mappings.
    """
    values, lines = _parse(text)
    return tuple(Found(entry=_entry(value), line=line) for value, line in zip(values, lines, strict=True))


def find(text: str, role_arn: str) -> tuple[Found, ...]:
    """The entries of one role; more than one is a mistake of whoever wrote them.

    Raises:
        AwsAuthError: as for `entries`.
    """
    return tuple(found for found in entries(text) if found.entry.is_for(role_arn))


def add(text: str, entry: RoleEntry) -> str:
    """The text with `entry` after all others, in the style that the list has.

    Raises:
        AwsAuthError: as for `entries`.
    """
    values, _ = _parse(text)
    document = _document(entry)
    changed = yaml_list.append("" if text.strip() in _BLANK else text, document)
    return _checked(changed, [*values, document])


def remove(text: str, entry: RoleEntry) -> str:
    """The text without the first entry that means the same as `entry`; unchanged if there is none.

    Raises:
        AwsAuthError: as for `entries`.
    """
    values, _ = _parse(text)
    at = next((n for n, value in enumerate(values) if _entry(value).means(entry)), None)
    if at is None:
        return text
    return _checked(yaml_list.remove(text, at), values[:at] + values[at + 1 :])


def _parse(text: str) -> tuple[list[dict[str, Any]], list[int]]:
    if text.strip() in _BLANK:
        return [], []
    try:
        loader: Any = yaml.SafeLoader(text)
        root = loader.get_single_node()
        values = None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, ValueError) as error:  # a date that does not exist is a ValueError
        raise AwsAuthError(f"mapRoles is not readable as YAML: {_first_line(error)}") from error
    if root is None or values is None:
        return [], []
    if not isinstance(values, list):
        raise AwsAuthError(f"mapRoles must be a list of mappings, and is a {type(values).__name__}")
    lines = [node.start_mark.line + 1 for node in root.value]
    for value, line in zip(cast("list[Any]", values), lines, strict=True):
        if not isinstance(value, dict):
            raise AwsAuthError(f"mapRoles, line {line}: an entry must be a mapping with `rolearn` and `username`")
    return cast("list[dict[str, Any]]", values), lines


def _first_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return str(error).splitlines()[0]


def _entry(value: dict[str, Any]) -> RoleEntry:
    fields = {str(key).lower(): field for key, field in value.items()}
    groups: Any = fields.get("groups")
    names = cast("list[Any]", groups) if isinstance(groups, list) else []
    return RoleEntry(
        role_arn=str(fields.get("rolearn") or ""),
        username=str(fields.get("username") or ""),
        groups=tuple(str(name) for name in names),
    )


def _document(entry: RoleEntry) -> dict[str, Any]:
    document: dict[str, Any] = {"rolearn": entry.role_arn, "username": entry.username}
    return document | ({"groups": list(entry.groups)} if entry.groups else {})


def _checked(text: str, expected: list[dict[str, Any]]) -> str:
    """The text, if it reads as expected: no edit may ever change what it was not asked to change."""
    try:
        unharmed = _parse(text)[0] == expected
    except AwsAuthError:
        unharmed = False
    if not unharmed:
        raise AwsAuthError(
            "mapRoles is written in a way that cannot be edited without changing other entries; "
            "write it as a plain list of mappings, one entry after the other"
        )
    return text
