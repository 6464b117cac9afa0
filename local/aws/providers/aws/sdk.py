"""What the Pulumi SDK's own classes say about a resource type: its property names, their types, what is required.

The classes are imported when their type is first used: all of `pulumi_aws` would take seconds.
"""

from __future__ import annotations

import collections.abc
import functools
import importlib
import inspect
import re
import typing
from dataclasses import dataclass
from typing import Any, Final, Literal

_types: Any = importlib.import_module("pulumi._types")

Form = Literal["string", "integer", "number", "boolean", "list", "map", "object"]
_SCALARS: Final[dict[Any, Form]] = {str: "string", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True)
class Kind:
    """The type of a property's value in the SDK."""

    form: Form
    item: Kind | None = None
    """The elements' type, of a list or map."""
    output_type: type | None = None
    """The SDK's class, of an object."""

    @functools.cached_property
    def fields(self) -> dict[str, Kind]:
        """The properties of an object; empty for other forms."""
        if self.output_type is None:
            return {}
        types: dict[str, Any] = _types.output_type_types(self.output_type)
        return {name: kind_of(annotation) for name, annotation in types.items()}


def kind_of(annotation: Any) -> Kind:
    """Give the kind of a type annotation of the SDK (optional types already unwrapped)."""
    if annotation in _SCALARS:
        return Kind(_SCALARS[annotation])
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is collections.abc.Sequence:
        return Kind("list", item=kind_of(arguments[0]))
    if origin is collections.abc.Mapping:
        return Kind("map", item=kind_of(arguments[1]))
    if inspect.isclass(annotation) and _types.is_output_type(annotation):
        return Kind("object", output_type=annotation)
    return Kind("string")


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A resource type of the SDK."""

    type: str
    """The type token, as `aws:ec2/subnet:Subnet`."""
    name: str
    """The class, as `Subnet`."""
    properties: dict[str, Kind]
    """All properties of a resource, inputs among them."""
    inputs: frozenset[str]
    required: frozenset[str]
    nullable: frozenset[str]
    """Properties that may be absent from a resource: AWS computes no value for them when they are not given."""


class NoSuchTypeError(LookupError):
    """The SDK has no class for the token."""


def resource_type(token: str) -> ResourceType:
    """Introspect the class for a type token; raise `NoSuchTypeError` if the SDK has none."""
    resource, arguments = _classes(token)
    types: dict[str, Any] = _types.resource_types(resource)
    hints: dict[str, Any] = _types._raw_return_hints(resource)  # noqa: SLF001 - says which outputs are optional
    names: dict[str, str] = _types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters
    required = {names[name] for name, p in parameters.items() if name in names and p.default is p.empty}
    return ResourceType(
        type=token,
        name=resource.__name__,
        properties={name: kind_of(annotation) for name, annotation in types.items() if name not in ("id", "urn")},
        inputs=frozenset(names.values()),
        required=frozenset(required),
        nullable=frozenset(name for name, hint in hints.items() if _optional(hint)),
    )


def result_type(token: str) -> dict[str, Kind]:
    """Give the properties of what a function such as `aws:eks/getCluster:getCluster` answers."""
    package, path, name = token.split(":")
    module = importlib.import_module(f"pulumi_{package}.{path.split('/')[0]}.{_snake(name)}")
    types: dict[str, Any] = _types.output_type_types(getattr(module, f"{name[0].upper()}{name[1:]}Result"))
    return {key: kind_of(annotation) for key, annotation in types.items()}


def _classes(token: str) -> tuple[Any, Any]:
    """Give the resource's class and the class of its arguments."""
    try:
        package, path, name = token.split(":")
        module_name, file = path.split("/")
        module = importlib.import_module(f"pulumi_{package}.{module_name}.{_snake(file)}")
        resource = getattr(module, name)
    except (ValueError, ImportError, AttributeError) as error:
        raise NoSuchTypeError(token) from error
    # A nested type that already has the name `<Class>Args` moves the resource's own to `<Class>InitArgs`.
    return resource, getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _optional(hint: Any) -> bool:
    """Say whether a getter's hint is `Output[Optional[...]]`."""
    return any(_types._is_optional_type(argument) for argument in typing.get_args(hint))  # noqa: SLF001 - as above
