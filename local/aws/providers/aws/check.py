"""Check: the inputs as the stand-in takes them, with defaults and generated names, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws import naming
from local.aws.providers.aws.wire import plain

if TYPE_CHECKING:
    from local.aws.providers.aws.resource import Resource

DEFAULTS: Final = "__defaults"
"""The input in which the provider notes, as pulumi-aws does, which inputs it gave itself."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with an input."""

    property: str
    reason: str


def check(
    resource: Resource,
    name: str,
    olds: dict[str, Any],
    news: dict[str, Any],
    seed: bytes,
) -> tuple[dict[str, Any], list[Problem]]:
    """Give the checked inputs and the problems; `name` is the logical name, `olds` the inputs of last time."""
    inputs = {key: value for key, value in news.items() if key != DEFAULTS}
    problems = _unhandled(resource, inputs)
    problems += [
        Problem(required, f"{resource.sdk.type}.{required} is required")
        for required in sorted(resource.sdk.required - inputs.keys())
    ]
    given = {key: value for key, value in resource.row.defaults.items() if key not in inputs}
    try:
        given |= _name(resource, name, olds, inputs, seed)
    except ValueError as error:
        problems.append(Problem("", f"{resource.sdk.type} {name}: {error}"))
    inputs |= given
    inputs[DEFAULTS] = sorted(given)
    return inputs, problems


def _unhandled(resource: Resource, inputs: dict[str, Any]) -> list[Problem]:
    file = f"local/aws/providers/aws/tables/{resource.table}.py"
    strange = sorted(inputs.keys() - resource.handled)
    problems = [
        Problem(name, f"the embedded cloud does not handle {resource.sdk.type}.{name}; add it to {file}")
        if name in resource.sdk.inputs
        else Problem(name, f"{resource.sdk.type} has no input {name}")
        for name in strange
    ]
    known = {name: plain(value) for name, value in inputs.items() if name not in strange}
    for misfit in resource.misfits(known):
        top = misfit.path.split(".")[0].split("[")[0]
        what = f"{resource.sdk.type}.{misfit.path}"
        reason = f"the embedded cloud does not handle {what}; add it to {file}"
        problems.append(Problem(top, reason if misfit.reason == "unhandled" else f"{what}: {misfit.reason}"))
    return problems


def _name(
    resource: Resource,
    name: str,
    olds: dict[str, Any],
    inputs: dict[str, Any],
    seed: bytes,
) -> dict[str, Any]:
    """Give the generated name, the old one if it was generated, nothing if the program names the resource."""
    rule = resource.row.autoname
    if rule is None or rule.name in inputs or rule.prefixed_by in inputs:
        return {}
    if rule.name in plain(olds.get(DEFAULTS, [])):
        return {rule.name: olds[rule.name]}
    return {rule.name: naming.generate(rule, name, seed)}
