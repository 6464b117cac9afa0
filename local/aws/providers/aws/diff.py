"""Diff: what would have to change so that a resource is as its inputs say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from local.aws.providers.aws import equality
from local.aws.providers.aws.check import DEFAULTS
from local.aws.providers.aws.forms import is_list, is_object
from local.aws.providers.aws.sdk import Kind
from local.aws.providers.aws.wire import Unknown, contains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.aws.providers.aws.resource import Resource

FAILED: Final = "__failed"
"""The output that notes that the resource never became ready; the engine does not show such names."""

Sort = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Difference:
    """All that differs between a resource and its inputs."""

    paths: dict[str, Sort]
    """By property path, as `vpcConfig.subnetIds[1]`."""
    changed: frozenset[str]
    """The inputs to bring about, `tags` for a change of any tag."""
    replaces: frozenset[str]
    delete_first: bool


def difference(
    resource: Resource,
    *,
    olds: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    news: Mapping[str, Any],
    default_tags: Mapping[str, str],
    ignored: Iterable[str] = (),
) -> Difference:
    """Compare the state `olds` with the inputs `news`; all values plain. `ignored` are paths of ignoreChanges."""
    paths: dict[str, Sort] = {}
    for name in sorted(resource.handled - {"tags"}):
        paths |= _of_property(resource, name, olds, old_inputs, news)
    if resource.row.tags:
        paths |= _of_tags(olds, news, default_tags)
    ignored = tuple(ignored)
    paths = {path: sort for path, sort in paths.items() if not any(_covers(each, path) for each in ignored)}
    changed = frozenset("tags" if top == "tagsAll" else top for top in map(top_of, paths))
    fixed = {top_of(path) for path in paths if re.sub(r"\[.*?\]", "", path) in resource.row.replaces}
    replaces = (changed & resource.replacing) | fixed
    if FAILED in olds:
        paths["status"] = "update"
        replaces |= {"status"}
    return Difference(paths, changed, replaces, _must_delete_first(resource, news, changed))


def top_of(path: str) -> str:
    """Give the property that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _covers(ignored: str, path: str) -> bool:
    ignored = re.sub(r'\["(\w+)"\]', r".\1", ignored)  # as paths are written here
    return path == ignored or (path.startswith(ignored) and path[len(ignored)] in ".[")


def _must_delete_first(resource: Resource, news: Mapping[str, Any], changed: frozenset[str]) -> bool:
    """Say whether old and new resource cannot live side by side, since both would have one name."""
    row = resource.row
    identity = set(row.identity)
    if row.autoname is not None:
        if row.autoname.name in news.get(DEFAULTS, []) or row.autoname.prefixed_by in news:
            return False
        identity.add(row.autoname.name)
    return bool(identity) and not identity & changed


def _of_property(
    resource: Resource,
    name: str,
    olds: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    news: Mapping[str, Any],
) -> dict[str, Sort]:
    kind, ordered = resource.kind(name), name in resource.row.ordered
    live, before = olds.get(name), old_inputs.get(name)
    if name not in news:
        # What AWS computes when it is not given is no difference, nor is a prefix, which only makes a name.
        if name not in resource.sdk.nullable or equality.blank(live, kind):
            return {}
        return {name: "delete"}
    desired = news[name]
    if name not in resource.stateful and name not in resource.row.settings and name != "region":
        live = before
    # Imported inputs hold what AWS computes too: that the program does not say it means nothing.
    dropped = _dropped(kind, name, before, desired, live) if DEFAULTS in old_inputs else {}
    if not contains(desired, Unknown) and resource.same(name, desired, live):
        return dropped
    return compare(kind, name, desired, live, ordered=ordered) | dropped


def _dropped(kind: Kind, path: str, before: Any, desired: Any, live: Any) -> dict[str, Sort]:
    """Give the paths inside objects of which the program spoke before and no longer does."""
    result: dict[str, Sort] = {}
    if kind.form == "object" and all(is_object(each) for each in (before, desired, live)):
        for key, value in before.items():
            if key in desired:
                item = kind.fields.get(key, Kind("string"))
                result |= _dropped(item, f"{path}.{key}", value, desired[key], live.get(key))
            elif not equality.blank(live.get(key)):
                result[f"{path}.{key}"] = "delete"
    if kind.form == "list" and kind.item and all(is_list(each) for each in (before, desired, live)):
        for index, each in enumerate(zip(before, desired, live, strict=False)):
            result |= _dropped(kind.item, f"{path}[{index}]", *each)
    return result


def _of_tags(olds: Mapping[str, Any], news: Mapping[str, Any], default_tags: Mapping[str, str]) -> dict[str, Sort]:
    kind = Kind("map", item=Kind("string"))
    own = compare(kind, "tags", news.get("tags"), olds.get("tags"))
    live: dict[str, Any] = olds.get("tagsAll") or {}
    desired = equality.merge_tags(default_tags, news.get("tags"))
    every = {} if not contains(desired, Unknown) and desired == live else compare(kind, "tagsAll", desired, live)
    return (own or every) if every else {}


def compare(kind: Kind, path: str, desired: Any, live: Any, *, ordered: bool = False) -> dict[str, Sort]:
    """Give the paths below `path` at which the live value is not what is desired."""
    if not isinstance(desired, Unknown) and equality.same(kind, desired, live, ordered=ordered):
        return {}
    if live is None or live in ("", [], {}):
        return {path: "add"}
    if desired is None:
        return {path: "delete"}
    if is_object(desired) and is_object(live):
        return _compare_members(kind, path, desired, live) or {path: "update"}
    if is_list(desired) and is_list(live):
        return _compare_elements(kind, path, desired, live, ordered=ordered) or {path: "update"}
    return {path: "update"}


def _compare_members(kind: Kind, path: str, desired: dict[str, Any], live: dict[str, Any]) -> dict[str, Sort]:
    result: dict[str, Sort] = {}
    keys = desired.keys() | (live.keys() if kind.form == "map" else set[str]())
    for key in sorted(keys):
        item = kind.fields.get(key) or kind.item or Kind("string")
        step = f".{key}" if re.fullmatch(r"\w+", key) else f'["{key}"]'
        if key not in desired:
            result[path + step] = "delete"
        elif key not in live and kind.form == "map":
            result[path + step] = "add"
        else:
            result |= compare(item, path + step, desired[key], live.get(key))
    return result


def _compare_elements(
    kind: Kind,
    path: str,
    desired: list[Any],
    live: list[Any],
    *,
    ordered: bool,
) -> dict[str, Sort]:
    places = equality.pairs(kind, desired, live, ordered=ordered)
    new = [index for index, place in enumerate(places) if place is None]
    old = [index for index in range(len(live)) if index not in places]
    item = kind.item or Kind("string")
    result: dict[str, Sort] = {}
    for index in sorted({*new, *old}):
        if index in new and index in old:
            result |= compare(item, f"{path}[{index}]", desired[index], live[index])
        else:
            result[f"{path}[{index}]"] = "add" if index in new else "delete"
    return result
