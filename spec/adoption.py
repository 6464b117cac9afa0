"""What holds data and may have outlived an earlier stack, and how it is named to be taken back.

Buckets, log groups and aliases are found by their names. A key is found by the id that KMS gave it, which its alias
tells: `aws kms describe-key --key-id alias/emr-logs`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emr.fault import Fault
from emr.nearest import nearest
from iam import flow_logs, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spec.place import Place

KEYS = {"logs": "logs", "data": "data", "audit": "audit", "cluster-secrets": "secrets"}
"""Logical names of the platform's keys, with the last part of the alias of each."""

_KEY_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32}")
_SAMPLE_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"


def key(name: str) -> str:
    """Logical name of the KMS key of a component of a platform."""
    return f"{name}-key"


def of_foundation(place: Place, *, network: bool) -> dict[str, str | None]:
    """Logical names of what keeps a foundation's data, with what AWS calls it; None where only AWS knows.

    Args:
        place: the platform.
        network: whether the VPC, and so its flow logs, is the platform's own.
    """
    platform = place.platform
    return {
        "logs-bucket": place.logs_bucket,
        "artefacts-bucket": place.artefacts_bucket,
        "audit-bucket": place.audit_bucket,
        "audit-logs": names.trail_log_group(platform),
        "cluster-logs": names.cluster_log_group(platform),
        **({"network-flow-logs-group": flow_logs.log_group(platform)} if network else {}),
        **dict.fromkeys(map(key, KEYS)),
    }


def of_tenants(place: Place, tenants: Iterable[str]) -> dict[str, str | None]:
    """Logical names of the log groups of tenants, with what AWS calls them."""
    return {f"{tenant}-logs-group": names.log_group(place.platform, tenant) for tenant in tenants}


def adopted(entries: Sequence[str], known: Mapping[str, str | None], place: Place) -> dict[str, str]:
    """What is to be taken back, by logical name, with what AWS calls it; an alias comes with its key.

    Args:
        entries: what `check_adoption` accepts: `name`, or `name=id` for a key.
        known: what can be taken back.
        place: the platform.
    """
    found: dict[str, str] = {}
    aliases = {key(name): (f"{name}-alias", f"alias/{place.platform}-{end}") for name, end in KEYS.items()}
    for entry in entries:
        name, _, given = entry.partition("=")
        found[name] = known[name] or given
        if name in aliases:
            alias, called = aliases[name]
            found[alias] = called
    return found


def check_adoption(entries: Sequence[str], known: Mapping[str, str | None]) -> list[Fault]:
    """What is wrong with a list of what is to be taken back, each fault under its place in the list."""
    faults: list[Fault] = []
    before: set[str] = set()
    for index, entry in enumerate(entries):
        name, _, given = entry.partition("=")
        fault = _twice(entry) if name in before else _check(name, given, known)
        faults += [fault.within(f"[{index}]")] if fault else []
        before.add(name)
    return faults


def _check(name: str, given: str, known: Mapping[str, str | None]) -> Fault | None:
    if name not in known:
        return Fault(
            given=repr(name),
            allowed=", ".join(known),
            why="only what holds data outlives its stack; all else is made anew",
            write=nearest(name, known) or "nothing: take it out",
        )
    called = known[name]
    if called is None and not _KEY_ID.fullmatch(given):
        return Fault(
            given=repr(f"{name}={given}" if given else name),
            allowed=f"{name}= and the id of the key, without the rest of its ARN",
            why="KMS chose the id; the key's alias tells it: aws kms describe-key --key-id alias/...",
            write=f"{name}={_SAMPLE_ID}",
        )
    if called is not None and given not in ("", called):
        why = f"its name is computed: {called}"
        return Fault(given=repr(f"{name}={given}"), allowed=name, why=why, write=name)
    return None


def _twice(entry: str) -> Fault:
    why = "one resource takes back one thing"
    return Fault(given=repr(entry), allowed="each name once", why=why, write="nothing: take it out")
