"""Events of AWS services on their way from the default bus to the targets of rules.

moto's own PutEvents delivers for disabled rules too, stops at the first target it does not know and asks nobody's
policy; so rules and targets are moto's, and the delivery is here. Queues, topics, log groups and other buses get
events if their own policies let EventBridge in ("Using resource-based policies for Amazon EventBridge").
"""

from __future__ import annotations

import json
import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from jsonpath_ng.ext.parser import parse as _parse
from moto.events.models import events_backends as _events_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.events.utils import EventTemplateParser as _Template  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator import event_targets

LOG = logging.getLogger(__name__)
Document = dict[str, Any]
_EVENTS: Any = _events_backends
_TEMPLATE: Any = _Template
_PATH: Any = _parse
_MOST_HOPS = 3  # an event is not sent from bus to bus for ever


def put(account: str, region: str, source: str, kind: str, detail: Document) -> None:
    """Put an event of an AWS service onto the default bus of an account."""
    event: Document = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [],
        "detail": detail,
    }
    _to_bus(account, region, "default", event, _MOST_HOPS)


def _to_bus(account: str, region: str, name: str, event: Document, hops: int) -> None:
    bus = _EVENTS[account][region].event_buses.get(name)
    if bus is None:
        raise event_targets.UndeliverableError(f"there is no event bus {name} in {account}, {region}")
    for rule in list(bus.rules.values()):
        pattern = rule.event_pattern
        if rule.state.startswith("ENABLED") and pattern.get_pattern() and pattern.matches_event(event):
            for target in list(rule.targets):
                _to_target(rule, target, event, hops)


def _to_target(rule: Any, target: Document, event: Document, hops: int) -> None:
    try:
        arn: str = target["Arn"]
        if arn.split(":")[2] == "events" and ":event-bus/" in arn and hops:
            _, _, _, region, account, bus = arn.split(":", 5)
            _to_bus(account, region, bus.partition("/")[2], event, hops - 1)
        else:
            event_targets.deliver(rule.arn, target, _input(target, event))
    except Exception as error:  # noqa: BLE001 - whatever moto raises, the other targets get theirs
        LOG.warning("EventBridge rule %s, target %s: %s", rule.name, target.get("Arn"), error)
        event_targets.dead_letter(rule.arn, target, json.dumps(event))


def _input(target: Document, event: Document) -> str:
    """What a target gets: a constant, a part of the event, the event transformed, or the event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        found = _PATH(target["InputPath"]).find(event)
        return json.dumps(found[0].value if found else None)
    if "InputTransformer" in target:
        transformer: Document = target["InputTransformer"]
        known = {**event, "ingestion-time": event["time"]}
        return json.dumps(_TEMPLATE.parse(transformer["InputTemplate"], transformer.get("InputPathsMap", {}), known))
    return json.dumps(event)
