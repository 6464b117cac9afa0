"""The protocol as the engine speaks it, over gRPC, to a servicer with one resource that does as it is told."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from botocore.exceptions import EndpointConnectionError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import errors_pb2, provider_pb2, status_pb2

from plugin.custom_resource import Refused, State, Unfinished
from plugin.property_values import UNKNOWN, decode, encode
from tests.plugin.fake_emr import service_error
from tests.plugin.fake_engine import Engine

URN = "urn:pulumi:s::p::tenancy:index:Tenant$tenancy:index:Thing::t"


@pytest.fixture(scope="module")
def running():
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def engine(running):
    running.thing.error, running.thing.absent = None, False
    running.log.warnings.clear()
    return running


def test_it_says_its_version_and_that_secrets_and_previews_are_its_own_matter(engine):
    assert engine.ask.GetPluginInfo(empty_pb2.Empty()).version == "1.2.3"
    answer = engine.ask.Configure(provider_pb2.ConfigureRequest(args=encode({"region": "us-west-2"})))
    assert (answer.acceptSecrets, answer.supportsPreview, answer.acceptResources) == (True, True, True)


def test_a_check_fills_in_defaults_keeps_secrets_and_refuses_strange_inputs_by_name(engine):
    answer = engine.ask.Check(provider_pb2.CheckRequest(urn=URN, news=encode({"name": "n"}, ["name"])))
    assert decode(answer.inputs).values == {"name": "n", "size": 1}
    assert decode(answer.inputs).secrets == {"name"}
    answer = engine.ask.Check(provider_pb2.CheckRequest(urn=URN, news=encode({"colour": "red", "size": 3})))
    assert [one.property for one in answer.failures] == ["colour", "size"]
    assert "has no input 'colour'; it has name, size" in answer.failures[0].reason


@pytest.mark.parametrize(
    ("news", "changes", "replaces"),
    [
        ({"name": "n", "size": 1}, provider_pb2.DiffResponse.DIFF_NONE, []),
        ({"name": "n", "size": 2}, provider_pb2.DiffResponse.DIFF_SOME, []),
        ({"name": "m", "size": 1}, provider_pb2.DiffResponse.DIFF_SOME, ["name"]),
        ({"name": UNKNOWN, "size": 1}, provider_pb2.DiffResponse.DIFF_SOME, ["name"]),
        ({"size": 1}, provider_pb2.DiffResponse.DIFF_SOME, ["name"]),
    ],
)
def test_a_difference_is_told_by_input(engine, news, changes, replaces):
    olds = encode({"name": "n", "size": 1})
    answer = engine.ask.Diff(provider_pb2.DiffRequest(urn=URN, id="t-1", old_inputs=olds, olds=olds, news=encode(news)))
    assert (answer.changes, list(answer.replaces)) == (changes, replaces)
    assert answer.deleteBeforeReplace == bool(replaces)
    kinds = {one.kind for one in answer.detailedDiff.values()}
    expected = provider_pb2.PropertyDiff.UPDATE_REPLACE if replaces else provider_pb2.PropertyDiff.UPDATE
    assert kinds == ({expected} if news != {"name": "n", "size": 1} else set())


def test_changes_that_the_program_ignores_are_none(engine):
    request = provider_pb2.DiffRequest(
        urn=URN, old_inputs=encode({"name": "n"}), news=encode({"name": "m"}), ignoreChanges=["name"]
    )
    assert engine.ask.Diff(request).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_preview_does_nothing_and_says_what_is_not_known_yet(engine):
    engine.thing.error = AssertionError("a preview must not get here")
    made = engine.ask.Create(
        provider_pb2.CreateRequest(urn=URN, properties=encode({"name": "n"}, ["name"]), preview=True)
    )
    assert (made.id, decode(made.properties).values) == ("", {"name": "n", "arn": UNKNOWN})
    assert decode(made.properties).secrets == {"name"}
    request = provider_pb2.UpdateRequest(
        urn=URN, id="t-1", olds=encode({"name": "n", "arn": "arn:t-1"}), news=encode({"size": 2}), preview=True
    )
    assert decode(engine.ask.Update(request).properties).values == {"size": 2, "arn": "arn:t-1"}


def test_operations_reach_the_resource_and_their_states_the_engine(engine):
    made = engine.ask.Create(provider_pb2.CreateRequest(urn=URN, properties=encode({"name": "n"}, ["name"]), timeout=5))
    assert (made.id, decode(made.properties).values) == ("t-1", {"name": "n", "arn": "arn:t-1"})
    assert decode(made.properties).secrets == {"name"}
    assert engine.thing.seen == {"inputs": {"name": "n"}, "urn": URN, "timeout": 5}
    assert engine.log.warnings == [(URN, "made")]
    engine.ask.Update(provider_pb2.UpdateRequest(urn=URN, id="t-1", olds=encode({"size": 1}), news=encode({"size": 2})))
    assert engine.thing.seen["old"] == State(id="t-1", outputs={"size": 1})
    engine.ask.Delete(provider_pb2.DeleteRequest(urn=URN, id="t-1", properties=encode({"size": 2})))
    assert engine.thing.seen["old"] == State(id="t-1", outputs={"size": 2})


def test_reading_gives_inputs_and_outputs_or_that_it_is_gone(engine):
    seen = engine.ask.Read(provider_pb2.ReadRequest(urn=URN, id="t-1", inputs=encode({"name": "n"}, ["name"])))
    assert decode(seen.inputs).values == {"name": "n"}
    assert decode(seen.inputs).secrets == {"name"}
    assert decode(seen.properties).values == {"name": "n", "arn": "arn:t-1"}
    assert decode(engine.ask.Read(provider_pb2.ReadRequest(urn=URN, id="t-1")).inputs).values == {"name": "imported"}
    engine.thing.absent = True
    assert engine.ask.Read(provider_pb2.ReadRequest(urn=URN, id="t-1")).id == ""


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (Refused("not now"), grpc.StatusCode.FAILED_PRECONDITION, "not now"),
        (Refused("again", grpc.StatusCode.ABORTED), grpc.StatusCode.ABORTED, "again"),
        (service_error("AccessDenied", "not you"), grpc.StatusCode.FAILED_PRECONDITION, "not you"),
        (EndpointConnectionError(endpoint_url="http://x"), grpc.StatusCode.UNAVAILABLE, "AWS could not be asked"),
    ],
)
def test_refusals_are_statuses_that_say_that_nothing_was_done(engine, error, code, says):
    engine.thing.error = error
    refused: Any = engine.refused("Delete", provider_pb2.DeleteRequest(urn=URN, id="t-1"))
    assert refused.code() == code
    assert says in refused.details()


def test_what_is_made_but_not_ready_is_kept_by_the_engine(engine):
    engine.thing.error = Unfinished("not ready", State(id="t-9", outputs={"name": "n"}))
    refused: Any = engine.refused(
        "Create", provider_pb2.CreateRequest(urn=URN, properties=encode({"name": "n"}, ["name"]))
    )
    details = status_pb2.Status.FromString(dict(refused.trailing_metadata())["grpc-status-details-bin"])
    kept = provider_pb2.ErrorResourceInitFailed()
    assert details.details[0].Unpack(kept)
    assert (kept.id, list(kept.reasons)) == ("t-9", ["not ready"])
    assert decode(kept.properties).values == {"name": "n"}
    assert decode(kept.properties).secrets == {"name"}
    assert not details.details[0].Is(errors_pb2.InputPropertiesError.DESCRIPTOR)


def test_a_type_that_it_does_not_have_is_named(engine):
    refused: Any = engine.refused("Create", provider_pb2.CreateRequest(urn=URN.replace("Thing", "Other")))
    assert "the plugin has no resource tenancy:index:Other; it has tenancy:index:Thing" in refused.details()


def test_the_provider_refuses_inputs_that_it_does_not_have(engine):
    answer = engine.ask.CheckConfig(
        provider_pb2.CheckRequest(news=encode({"regoin": "x", "profile": 5, "version": "1"}))
    )
    assert [one.property for one in answer.failures] == ["regoin", "profile"]


@pytest.mark.parametrize(
    ("olds", "news", "diffs", "replaces"),
    [
        ({"region": "a"}, {"region": "a"}, [], []),
        ({"region": "a"}, {"region": "b", "profile": "p"}, ["region", "profile"], ["region"]),
        ({}, {"region": "b"}, ["region"], []),
        ({"region": "a"}, {"region": UNKNOWN}, ["region"], []),
    ],
)
def test_another_region_replaces_what_the_provider_made(engine, olds, news, diffs, replaces):
    answer = engine.ask.DiffConfig(provider_pb2.DiffRequest(old_inputs=encode(olds), news=encode(news)))
    assert (list(answer.diffs), list(answer.replaces)) == (diffs, replaces)


def test_cancelling_ends_an_operation_that_waits():
    engine = Engine()
    future = engine.ask.Create.future(provider_pb2.CreateRequest(urn=URN, properties=encode({"name": "slow"})))
    assert engine.thing.waiting.wait(10)
    engine.ask.Cancel(empty_pb2.Empty())
    assert future.exception(timeout=10).code() == grpc.StatusCode.CANCELLED
    engine.close()
