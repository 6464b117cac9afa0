"""The answer to the engine's question what would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import provider_pb2

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def answer(changed: Sequence[str], *, replaces: Collection[str], delete_before_replace: bool = False) -> Any:
    """The answer.

    Args:
        changed: Inputs whose values differ.
        replaces: Those of them that need another resource.
        delete_before_replace: Whether the old resource must go first.
    """
    kinds: Any = provider_pb2.PropertyDiff
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=changed,
        replaces=list(replaces),
        deleteBeforeReplace=delete_before_replace and bool(replaces),
        hasDetailedDiff=True,
        detailedDiff={
            name: kinds(kind=kinds.UPDATE_REPLACE if name in replaces else kinds.UPDATE, inputDiff=True)
            for name in changed
        },
    )
