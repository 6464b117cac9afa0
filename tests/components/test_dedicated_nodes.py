from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Recording

POOL = "kubernetes:karpenter.sh/v1:NodePool"
TENANTS = {
    "risk": "name: risk\nowner: x\ncostCentre: 'y'\nstack: local\nplacement: dedicated\n",
    "sandbox": "name: sandbox\nowner: x\ncostCentre: 'y'\nstack: local\n",
}


@pytest.fixture
def placed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_stack: Callable[..., Recording],
    stack_config: Callable[[str], dict[str, str]],
) -> Recording:
    """A stack with a dedicated tenant and one that shares."""
    (tmp_path / "tenants").mkdir()
    for name, text in TENANTS.items():
        (tmp_path / "tenants" / f"{name}.yaml").write_text(text)
    (tmp_path / "Pulumi.local.yaml").write_text("")
    monkeypatch.setattr(settings, "FOLDER", tmp_path)
    return record_stack("local", config=stack_config("local"))


def pool(recording: Recording, name: str) -> dict[str, Any]:
    (found,) = [each.inputs["spec"] for each in recording.of(POOL) if each.inputs["metadata"]["name"] == name]
    return found


@pytest.mark.covers("RM-18")
def test_a_dedicated_tenant_has_pools_of_its_own_that_keep_others_off(placed: Recording) -> None:
    names = [each.inputs["metadata"]["name"] for each in placed.of(POOL)]
    assert sorted(names) == ["drivers", "executors", "risk-drivers", "risk-executors"]
    own = {"key": "nodes.tenancy/tenant", "value": "risk", "effect": "NoSchedule"}
    for purpose in ("drivers", "executors"):
        spec = pool(placed, f"risk-{purpose}")
        assert spec["template"]["metadata"]["labels"]["nodes.tenancy/tenant"] == "risk"
        assert own in spec["template"]["spec"]["taints"]
        assert spec["template"]["spec"]["nodeClassRef"]["name"] == "default"
        assert spec["limits"] == {"cpu": "2000", "memory": "8000Gi"}
        assert spec["disruption"] == pool(placed, purpose)["disruption"]
        assert own not in pool(placed, purpose)["template"]["spec"].get("taints", [])


def test_a_dedicated_tenant_goes_before_its_nodes_and_they_before_the_node_class(placed: Recording) -> None:
    own = [each for each in placed.of(POOL) if each.inputs["metadata"]["name"].startswith("risk-")]
    risk, sandbox = (
        placed.one("tenancy:index:VirtualCluster", f"{name}-virtual-cluster") for name in ("risk", "sandbox")
    )
    for each in own:
        assert placed.waits_for(risk, each)
        assert not placed.waits_for(sandbox, each)
        assert placed.waits_for(each, placed.one("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"))
        assert placed.waits_for(each, placed.one("kubernetes:helm.sh/v4:Chart", "capacity-karpenter-controller"))


def test_its_namespace_holds_its_pods_to_its_own_nodes(placed: Recording) -> None:
    notes = {
        each.name: each.inputs["metadata"].get("annotations", {}) for each in placed.of("kubernetes:core/v1:Namespace")
    }
    assert notes["risk-namespace"]["admission.tenancy/own-nodes"] == "nodes.tenancy/tenant=risk"
    assert "nodes.tenancy/tenant=risk" in notes["risk-namespace"]["admission.tenancy/node-selectors"]
    assert "nodes.tenancy/tenant" not in "".join(notes["sandbox-namespace"].values())


def test_with_node_groups_nobody_has_nodes_of_his_own(
    tmp_path: Path, stack_config: Callable[[str], dict[str, str]]
) -> None:
    (tmp_path / "tenants").mkdir()
    (tmp_path / "tenants" / "risk.yaml").write_text(TENANTS["risk"])
    (tmp_path / "Pulumi.local.yaml").write_text("")
    config = stack_config("local") | {"tenancy:capacity": '{"by": "nodeGroups"}'}
    with pytest.raises(settings.ConfigurationError, match=r"tenancy:capacity.by: 'nodeGroups', with placement"):
        settings.judge("local", config, tmp_path)
