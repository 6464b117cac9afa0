"""A state that an earlier version made is taken over without replacing anything.

`states/<tag>.json` is what `pulumi stack export` gave for stack `local` at that tag, without the places in the source.
The clusters of these states are gone, and a chart cannot be previewed without one: so nodes are node groups here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from local import stack
from local.folder import CHECKOUT, Folder
from tests.cloud.conftest import running_cloud
from tests.cloud.project_copy import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cloud
STATES = sorted((Path(__file__).parent / "states").glob("*.json"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Copy]:
    """An embedded cloud with nothing on it, and a stack `local` that asks for no chart."""
    config = CHECKOUT / "stacks" / "config"
    settings = yaml.safe_load((config / "Pulumi.local.yaml").read_text())["config"]
    own = {key.removeprefix("tenancy:"): value for key, value in settings.items()} | {"capacity": {"by": "nodeGroups"}}
    tenants = [yaml.safe_load(file.read_text()) for file in sorted((config / "tenants").glob("*.yaml"))]
    for cloud in running_cloud(Folder(tmp_path_factory.mktemp("bare")), lifeline):
        copy = Copy.make(cloud, tmp_path_factory.mktemp("project"))
        ours = [{**each, "placement": "shared"} for each in tenants if each["stack"] == stack.STACK]
        copy.write(stack.STACK, own, *ours)
        cloud.pulumi("stack", "select", "--create", stack.STACK, project=copy.folder)
        yield copy


GONE = {
    # The nodes' role no longer has the network plugin's rights: the plugin has a role of its own.
    "cluster-system-instance-AmazonEKS_CNI_Policy",
}


@pytest.mark.parametrize("state", STATES, ids=[state.stem for state in STATES])
def test_an_earlier_versions_state_is_taken_over_without_replacing_anything(bare: Copy, state: Path) -> None:
    bare.pulumi(stack.STACK, "stack", "import", "--file", str(state))
    planned = json.loads(bare.pulumi(stack.STACK, "preview", "--json"))
    others = {
        step["urn"].rpartition("::")[2]: step["op"]
        for step in planned["steps"]
        if step["op"] not in ("same", "create", "update")
    }
    assert set(others) <= GONE, others
    assert set(others.values()) <= {"delete"}
