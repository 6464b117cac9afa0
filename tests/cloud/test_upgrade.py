"""A state that an earlier version made is taken over without replacing anything.

`states/<tag>.json` is what `pulumi stack export` gave for stack `local` at that tag, without the places in the source.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local import stack
from local.folder import Folder
from tests.cloud.conftest import Cloud, running_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud
STATES = sorted((Path(__file__).parent / "states").glob("*.json"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Cloud]:
    """An embedded cloud with a stack and nothing on it."""
    for cloud in running_cloud(Folder(tmp_path_factory.mktemp("bare")), lifeline):
        stack.select(cloud.shell)
        yield cloud


GONE = {
    # The nodes' role no longer has the network plugin's rights: the plugin has a role of its own.
    "cluster-system-instance-AmazonEKS_CNI_Policy",
}


@pytest.mark.parametrize("state", STATES, ids=[state.stem for state in STATES])
def test_an_earlier_versions_state_is_taken_over_without_replacing_anything(bare: Cloud, state: Path) -> None:
    bare.pulumi("stack", "import", "--stack", stack.STACK, "--file", str(state))
    planned = json.loads(bare.pulumi("preview", "--stack", stack.STACK, "--json"))
    others = {
        step["urn"].rpartition("::")[2]: step["op"]
        for step in planned["steps"]
        if step["op"] not in ("same", "create", "update")
    }
    assert set(others) <= GONE, others
    assert set(others.values()) <= {"delete"}
