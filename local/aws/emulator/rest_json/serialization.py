"""Turns the output document of a handler into the JSON that the service model describes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def serialise(shape: Any, value: Any) -> Any:
    """Give the JSON of an output: modelled members only, timestamps in the form the model asks for."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {
            member.serialization.get("name", name): serialise(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if shape.type_name == "list":
        return [serialise(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: serialise(shape.value, item) for key, item in value.items()}
    return _timestamp(shape, value) if isinstance(value, datetime) else value


def _timestamp(shape: Any, moment: datetime) -> str | float:
    """Seconds since 1970, which is the protocol's default, or ISO 8601 where the model says so."""
    if shape.serialization.get("timestampFormat") == "iso8601":
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return round(moment.timestamp(), 3)
