"""The live state of a resource: what the row's read operations answer, and the properties that it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jmespath

from local.aws.providers.aws import shapes, template
from local.aws.providers.aws.cloud import Cloud, partition
from local.aws.providers.aws.failures import ApiError
from local.aws.providers.aws.forms import is_object

if TYPE_CHECKING:
    from local.aws.providers.aws.resource import Resource
    from local.aws.providers.aws.rows import Read


def search(path: str, raw: Any) -> Any:
    """Give what a JMESPath expression selects; the empty one selects everything."""
    return jmespath.search(path, raw) if path else raw


@dataclass(frozen=True)
class Live:
    """What was read of a resource."""

    parts: list[tuple[Any, shapes.Shape]] = field(default_factory=list[tuple[Any, shapes.Shape]])
    """Objects whose members are properties, the main one first, each with its shape."""
    into: dict[str, tuple[Any, shapes.Shape]] = field(default_factory=dict[str, tuple[Any, shapes.Shape]])
    """Objects that are one property each."""

    @property
    def raw(self) -> dict[str, Any]:
        """All that was read, in the API's names."""
        merged: dict[str, Any] = {}
        for part, _ in reversed(self.parts):
            merged.update(part)
        return merged | {name: raw for name, (raw, _) in self.into.items()}


def read(resource: Resource, cloud: Cloud, values: dict[str, Any]) -> Live | None:
    """Read the resource that the values identify; None if it is gone."""
    row = resource.row
    live = Live()
    for index, each in enumerate(row.reads):
        request = fill(cloud, dict(each.request), live.raw | values)
        try:
            answer = cloud.call(row.service, each.operation, request, region=values["region"], paged=each.paged)
        except ApiError as error:
            if error.code in each.absent:
                continue
            if error.gone:
                return None
            raise
        found = search(template.fill(each.path, values), answer)
        if index == 0 and (found is None or _is_gone(resource, found)):
            return None
        if found is not None:
            shape = _shape(resource, each)
            if each.into:
                live.into[each.into] = (found, shape)
            else:
                live.parts.append((found, shape))
    return live


def fill(cloud: Cloud, pattern: Any, values: dict[str, Any]) -> Any:
    """Fill a template; the account's number is asked for only where it is wanted."""
    account = {"account": cloud.account} if "account" in template.mentioned(pattern) else {}
    return template.fill(pattern, values | account)


def _is_gone(resource: Resource, found: Any) -> bool:
    wait = resource.row.wait
    return wait is not None and search(wait.status, found) in wait.gone


def _shape(resource: Resource, each: Read) -> shapes.Shape:
    return shapes.at(resource.models.output(resource.row.service, each.operation), each.path)


def properties(resource: Resource, cloud: Cloud, live: Live, values: dict[str, Any]) -> dict[str, Any]:
    """Give the resource's properties as the live state has them; `tags` are all the tags it has."""
    result: dict[str, Any] = {}
    for name in resource.sdk.properties:
        value = _property(resource, live, name)
        if value is not None:
            result[name] = value
    region = values["region"]
    known = result | {"id": values["id"], "region": region, "partition": partition(region)}
    for name, pattern in resource.row.computed.items():
        result[name] = fill(cloud, pattern, values | known)
    if "region" in resource.sdk.properties:
        result["region"] = region
    result.pop("tagsAll", None)
    if resource.row.tags:
        result["tags"] = {key: value for key, value in tags_of(live).items() if cloud.configuration.keeps(key)}
    return result


def _property(resource: Resource, live: Live, name: str) -> Any:
    row, kind, convert = resource.row, resource.kind(name), resource.converter.from_api
    special = row.specials.get(name)
    if special is not None and special.from_api is not None:
        return special.from_api(live.raw)
    if name in ("tags", "tagsAll", "region") or name in row.settings:
        return None
    if name in live.into:
        raw, shape = live.into[name]
        return convert(shape, kind, raw, name)
    if name in row.paths:
        main, shape = live.parts[0]
        path = row.paths[name]
        return convert(shapes.at(shape, path), kind, search(path, main), name)
    for part, shape in live.parts:
        found = shapes.member(shape, row.names.get(name, name), kind, resource.sdk.name)
        if found is not None and part.get(found) is not None:
            return convert(shape.members[found], kind, part[found], name)
    return None


def tags_of(live: Live) -> dict[str, str]:
    """Give the tags among what was read: a map, or a list of pairs under whatever names the service has for them."""
    candidates = [live.into["tags"]] if "tags" in live.into else []
    for part, shape in live.parts:
        name = next((each for each in ("Tags", "tags", "TagSet") if each in part), None)
        if name is not None:
            candidates.append((part[name], shape.members[name]))
    for raw, shape in candidates:
        if is_object(raw):
            return dict(raw)
        key, value = shapes.pair(shape.member) or ("Key", "Value")
        return {tag[key]: tag.get(value, "") for tag in raw}
    return {}
