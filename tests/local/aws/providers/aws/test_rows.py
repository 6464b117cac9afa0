"""Every row of the tables, through the protocol, on the emulated cloud: one set of promises for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from local.aws.providers.aws import wire
from local.aws.providers.aws.check import DEFAULTS
from local.aws.providers.aws.registry import TABLES, rows
from tests.local.aws.providers.aws.driver import refused
from tests.local.aws.providers.aws.samples.every import NEEDED, SAMPLES

if TYPE_CHECKING:
    from local.aws.providers.aws.resource import Resource
    from tests.local.aws.providers.aws.driver import Engine
    from tests.local.aws.providers.aws.samples.sample import Sample
    from tests.local.aws.providers.aws.world import World

pytestmark = pytest.mark.cloud

TOKENS = sorted({token for module in TABLES for token in rows(module)})
PREFIXES = {"namePrefix", "bucketPrefix", "nodeGroupNamePrefix"}


@dataclass
class Made:
    """A resource that the provider has made."""

    sample: Sample
    resource: Resource
    inputs: dict[str, Any]
    id: str
    outputs: dict[str, Any]


def make(engine: Engine, world: World, sample: Sample) -> Made:
    inputs = engine.checked(sample.token, sample.inputs(world))
    id_, outputs = engine.create(sample.token, inputs)
    return Made(sample, engine.servicer.registry.resource(sample.token), inputs, id_, outputs)


@pytest.fixture(scope="module", params=SAMPLES, ids=str)
def made(request: pytest.FixtureRequest, engine: Engine, world: World) -> Made:
    """A resource of each sample, which a test must leave as it is."""
    return make(engine, world, request.param)


@pytest.fixture(params=SAMPLES, ids=str)
def own(request: pytest.FixtureRequest, engine: Engine, world: World) -> Made:
    """A resource of each sample, which a test may change."""
    return make(engine, world, request.param)


def updated(engine: Engine, made: Made, news: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
    return engine.update(made.sample.token, made.id, olds=olds or made.outputs, old_inputs=made.inputs, news=news)


@pytest.mark.parametrize("token", TOKENS)
def test_the_samples_give_every_property_that_a_row_handles(token: str, engine: Engine, world: World) -> None:
    resource = engine.servicer.registry.resource(token)
    given: set[str] = set()
    changed: set[str] = set()
    for sample in SAMPLES:
        if sample.token == token:
            given |= sample.inputs(world).keys()
            changed |= sample.changes(world).keys()
    assert given | PREFIXES | {"region"} >= resource.handled
    assert resource.handled | PREFIXES >= given
    assert changed == resource.updatable & resource.handled


def test_what_was_created_is_read_back_unchanged(made: Made, engine: Engine) -> None:
    token = made.sample.token
    id_, inputs, outputs = engine.read(token, made.id, made.outputs, made.inputs)
    assert (id_, inputs, outputs) == (made.id, made.inputs, made.outputs)
    assert not engine.diff(token, olds=outputs, old_inputs=inputs, news=made.inputs).changes


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_nothing_but_what_is_needed_gives_a_resource_without_differences(
    sample: Sample, engine: Engine, world: World
) -> None:
    token, resource = sample.token, engine.servicer.registry.resource(sample.token)
    needed = resource.sdk.required | NEEDED.get(token, set())
    given = {name: value for name, value in sample.inputs(world).items() if name in needed}
    inputs = engine.checked(token, given, name=world.name())
    id_, outputs = engine.create(token, inputs)
    assert engine.read(token, id_, outputs, inputs) == (id_, inputs, outputs)
    assert engine.diff(token, olds=outputs, old_inputs=inputs, news=inputs).detailed == {}
    _, imported, state = engine.read(token, id_, {}, None)
    assert engine.diff(token, olds=state, old_inputs=imported, news=inputs).replaces == []
    engine.delete(token, id_, outputs)


def test_outputs_are_properties_of_the_sdk(made: Made) -> None:
    assert made.outputs.keys() <= made.resource.sdk.properties.keys() | {"tagsAll"}
    required = made.resource.sdk.required
    assert required <= made.outputs.keys()


def test_an_import_gives_the_inputs_that_made_it(made: Made, engine: Engine) -> None:
    resource, token = made.resource, made.sample.token
    id_, inputs, outputs = engine.read(token, made.id, {}, None)
    assert id_ == made.id
    for name in resource.stateful & made.inputs.keys():
        assert resource.same(name, made.inputs[name], inputs.get(name)), name
    assert inputs.get("tags", {}) == made.inputs.get("tags", {})
    told = {
        name: value for name, value in made.inputs.items() if name not in resource.row.settings | resource.row.unread
    }
    assert engine.diff(token, olds=outputs, old_inputs=inputs, news=told).replaces == []


def test_a_second_creation_is_not_taken_for_the_first(made: Made, engine: Engine) -> None:
    if made.sample.adopts:
        engine.create(made.sample.token, made.inputs)
        return
    try:
        second, _ = engine.create(made.sample.token, made.inputs)
    except grpc.RpcError:
        status, message = refused(engine.create, made.sample.token, made.inputs)
        assert status != grpc.StatusCode.INTERNAL, message
        assert made.sample.token in message
    else:
        assert second != made.id


def test_a_preview_with_every_input_unknown_works(made: Made, engine: Engine) -> None:
    token = made.sample.token
    unknown = {name: wire.UNKNOWN for name in made.inputs if name != DEFAULTS}
    inputs, failures = engine.check(token, unknown)
    assert failures == []
    id_, outputs = engine.create(token, inputs, preview=True)
    assert id_ == ""
    assert all(outputs[name] is wire.UNKNOWN for name in made.resource.sdk.required)
    diff = engine.diff(token, olds=made.outputs, old_inputs=made.inputs, news=inputs)
    assert {path.split(".")[0] for path in diff.detailed} >= unknown.keys() - {"region"}
    engine.update(token, made.id, olds=made.outputs, old_inputs=made.inputs, news=inputs, preview=True)


def test_what_no_operation_updates_is_replaced(made: Made, engine: Engine) -> None:
    for name in made.resource.replacing & made.inputs.keys():
        news = {**made.inputs, name: wire.UNKNOWN}
        diff = engine.diff(made.sample.token, olds=made.outputs, old_inputs=made.inputs, news=news)
        assert diff.replaces == [name]


def test_an_unhandled_property_is_refused_by_name(made: Made, engine: Engine) -> None:
    resource, token = made.resource, made.sample.token
    for name in sorted(resource.sdk.inputs - resource.handled):
        _, failures = engine.check(token, {**made.inputs, name: "x"})
        assert any(f"{token}.{name}" in failure and "tables" in failure for failure in failures), failures


def test_every_change_is_made_and_read_back(own: Made, engine: Engine, world: World) -> None:
    token = own.sample.token
    for name, value in own.sample.changes(world).items():
        news = {**own.inputs, name: value}
        diff = engine.diff(token, olds=own.outputs, old_inputs=own.inputs, news=news)
        assert {path.split(".")[0].split("[")[0] for path in diff.detailed} == {name}
        assert diff.replaces == []
        own.outputs = updated(engine, own, news)
        id_, inputs, outputs = engine.read(token, own.id, own.outputs, news)
        assert (id_, inputs, outputs) == (own.id, news, own.outputs)
        own.inputs = news


def test_every_change_behind_the_stack_is_seen(own: Made, engine: Engine, world: World) -> None:
    token = own.sample.token
    changed = own.outputs
    news = own.inputs
    for name, value in own.sample.changes(world).items():
        if name == "deletionProtection":
            continue
        news = {**news, name: value}
        changed = engine.update(token, own.id, olds=changed, old_inputs=own.inputs, news=news)
        _, inputs, outputs = engine.read(token, own.id, own.outputs, own.inputs)
        diff = engine.diff(token, olds=outputs, old_inputs=inputs, news=own.inputs)
        assert name in {path.split(".")[0].split("[")[0] for path in diff.detailed}
        assert not own.resource.same(name, own.inputs[name], inputs.get(name))
    if "tags" in own.resource.handled:
        engine.update(token, own.id, olds=changed, old_inputs=news, news={**news, "tags": {"c": "3", "a": "9"}})
        _, inputs, outputs = engine.read(token, own.id, own.outputs, own.inputs)
        assert inputs["tags"] == {"c": "3", "a": "9"}
        assert outputs["tagsAll"] == {"c": "3", "a": "9", "platform": "test"}
        diff = engine.diff(token, olds=outputs, old_inputs=inputs, news=own.inputs)
        assert any(path.startswith("tags") for path in diff.detailed)


def test_what_is_deleted_is_gone_and_can_be_deleted_again(own: Made, engine: Engine) -> None:
    token = own.sample.token
    engine.delete(token, own.id, own.outputs)
    id_, _, _ = engine.read(token, own.id, own.outputs, own.inputs)
    assert bool(id_) == own.sample.stays
    engine.delete(token, own.id, own.outputs)
