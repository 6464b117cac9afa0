"""From the live state to a resource's outputs and inputs, in the words and order of the program where it agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.providers.aws import equality, reading
from local.aws.providers.aws.check import DEFAULTS
from local.aws.providers.aws.diff import FAILED
from local.aws.providers.aws.wire import UNKNOWN

if TYPE_CHECKING:
    from local.aws.providers.aws.resource import Resource
    from local.aws.providers.aws.work import Work

Properties = dict[str, Any]


def outputs_of(
    work: Work,
    live: reading.Live,
    inputs: Properties,
    settings: Properties | None = None,
) -> Properties:
    """Give the outputs; `settings` holds the old state where it knows more of them than the inputs."""
    resource = work.resource
    state = reading.properties(resource, work.cloud, live, work.values)
    every_tag = state.pop("tags", None)
    result: Properties = {}
    for name, value in state.items():
        result[name] = resource.overlay(name, inputs.get(name), value)
    unread = resource.handled - resource.stateful - {"tags", "region"}
    for name in unread:
        value = inputs.get(name, (settings or {}).get(name))
        if value is not None:
            result[name] = value
    wait = resource.row.wait
    if wait is not None and reading.search(wait.status, live.raw) in wait.failed:
        result[FAILED] = reading.search(wait.status, live.raw)
    if every_tag is not None:
        result["tagsAll"] = every_tag
        own = _own_tags(every_tag, inputs.get("tags") or {}, work.cloud.configuration.default_tags)
        if own or "tags" in inputs:
            result["tags"] = own
    return result


def _own_tags(every: dict[str, str], own: dict[str, str], default: Any) -> dict[str, str]:
    """Give the tags that are not just the provider's default ones."""
    return {key: value for key, value in every.items() if key in own or default.get(key) != value}


def inputs_of(resource: Resource, outputs: Properties, inputs: Properties | None) -> Properties:
    """Give the inputs that would make the resource as it is; `inputs` are those of last time, None on an import."""
    imported = inputs is None
    before = inputs or {}
    result: Properties = {}
    for name in sorted(resource.handled):
        value = outputs.get(name)
        if name in before:
            result[name] = _kept(resource, name, before[name], value)
        elif (
            name != "region"
            and (imported or name in resource.sdk.nullable)
            and not equality.blank(value, resource.kind(name))
        ):
            result[name] = value
    result = {name: value for name, value in result.items() if value is not None}
    if imported:
        for name, value in resource.row.defaults.items():
            result.setdefault(name, value)
    if DEFAULTS in before:
        result[DEFAULTS] = before[DEFAULTS]
    return result


def _kept(resource: Resource, name: str, before: Any, value: Any) -> Any:
    """Give the old input while the live value agrees with it, else as much of the live value as it spoke of."""
    if name not in resource.stateful and name != "tags":
        return before
    if resource.same(name, before, value):
        return before
    return equality.restrict(resource.kind(name), value, before)


def preview_of(resource: Resource, inputs: Properties, region: str, every_tag: Any) -> Properties:
    """Give the outputs that a creation would have: what AWS decides is unknown."""
    result: Properties = {
        name: UNKNOWN for name in resource.sdk.properties if name not in resource.sdk.nullable and name not in inputs
    }
    result |= {name: value for name, value in inputs.items() if name in resource.sdk.properties}
    if "region" in result:
        result["region"] = inputs.get("region", region)
    if resource.row.tags:
        result["tagsAll"] = every_tag
    return result
