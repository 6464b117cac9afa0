"""The protocol's own forms for differences and for errors."""

from __future__ import annotations

import sys
import traceback
from typing import Any, Final, NoReturn

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.aws.providers.aws import diff, wire
from local.aws.providers.aws.failures import PartlyDoneError, ProviderError, fault

proto: Any = provider_pb2
status: Any = status_pb2

_KINDS: Final = {"add": "ADD", "update": "UPDATE", "delete": "DELETE"}


def diff_response(found: diff.Difference) -> Any:
    """Give a difference as the engine wants it."""
    detailed: dict[str, Any] = {}
    for path, sort in found.paths.items():
        kind = _KINDS[sort] + ("_REPLACE" if diff.top_of(path) in found.replaces else "")
        detailed[path] = proto.PropertyDiff(kind=proto.PropertyDiff.Kind.Value(kind))
    return proto.DiffResponse(
        changes=proto.DiffResponse.DIFF_SOME if detailed else proto.DiffResponse.DIFF_NONE,
        replaces=sorted(found.replaces),
        diffs=sorted({diff.top_of(path) for path in found.paths}),
        detailedDiff=detailed,
        hasDetailedDiff=True,
        deleteBeforeReplace=bool(found.replaces) and found.delete_first,
    )


def abort(context: grpc.ServicerContext, error: Exception) -> NoReturn:
    """End the call with the status that tells the engine what happened."""
    if isinstance(error, PartlyDoneError):
        context.set_trailing_metadata((("grpc-status-details-bin", _init_failed(error)),))
        context.abort(error.reason.status, error.reason.message)
    if isinstance(error, ProviderError):
        if error.status is grpc.StatusCode.INTERNAL:
            traceback.print_exception(error, file=sys.stderr)
        context.abort(error.status, error.message)
    traceback.print_exception(error, file=sys.stderr)
    context.abort(grpc.StatusCode.INTERNAL, fault(error).message)


def _init_failed(error: PartlyDoneError) -> bytes:
    """Say in the protocol's form that the resource exists, and how: the engine then keeps it in its state."""
    failed = proto.ErrorResourceInitFailed(
        id=error.id,
        properties=wire.encode(error.properties),
        reasons=[error.reason.message],
    )
    result = status.Status(code=error.reason.status.value[0], message=error.reason.message)
    result.details.add().Pack(failed)
    return result.SerializeToString()
