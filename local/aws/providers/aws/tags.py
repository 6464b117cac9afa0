"""Tags: on creation, and as changes of an existing resource, in the forms the services have for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.providers.aws import shapes, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.aws.providers.aws.resource import Resource
    from local.aws.providers.aws.rows import Work


def on_create(resource: Resource, tags: Mapping[str, str]) -> dict[str, Any]:
    """Give the members of the create operation's input that tag the resource; empty if it takes no tags."""
    row = resource.row
    if row.tags is None or not tags:
        return {}
    shape = resource.models.input(row.service, row.create.operation)
    if "TagSpecifications" in shape.members:
        return {"TagSpecifications": [{"ResourceType": row.tags.resource_type, "Tags": listed(tags)}]}
    name = row.tags.member or shapes.member(shape, "tags")
    return {} if name is None else {name: _formed(shape.members[name], tags)}


def change(resource: Resource, work: Work, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Bring the tags of an existing resource from `old` to `new`."""
    tagging = resource.row.tags
    if tagging is None or old == new:
        return
    request = template.fill(dict(tagging.request), work.values)
    if tagging.whole:
        if new:
            work.api(tagging.tag, **request, **{tagging.whole: {"TagSet": listed(new)}})
        else:
            work.api(tagging.untag, **request)
        return
    removed = sorted(old.keys() - new.keys())
    if removed:
        work.api(tagging.untag, **request, **_keys(resource, tagging.untag, removed))
    added = {key: value for key, value in new.items() if old.get(key) != value}
    if added:
        shape = resource.models.input(resource.row.service, tagging.tag)
        name = tagging.member or shapes.member(shape, "tags") or "Tags"
        work.api(tagging.tag, **request, **{name: _formed(shape.members[name], added)})


def _keys(resource: Resource, operation: str, keys: list[str]) -> dict[str, Any]:
    """Give the member by which the operation takes the keys of tags to remove."""
    shape = resource.models.input(resource.row.service, operation)
    name = shapes.member(shape, "tagKeys")
    member = (resource.row.tags and resource.row.tags.member) or "Tags"
    return {name: keys} if name else {member: [{"Key": key} for key in keys]}  # EC2 DeleteTags, CloudTrail RemoveTags


def _formed(shape: shapes.Shape, tags: Mapping[str, str]) -> Any:
    if shape.type_name == "map":
        return dict(tags)
    key_name, value_name = shapes.pair(shape.member) or ("Key", "Value")
    return [{key_name: key, value_name: value} for key, value in tags.items()]


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Give tags as most services list them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
