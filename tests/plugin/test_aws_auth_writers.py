"""Real-looking ConfigMaps, several writers at once: what is not ours stays byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plugin.aws_auth_entry import AwsAuthEntry
from plugin.custom_resource import Refused, State

if TYPE_CHECKING:
    from collections.abc import Callable

ROLE = "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers"
INPUTS: dict[str, Any] = {"clusterName": "prod", "roleArn": ROLE, "username": "emr-containers", "groups": []}
OURS = State(id=f"prod/{ROLE}", outputs=INPUTS)
OF_NODES = "system:node:{{EC2PrivateDNSName}}"
KIND = AwsAuthEntry()
QUOTES = st.sampled_from(['"', "'"])
NUMBERS = st.integers(0, 10**12 - 1).map(lambda number: f"{number:012}")


@pytest.fixture
def operation(call, api_server):
    return call(eks=api_server)


@st.composite
def flow(draw: st.DrawFn, number: int) -> str:
    """One entry in braces."""
    quote, gap = draw(QUOTES), draw(st.sampled_from(["", " ", "   "]))
    arn = f"arn:aws:iam::{draw(NUMBERS)}:role/team-{number}"
    fields = f"rolearn: {quote}{arn}{quote},{gap}username:  {quote}team-{number}{quote}, groups: [ a,b ]"
    return f"- {{{gap}{fields}{gap}}}\n"


@st.composite
def block(draw: st.DrawFn, number: int) -> str:
    """One entry on lines of its own, with its keys in any order and comments where people put them."""
    quote, comment = draw(QUOTES), draw(st.sampled_from(["", "   # asked for by: ops, #12"]))
    arn = f"arn:aws:iam::{draw(NUMBERS)}:role/eksctl-nodes-{number}"
    fields = [f"rolearn:   {arn}", f"username: {quote}{OF_NODES}{quote}"]
    fields.append("groups:\n  - system:bootstrappers\n  - system:nodes")
    order = draw(st.permutations(fields))
    head = draw(st.sampled_from(["", "# nodes: the first pool\n", "\n"]))
    return head + "- " + "\n  ".join(order).replace("\n  - ", "\n    - ") + comment + "\n"


@st.composite
def documents(draw: st.DrawFn) -> dict[str, str]:
    """The data of a ConfigMap, as eksctl, Terraform and people write it."""
    count = draw(st.integers(0, 6) | st.integers(150, 200))
    if count > 6:  # many alike, from three samples: a long list is about its length
        samples = [draw(block(number) if draw(st.booleans()) else flow(number)) for number in range(3)]
        entries = [samples[number % 3] for number in range(count)]
    else:
        entries = [draw(block(number) if draw(st.booleans()) else flow(number)) for number in range(count)]
    users = "- userarn: 'arn:aws:iam::123456789012:user/ops'\n  username: ops # people\n  groups:\n  - system:masters\n"
    data = {
        "mapRoles": "".join(entries),
        "mapUsers": draw(st.sampled_from(["", "[]", "# nobody\n[]\n", users])),
        "mapAccounts": draw(st.sampled_from(["", "[]\n", '- "123456789012"\n-   "012345678901"\n'])),
    }
    kept = draw(st.sets(st.sampled_from(["mapUsers", "mapAccounts"])))
    return {key: text for key, text in data.items() if key == "mapRoles" or key in kept}


def put(api_server: Any, data: dict[str, str]) -> None:
    api_server.version += 1
    api_server.config_map = {"metadata": {"name": "aws-auth"}, "data": dict(data)}


def slowly(function: Callable[..., None]) -> Callable[..., None]:
    """Each example puts its own ConfigMap, so that one server serves them all."""
    return settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )(function)


@pytest.mark.covers("CA-13")
@slowly
@given(data=documents())
def test_nothing_but_our_entry_is_added_and_removed(operation, api_server, data: dict[str, str]) -> None:
    put(api_server, data)
    KIND.create(operation, INPUTS)
    after = dict(api_server.config_map["data"])
    assert {**after, "mapRoles": ""} == {**data, "mapRoles": ""}
    assert after["mapRoles"].startswith(data["mapRoles"])
    ours = yaml.safe_load(after["mapRoles"][len(data["mapRoles"]) :])
    assert ours == [{"rolearn": ROLE, "username": "emr-containers"}]
    KIND.delete(operation, OURS)
    assert {**data, "mapRoles": ""} == {**api_server.config_map["data"], "mapRoles": ""}
    assert api_server.text == data["mapRoles"] or (not data["mapRoles"] and not yaml.safe_load(api_server.text))


@slowly
@given(data=documents(), times=st.integers(2, 4))
def test_an_entry_that_stands_there_twice_is_reported_and_nothing_is_merged(
    operation, api_server, data: dict[str, str], times: int
) -> None:
    data["mapRoles"] += times * f"- rolearn: {ROLE}\n  username: emr-containers\n"
    put(api_server, data)
    with pytest.raises(Refused) as caught:
        KIND.create(operation, INPUTS)
    assert str(caught.value).count("username emr-containers") >= times
    assert api_server.config_map["data"] == data


@slowly
@given(
    data=documents(), broken=st.sampled_from(["- rolearn: [x\n", "- 'open\n", "\t- a\n", "rolearn: x\n", "- text\n"])
)
@example(data={"mapRoles": ""}, broken="}\n")
def test_a_list_that_cannot_be_read_is_refused_and_nothing_is_written(
    operation, api_server, data: dict[str, str], broken: str
) -> None:
    data = {**data, "mapRoles": data["mapRoles"] + broken}
    put(api_server, data)
    api_server.asked.clear()
    for attempt in (lambda: KIND.create(operation, INPUTS), lambda: KIND.delete(operation, OURS)):
        with pytest.raises(Refused, match="is left as it is"):
            attempt()
    assert api_server.config_map["data"] == data
    assert {method for method, _, _ in api_server.asked} == {"GET"}


@slowly
@given(before=documents(), between=documents())
def test_a_write_of_others_between_our_reading_and_our_writing_survives_an_add_and_a_removal(
    operation, api_server, before: dict[str, str], between: dict[str, str]
) -> None:
    put(api_server, before)
    api_server.interfere.append(lambda: put(api_server, between))
    KIND.create(operation, INPUTS)
    assert not api_server.interfere
    assert api_server.text.startswith(between["mapRoles"])
    assert ROLE in api_server.text.removeprefix(between["mapRoles"])
    theirs = "- rolearn: arn:aws:iam::123456789012:role/late\n  username: late\n"
    whole = api_server.text
    api_server.interfere.append(lambda: put(api_server, {**between, "mapRoles": whole + theirs}))
    KIND.delete(operation, OURS)
    assert not api_server.interfere
    assert api_server.text == between["mapRoles"] + theirs
    assert {**between, "mapRoles": ""} == {**api_server.config_map["data"], "mapRoles": ""}
