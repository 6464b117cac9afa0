from __future__ import annotations

from typing import Any

import pytest

from plugin.custom_resource import Refused
from plugin.job_template import JobTemplate
from plugin.property_values import UNKNOWN
from tests.plugin.fake_emr import service_error

DATA: dict[str, Any] = {"executionRoleArn": "arn", "releaseLabel": "emr-7.9.0-latest", "jobDriver": {}}
INPUTS: dict[str, Any] = {"name": "emr-risk-daily", "jobTemplateData": DATA, "tags": {"tenant": "risk"}}
KIND = JobTemplate()


class FakeTemplates:
    """Job templates of EMR: client tokens hold for as long as the service remembers, deletions notwithstanding."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.unseen = 0
        self.lose_answer = False

    def create_job_template(self, *, clientToken: str, **parameters: Any) -> dict[str, Any]:  # noqa: N803
        if clientToken not in self.tokens:
            one = self.tokens[clientToken] = f"t{len(self.tokens)}"
            self.found[one] = {"tags": {}, **parameters, "id": one, "arn": f"arn:{one}"}
        if self.lose_answer:
            raise ConnectionError("killed")
        return {"id": self.tokens[clientToken]}

    def describe_job_template(self, *, id: str) -> dict[str, Any]:  # noqa: A002
        if self.unseen or id not in self.found:
            self.unseen = max(0, self.unseen - 1)
            raise service_error("ResourceNotFoundException")
        return {"jobTemplate": self.found[id]}

    def delete_job_template(self, *, id: str) -> None:  # noqa: A002
        if id not in self.found:
            raise service_error("ValidationException")
        del self.found[id]


@pytest.fixture
def templates() -> FakeTemplates:
    return FakeTemplates()


def test_creating_makes_the_template_with_its_tags_and_gives_its_id(call, templates):
    state = KIND.create(call(emr_containers=templates), INPUTS)
    made = templates.found["t0"]
    assert {name: made[name] for name in INPUTS} == INPUTS
    assert state.id == "t0"
    assert state.outputs == {**INPUTS, "jobTemplateId": "t0", "arn": "arn:t0"}


def test_a_run_killed_after_the_creation_finds_the_same_template_again(call, templates):
    templates.lose_answer = True
    with pytest.raises(ConnectionError):
        KIND.create(call(emr_containers=templates), INPUTS)
    templates.lose_answer = False
    templates.unseen = 2
    assert KIND.create(call(emr_containers=templates), INPUTS).id == "t0"
    assert len(templates.found) == 1


def test_after_a_deletion_the_same_inputs_make_another(call, templates, monkeypatch):
    monkeypatch.setattr("plugin.job_template._LOOKS", 2)
    first = KIND.create(call(emr_containers=templates), INPUTS)
    KIND.delete(call(emr_containers=templates), first)
    assert KIND.create(call(emr_containers=templates), INPUTS).id == "t1"
    assert KIND.create(call(emr_containers=templates), INPUTS).id == "t1"


def test_every_input_replaces_since_emr_changes_no_template(call, templates):
    assert KIND.replacing == KIND.inputs == {"name", "jobTemplateData", "tags"}
    assert not KIND.delete_before_replace
    state = KIND.create(call(emr_containers=templates), INPUTS)
    with pytest.raises(Refused, match="cannot be changed"):
        KIND.update(call(emr_containers=templates), state, INPUTS)


def test_reading_sees_tags_that_others_gave_and_that_it_is_gone(call, templates):
    state = KIND.create(call(emr_containers=templates), INPUTS)
    templates.found["t0"]["tags"] = {"tenant": "other", "aws:x": "y"}
    seen = KIND.read(call(emr_containers=templates), state.id, INPUTS)
    assert seen is not None
    assert seen.outputs["tags"] == {"tenant": "other"}
    del templates.found["t0"]
    assert KIND.read(call(emr_containers=templates), state.id, INPUTS) is None


def test_what_was_made_cannot_have_changed_so_what_emr_adds_is_no_difference_and_an_import_takes_it(call, templates):
    state = KIND.create(call(emr_containers=templates), INPUTS)
    told = {**DATA, "parameterConfiguration": {}}
    templates.found["t0"]["jobTemplateData"] = told
    for inputs, data in ((INPUTS, DATA), ({}, told)):
        seen = KIND.read(call(emr_containers=templates), state.id, inputs)
        assert seen is not None
        assert seen.outputs["jobTemplateData"] == data


def test_deleting_what_is_gone_is_no_error(call, templates):
    state = KIND.create(call(emr_containers=templates), INPUTS)
    KIND.delete(call(emr_containers=templates), state)
    KIND.delete(call(emr_containers=templates), state)
    assert templates.found == {}


def test_names_and_tags_that_emr_would_refuse_are_refused_before():
    filled, failures = KIND.check({"name": "a b", "jobTemplateData": DATA, "tags": {"aws:x": "y"}})
    assert filled["name"] == "a b"
    assert [each.property for each in failures] == ["name", "tags"]
    assert [each.property for each in KIND.check({"name": 1, "jobTemplateData": "x", "tags": []})[1]] == [
        "name",
        "tags",
        "jobTemplateData",
    ]


def test_values_that_are_not_known_yet_are_let_through():
    unknown = {"name": UNKNOWN, "jobTemplateData": {**DATA, "executionRoleArn": UNKNOWN}, "tags": {"a": UNKNOWN}}
    assert KIND.check(unknown) == (unknown, [])
    assert KIND.check({"name": "n", "jobTemplateData": DATA})[0]["tags"] == {}
