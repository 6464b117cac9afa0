"""The layers that a stack builds, each on the one before, whether that is built here or there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spec.contracts import exported
from stacks import adoption, foundation, platform, providers, tenants
from stacks.lifting import lifted

if TYPE_CHECKING:
    from stacks.settings import Settings


def build(settings: Settings) -> dict[str, Any]:
    """Make the layers of a stack; their contracts by the names of the stack's outputs."""
    adoption.take_back(settings)
    amazon = providers.amazon(settings)
    base = foundation.build(settings, amazon)
    found: dict[str, Any] = {"foundation": exported(base)}
    if settings.up_to == "foundation":
        return found
    everywhere = [*amazon, providers.cluster(base)]
    there = settings.existing.platform
    shared = lifted(there) if there else platform.build(settings, base, everywhere)
    found["platform"] = exported(shared)
    if settings.up_to == "tenants":
        teams = tenants.build(settings, base, shared, everywhere)
        found["tenants"] = {name: exported(tenant) for name, tenant in teams.items()}
    return found
