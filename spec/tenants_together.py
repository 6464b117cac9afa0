"""What is checked about all tenants of a platform together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from emr.fault import Fault
from iam import s3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spec.tenant import TenantSpec


def check_unique(tenants: Iterable[tuple[str, TenantSpec]]) -> list[Fault]:
    """Tenants of one name; each comes with its file, and the first one's gets the fault."""
    files: dict[str, list[str]] = {}
    for file, tenant in tenants:
        files.setdefault(tenant.name, []).append(file)
    return [
        Fault(
            file=others[0],
            where="name",
            given=f"{name!r}, which {' and '.join(others[1:])} says too",
            allowed="one tenant of a name",
            why="namespace and roles are named after the tenant, so one would take over the other's",
            write="another name in one of the files",
        )
        for name, others in files.items()
        if len(others) > 1
    ]


def check_overlaps(tenants: Sequence[tuple[str, TenantSpec]]) -> list[Fault]:
    """Places in S3 and tables that two tenants may write; each comes with its file, and the later one's gets the fault.

    What one writes and another reads is no overlap: that is how data is handed on.
    """
    return [
        Fault(
            file=file,
            where=where,
            given=f"{written}, where {other_written} is written by tenant {other.name} ({other_file})",
            allowed="places that no other tenant writes",
            why="each could change or delete what the other wrote, and none could say whose it is",
            write="a place of its own; the other tenant may name it under read",
        )
        for (other_file, other), (file, tenant) in combinations(tenants, 2)
        if other.name != tenant.name
        for where, written in _written(tenant)
        for _, other_written in _written(other)
        if _overlap(written, other_written)
    ]


def _written(tenant: TenantSpec) -> Iterator[tuple[str, str]]:
    """What a tenant may write, each with its key: prefixes, `glue:database.table` and `dynamodb:table`."""
    for number, role in enumerate(tenant.roles):
        for index, uri in enumerate(role.write):
            if not s3.check_prefix(uri):
                yield f"roles[{number}].write[{index}]", uri
        for index, name in enumerate(role.glue.write):
            yield f"roles[{number}].glue.write[{index}]", f"glue:{name}"
        for index, name in enumerate(role.dynamodb.write):
            yield f"roles[{number}].dynamodb.write[{index}]", f"dynamodb:{name}"


def _overlap(one: str, other: str) -> bool:
    """Whether one place is the other or lies in it: a folder in a folder, a table in a database."""
    short, long = sorted((one, other), key=len)
    inside = long.startswith("s3://") or (long.startswith("glue:") and long[len(short) :].startswith("."))
    return one == other or (inside and long.startswith(short))
