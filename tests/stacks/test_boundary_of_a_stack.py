from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from stacks.deployer import policies
from stacks.settings import ConfigurationError, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Recording

VALUES = {
    "tenancy:platform": "emr",
    "tenancy:account": "123456789012",
    "tenancy:region": "us-west-2",
    "tenancy:cluster": '{"runner": "insideVpc"}',
}
BOUNDARY = "arn:aws:iam::123456789012:policy/tenants"
OTHER = "arn:aws:iam::123456789012:policy/others"


def folder(path: Path, **tenant: str) -> Path:
    (path / "tenants").mkdir()
    (path / "Pulumi.local.yaml").touch()
    data = {"name": "analytics", "owner": "team", "costCentre": "4711", "stack": "local", **tenant}
    (path / "tenants" / "analytics.yaml").write_text(yaml.safe_dump(data))
    return path


def denied_beyond(path: Path, values: dict[str, str]) -> list[list[str]]:
    statements = [each for document in policies(judge("local", values, path)) for each in document["Statement"]]
    return [
        each["Condition"]["StringNotEquals"]["iam:PermissionsBoundary"]
        for each in statements
        if each["Sid"] == "OnlyBoundRoles"
    ]


@pytest.mark.covers("PM-20")
def test_the_deployer_of_a_stack_with_a_boundary_gives_it_and_those_of_its_tenants(tmp_path: Path) -> None:
    path = folder(tmp_path, boundary=OTHER)
    assert denied_beyond(path, {**VALUES, "tenancy:boundary": BOUNDARY}) == [[OTHER, BOUNDARY]]
    assert denied_beyond(path, VALUES) == []


@pytest.mark.covers("PM-20")
def test_every_job_role_of_a_stack_bears_its_boundary_and_no_other_role_does(
    record_stack: Callable[..., Recording], stack_config: Callable[[str], dict[str, str]]
) -> None:
    recording = record_stack("local", config={**stack_config("local"), "tenancy:boundary": BOUNDARY})
    of_jobs = {each.name for each in recording.of("tenancy:index:JobRole")}
    roles = {each.name: each.inputs.get("permissionsBoundary") for each in recording.of("aws:iam/role:Role")}
    assert of_jobs
    assert {name for name, boundary in roles.items() if boundary == BOUNDARY} == {f"{name}-role" for name in of_jobs}
    assert set(roles.values()) == {BOUNDARY, None}


def test_what_is_no_policy_is_refused_under_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        judge("local", {**VALUES, "tenancy:boundary": "tenants"}, folder(tmp_path))
    (fault,) = caught.value.faults
    assert fault.where == "tenancy:boundary"
    assert "managed policy" in fault.why
