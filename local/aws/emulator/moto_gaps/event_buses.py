"""UpdateEventBus, which moto lacks (EventBridge API reference)."""

from __future__ import annotations

import json
from typing import Any

from moto.core.utils import unix_time as _unix_time  # pyright: ignore[reportMissingTypeStubs]
from moto.events.responses import EventsHandler  # pyright: ignore[reportMissingTypeStubs]

_Events: Any = EventsHandler
_NOW: Any = _unix_time


def _update_event_bus(self: Any) -> Any:
    """Replace what is said of a bus; what the call does not name is taken away."""
    bus = self.events_backend.describe_event_bus(self._get_param("Name") or "default")
    bus.description = self._get_param("Description")
    bus.kms_key_identifier = self._get_param("KmsKeyIdentifier")
    bus.dead_letter_config = self._get_param("DeadLetterConfig")
    bus.last_modified_time = _NOW()
    answer = {"Arn": bus.arn, "Name": bus.name}
    named = {
        "Description": bus.description,
        "KmsKeyIdentifier": bus.kms_key_identifier,
        "DeadLetterConfig": bus.dead_letter_config,
    }
    return json.dumps(answer | {name: value for name, value in named.items() if value}), self.response_headers


def install() -> None:
    """Add the operation to moto's EventBridge; before the first request."""
    _Events.update_event_bus = _update_event_bus
