"""A resource type as the stand-in handles it: its row, the SDK's class and the API's shapes put together."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws import equality, shapes, template
from local.aws.providers.aws.conversion import Converter
from local.aws.providers.aws.forms import is_list, is_object
from local.aws.providers.aws.rows import Action, Call, Row
from local.aws.providers.aws.sdk import Kind, ResourceType
from local.aws.providers.aws.wire import Unknown, contains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.aws.providers.aws.cloud import Models

_GENERAL: Final = frozenset({"tags", "tagsAll", "region"})
"""Properties that many types have and that no operation takes under these names."""

_BLANK: Final[dict[str, Any]] = {
    "string": "",
    "integer": 0,
    "number": 0,
    "boolean": False,
    "list": [],
    "map": {},
    "object": {},
}


@dataclass(frozen=True)
class Member:
    """Where a property stands in an operation's input."""

    name: str
    inside: bool
    """Whether it is inside the structure that the call names with `within`."""
    shape: shapes.Shape


@dataclass(frozen=True)
class Resource:
    """A resource type; it holds no state."""

    row: Row
    table: str
    """The module of `tables` that holds the row."""
    sdk: ResourceType
    models: Models

    @functools.cached_property
    def handled(self) -> frozenset[str]:
        """The inputs that are handled; every other one is refused by name."""
        row = self.row
        general = {"region", "tags"} if row.tags else {"region"}
        named = {row.autoname.prefixed_by} if row.autoname else set[str]()
        taken = set(self.covered(row.create)) | self.updatable | row.settings | general | named
        return frozenset((taken & self.sdk.inputs) - row.without)

    @functools.cached_property
    def stateful(self) -> frozenset[str]:
        """The handled inputs that AWS keeps, so that a change behind the stack can be seen."""
        prefix = {self.row.autoname.prefixed_by} if self.row.autoname else set[str]()
        return self.handled - self.row.settings - self.row.unread - _GENERAL - prefix

    @functools.cached_property
    def updatable(self) -> frozenset[str]:
        """The inputs that can change without a replacement, tags and settings aside."""
        return frozenset(name for update in self.row.updates for name in self.covered(update))

    @functools.cached_property
    def replacing(self) -> frozenset[str]:
        """The inputs whose change needs a new resource: those that no update operation takes."""
        return self.handled - self.updatable - self.row.settings - {"tags"}

    def kind(self, name: str) -> Kind:
        """Give the type of a property."""
        return self.sdk.properties.get(name) or Kind("string")

    def same(self, name: str, desired: Any, live: Any) -> bool:
        """Say whether the live value of a property is what is desired."""
        special = self.row.specials.get(name)
        if special is not None and special.same is not None and None not in (desired, live):
            return special.same(desired, live)
        return equality.same(self.kind(name), desired, live, ordered=name in self.row.ordered)

    def overlay(self, name: str, desired: Any, live: Any) -> Any:
        """Give the live value of a property in the words of the desired one where both mean the same."""
        special = self.row.specials.get(name)
        if special is not None and special.same is not None:
            return live
        return equality.overlay(self.kind(name), desired, live, ordered=name in self.row.ordered)

    def covered(self, call: Call | Action) -> frozenset[str]:
        """Give the inputs that an operation takes."""
        if isinstance(call, Action):
            return call.covers
        if call.build is not None:
            return call.only or frozenset()
        mentioned = template.mentioned(dict(call.request)) & (call.only or frozenset())
        return frozenset(self._members(call)) | mentioned

    @functools.cached_property
    def converter(self) -> Converter:
        """What converts the type's values."""
        return Converter(self.row.names)

    def _members(self, call: Call) -> dict[str, Member]:
        """Give the place in the operation's input of each property that it takes."""
        whole = self.models.input(self.row.service, call.operation)
        holders = [(shapes.at(whole, call.within), set[str](), True)] if call.within else []
        holders.append((whole, set(call.request), False))
        result: dict[str, Member] = {}
        for name in self.sdk.inputs - self.row.without - self.row.settings - _GENERAL:
            if call.only is not None and name not in call.only:
                continue
            for shape, fixed, inside in holders:
                found = self._member(shape, name)
                if found is not None and found not in fixed:
                    result[name] = Member(found, inside, shape.members.get(found))
                    break
        return result

    def _member(self, shape: shapes.Shape, name: str) -> str | None:
        """Give the member of a structure for a property; empty for a special one, which becomes several."""
        special = self.row.specials.get(name)
        if special is not None and special.to_api is not None:
            return "" if special.members and set(special.members) <= set(shape.members) else None
        return shapes.member(shape, self.row.names.get(name, name), self.kind(name), self.sdk.name)

    def request(self, call: Call, inputs: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """Give the operation's input for those of the inputs that it takes; an absent one (None) as its blank."""
        if call.build is not None:
            return call.build(values)
        inner: dict[str, Any] = {}
        request: dict[str, Any] = template.fill(dict(call.request), values)
        for name, place in self._members(call).items():
            if name not in inputs:
                continue
            value = _BLANK[self.kind(name).form] if inputs[name] is None else inputs[name]
            target = inner if place.inside else request
            special = self.row.specials.get(name)
            if special is not None and special.to_api is not None:
                target.update(special.to_api(value))
            else:
                target[place.name] = self.converter.to_api(place.shape, self.kind(name), value, name)
        _place(request, call.within, inner)
        return request

    def misfits(self, inputs: Mapping[str, Any]) -> Iterable[shapes.UnfittingError]:
        """Give what in the inputs the operations cannot say."""
        calls = [call for call in (self.row.create, *self.row.updates) if isinstance(call, Call)]
        for name, value in inputs.items():
            yield from self._strange_fields(name, value)
            call = next((each for each in calls if name in self._takes(each)), None)
            if call is None or (name in self.row.specials and contains(value, Unknown)):
                continue
            try:
                self.request(Call(operation=call.operation, within=call.within), {name: value}, {})
            except shapes.UnfittingError as misfit:
                yield misfit

    def _strange_fields(self, name: str, value: Any) -> Iterable[shapes.UnfittingError]:
        special = self.row.specials.get(name)
        fields = special.fields if special else None
        if fields is not None and is_list(value):
            for element in value:
                for key in sorted(element.keys() - fields if is_object(element) else ()):
                    yield shapes.UnfittingError(f"{name}.{key}", "unhandled")

    def _takes(self, call: Call) -> frozenset[str]:
        return frozenset() if call.build is not None else frozenset(self._members(call))


def _place(request: dict[str, Any], path: str, inner: dict[str, Any]) -> None:
    """Put the members into the request at a path such as `Rules[0].Rule`."""
    target: Any = request
    for name, index in re.findall(r"(\w+)(\[0\])?", path):
        target = target.setdefault(name, [{}])[0] if index else target.setdefault(name, {})
    target.update(inner)
