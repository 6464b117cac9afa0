"""The files of all tenants, read and judged together, whichever stack they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emr.fault import Fault
from spec.tenant import TenantSpec
from spec.tenant_checks import check_tenant
from spec.tenant_network_checks import check_peers
from spec.tenants_together import check_overlaps, check_unique
from stacks import documents, shapes
from stacks.paths import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spec.place import Place

_SUFFIX = ".yaml"
_STACK_FILE = "Pulumi.*.yaml"


def read(folder: Path, place: Place) -> tuple[list[TenantSpec], list[Fault]]:
    """All tenants, sorted by name, and what is wrong with their files.

    A file with a fault is one whichever stack it names: a tenant that is not understood would be taken for removed.

    Args:
        folder: where stack files lie, and tenant files in its folder `tenants`.
        place: the platform on which names are composed.
    """
    stacks = sorted(path.name.split(".")[1] for path in folder.glob(_STACK_FILE))
    paths = sorted(path for path in (folder / "tenants").glob("*") if path.is_file())
    faults = [_not_a_tenant_file(path) for path in paths if path.suffix != _SUFFIX]
    tenants: list[tuple[str, TenantSpec]] = []
    for path in paths:
        if path.suffix == _SUFFIX:
            tenant, found = _tenant(path, stacks, place)
            faults += [fault.of_file(shown(path)) for fault in found]
            tenants += [(shown(path), tenant)] if tenant else []
    faults += [*check_unique(tenants), *check_overlaps(tenants), *check_peers(tenants)]
    return sorted((tenant for _, tenant in tenants), key=lambda tenant: tenant.name), faults


def _tenant(path: Path, stacks: Sequence[str], place: Place) -> tuple[TenantSpec | None, list[Fault]]:
    data, faults = documents.read(path)
    if faults:
        return None, faults
    sample = {"name": path.stem, "owner": "someone", "costCentre": "some", "stack": stacks[0] if stacks else ""}
    tenant, faults = shapes.shape(TenantSpec, data, sample)
    faults += check_tenant(tenant, place)
    if tenant.name != path.stem:
        faults.append(
            Fault(
                where="name",
                given=f"{tenant.name!r} in a file named {path.name}",
                allowed="the name of the file",
                why="so a tenant is found by its name, and no two files can be one tenant",
                write=f"{path.stem}, or rename the file to {tenant.name}{_SUFFIX}",
            )
        )
    if tenant.stack not in stacks:
        faults.append(
            Fault(
                where="stack",
                given=repr(tenant.stack),
                allowed=", ".join(stacks) or "no stack: there is no stack file",
                why="a tenant of a stack that is not there would be removed from the one that has it",
                write="a stack that has a file Pulumi.<stack>.yaml",
            )
        )
    return tenant, faults


def _not_a_tenant_file(path: Path) -> Fault:
    return Fault(
        file=shown(path),
        given=f"a file ending in {path.suffix or 'nothing'}",
        allowed=f"files <tenant>{_SUFFIX}",
        why="its tenant would be passed over in silence",
        write=f"{path.stem}{_SUFFIX} as the file's name, or keep the file elsewhere",
    )
