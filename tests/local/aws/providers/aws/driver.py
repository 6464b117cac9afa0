"""Speaks to the stand-in as the engine does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.aws.providers.aws import wire

if TYPE_CHECKING:
    from local.aws.providers.aws.server import Servicer

KEYS = {"aws_access_key_id": "AKIALOCALDEPLOYER000", "aws_secret_access_key": "local-deployer-secret"}
proto: Any = provider_pb2


@dataclass(frozen=True)
class Diff:
    changes: bool
    replaces: list[str]
    detailed: dict[str, str]
    delete_first: bool


@dataclass
class Engine:
    """Calls the provider as the engine does; property values are plain Python, secrets and unknowns as in `wire`."""

    stub: Any
    servicer: Servicer = field(repr=False)

    @staticmethod
    def urn(token: str, name: str) -> str:
        return f"urn:pulumi:stack::project::my:index:Parent${token}::{name}"

    def configure(self, **arguments: Any) -> None:
        self.stub.Configure(proto.ConfigureRequest(args=wire.encode(arguments)))

    def check(
        self, token: str, news: dict[str, Any], *, olds: dict[str, Any] | None = None, name: str = "it"
    ) -> tuple[dict[str, Any], list[str]]:
        answer = self.stub.Check(
            proto.CheckRequest(
                urn=self.urn(token, name),
                olds=wire.encode(olds or {}),
                news=wire.encode(news),
                randomSeed=name.encode(),
            )
        )
        return wire.decode(answer.inputs), [failure.reason for failure in answer.failures]

    def checked(self, token: str, news: dict[str, Any], *, name: str = "it") -> dict[str, Any]:
        inputs, failures = self.check(token, news, name=name)
        assert failures == []
        return inputs

    def diff(
        self,
        token: str,
        *,
        olds: dict[str, Any],
        news: dict[str, Any],
        old_inputs: dict[str, Any] | None = None,
        ignore: tuple[str, ...] = (),
    ) -> Diff:
        answer = self.stub.Diff(
            proto.DiffRequest(
                id="id",
                urn=self.urn(token, "it"),
                olds=wire.encode(olds),
                news=wire.encode(news),
                old_inputs=wire.encode(old_inputs or {}),
                ignoreChanges=ignore,
            )
        )
        kinds = {path: proto.PropertyDiff.Kind.Name(each.kind) for path, each in answer.detailedDiff.items()}
        changes = answer.changes == proto.DiffResponse.DIFF_SOME
        return Diff(changes, list(answer.replaces), kinds, answer.deleteBeforeReplace)

    def create(
        self, token: str, inputs: dict[str, Any], *, name: str = "it", preview: bool = False, timeout: float = 0
    ) -> tuple[str, dict[str, Any]]:
        properties = wire.encode(inputs)
        answer = self.stub.Create(
            proto.CreateRequest(urn=self.urn(token, name), properties=properties, preview=preview, timeout=timeout)
        )
        return answer.id, wire.decode(answer.properties)

    def read(
        self, token: str, id_: str, state: dict[str, Any], inputs: dict[str, Any] | None
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Give id (empty if gone), inputs, outputs."""
        answer = self.stub.Read(
            proto.ReadRequest(
                id=id_,
                urn=self.urn(token, "it"),
                properties=wire.encode(state),
                inputs=None if inputs is None else wire.encode(inputs),
            )
        )
        return answer.id, wire.decode(answer.inputs), wire.decode(answer.properties)

    def update(
        self,
        token: str,
        id_: str,
        *,
        olds: dict[str, Any],
        news: dict[str, Any],
        old_inputs: dict[str, Any] | None = None,
        preview: bool = False,
    ) -> dict[str, Any]:
        answer = self.stub.Update(
            proto.UpdateRequest(
                id=id_,
                urn=self.urn(token, "it"),
                olds=wire.encode(olds),
                news=wire.encode(news),
                old_inputs=wire.encode(old_inputs or {}),
                preview=preview,
            )
        )
        return wire.decode(answer.properties)

    def delete(self, token: str, id_: str, state: dict[str, Any]) -> None:
        self.stub.Delete(proto.DeleteRequest(id=id_, urn=self.urn(token, "it"), properties=wire.encode(state)))

    def invoke(self, token: str, **arguments: Any) -> dict[str, Any]:
        answer = self.stub.Invoke(proto.InvokeRequest(tok=token, args=wire.encode(arguments)))
        return wire.decode(getattr(answer, "return"))


def refused(call: Any, *arguments: Any, **options: Any) -> tuple[grpc.StatusCode, str]:
    """Call and give the status and message with which it is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    return caught.value.code(), caught.value.details() or ""  # pyright: ignore[reportAttributeAccessIssue]


def unfinished(call: Any, *arguments: Any, **options: Any) -> tuple[str, dict[str, Any], list[str]]:
    """Call and give id, outputs and reasons of the resource that was made but did not become ready."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    metadata: Any = caught.value.trailing_metadata()  # pyright: ignore[reportAttributeAccessIssue]
    trailing = dict(metadata)
    status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
    failed = proto.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failed)
    return failed.id, wire.decode(failed.properties), list(failed.reasons)
