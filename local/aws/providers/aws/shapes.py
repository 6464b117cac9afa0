"""The rule by which Pulumi's property names and values become members of AWS's API shapes, and back.

The AWS SDK's models (botocore) and Pulumi's classes describe the same things with the same words. They differ in
case (`cidrBlock`, `CidrBlock`), in number (`clientIdLists`, `ClientIDList`), in a prefix that repeats the type's
name (`name`, `RoleName`) and in boxes: a block that occurs at most once is an object in Pulumi and may be a list
in the API, or the other way round, and the API boxes some scalars in a structure (`{"Value": true}`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from local.aws.providers.aws.sdk import Kind

_PAIR: Final = 2

Shape = Any
"""A shape of botocore's service model (`botocore.model.Shape`), which has no type hints."""


class UnfittingError(ValueError):
    """A property's value cannot be said in the API's shape; `path` names where."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def member(shape: Shape, name: str, kind: Kind | None = None, prefix: str = "") -> str | None:
    """Give the member of a structure that means the property, or None; `prefix` is the type's name."""
    names: dict[str, str] = {_key(each): each for each in shape.members}
    if _key(name) in names:
        return names[_key(name)]
    if kind is not None and kind.form in ("list", "object"):
        for key, each in names.items():
            boxed = shape.members[each].type_name in ("list", "structure")
            if boxed and _singular(key) == _singular(_key(name)):
                return each
    return names.get(_key(prefix + name)) if prefix else None


def _key(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


def _singular(key: str) -> str:
    return key[:-3] + "y" if key.endswith("ies") else key.removesuffix("s")


def at(shape: Shape, path: str) -> Shape:
    """Give the shape of what a JMESPath expression selects.

    Names, indices, filters, a condition before `&&` and a final pipe are understood.
    """
    names = re.sub(r"\[.*?\]", "", path).rpartition("&&")[2].split("|")[0].strip().removeprefix("@")
    for name in filter(None, names.split(".")):
        if shape.type_name == "list":
            shape = shape.member
        shape = shape.members[name]
    return shape.member if path.endswith("[0]") and shape.type_name == "list" else shape


def pair(shape: Shape) -> tuple[str, str] | None:
    """Give the members of a structure that is a key and its value, as a tag is; None for any other shape."""
    if shape.type_name != "structure" or len(shape.members) != _PAIR:
        return None
    key = next((name for name in shape.members if name.lower().endswith("key")), None)
    value = next((name for name in shape.members if name.lower().endswith("value")), None)
    return (key, value) if key and value else None


def only_member(shape: Shape) -> str | None:
    """Give the member of a structure that has no other."""
    names = list(shape.members) if shape.type_name == "structure" else []
    return names[0] if len(names) == 1 else None
