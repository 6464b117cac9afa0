"""Every call that the platform's coming up and going down really makes is allowed by the deployer's policies."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest

from local import stack
from local.folder import Folder
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud

REASONS = {
    "sts:GetCallerIdentity": "takes no permission (STS API reference)",
    **dict.fromkeys(
        ("s3:GET", "s3:HEAD", "s3:PUT", "s3:DELETE", "s3:POST"),
        "S3's calls are counted by HTTP method; the stand-in's S3 operations are compared one by one elsewhere",
    ),
}
"""Calls that no statement names, with the reason."""
ACTIONS = {"monitoring": "cloudwatch"}
"""Prefixes of IAM actions that differ from the name under which a service signs."""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Cloud]:
    yield from running_cloud(Folder(tmp_path_factory.mktemp("rights")), lifeline)


def calls(cloud: Cloud) -> set[str]:
    with urllib.request.urlopen(f"{cloud.endpoint}/_local/calls") as reply:  # noqa: S310 - of the emulator here
        counted: dict[str, dict[str, int]] = json.load(reply)
    return {
        f"{ACTIONS.get(service, service)}:{operation}"
        for service, operations in counted.items()
        for operation in operations
    }


@pytest.fixture(scope="module")
def made_and_allowed(fresh: Cloud) -> tuple[set[str], set[str]]:
    """The calls of `up` and `destroy`, and the actions that the stack's own output allows."""
    stack.select(fresh.shell)
    before = calls(fresh)
    fresh.pulumi("up", "--yes", "--skip-preview", "--stack", stack.STACK)
    printed = fresh.pulumi("stack", "output", "foundation", "--json", "--stack", stack.STACK)
    fresh.pulumi("destroy", "--yes", "--skip-preview", "--stack", stack.STACK)
    documents = [json.loads(text) for text in json.loads(printed)["deployerPolicies"]]
    allowed = {
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }
    return calls(fresh) - before, allowed


def test_every_call_of_up_and_destroy_is_allowed_to_the_deployer(made_and_allowed: tuple[set[str], set[str]]) -> None:
    made, allowed = made_and_allowed
    assert {"eks:CreateCluster", "eks:DeleteCluster", "ec2:CreateVpc", "iam:CreateServiceLinkedRole"} <= made
    assert made - allowed - REASONS.keys() == set()


def test_every_reason_is_one_of_a_call_that_is_made_and_not_allowed(
    made_and_allowed: tuple[set[str], set[str]],
) -> None:
    made, allowed = made_and_allowed
    assert not REASONS.keys() & allowed
    assert REASONS.keys() - made <= {"s3:POST", "sts:GetCallerIdentity"}
