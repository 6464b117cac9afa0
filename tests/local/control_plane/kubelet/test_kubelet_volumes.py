"""Volumes' content, hosts files and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.control_plane.kubelet import hosts, volumes
from local.control_plane.kubelet.addresses import Addresses
from local.control_plane.kubelet.fields import Place
from local.control_plane.kubelet.hosts import Hosts, Named
from local.control_plane.kubelet.sources import MissingError

if TYPE_CHECKING:
    from pathlib import Path

PLACE = Place(address="127.80.1.5", node_address="10.0.1.23", allocatable={})
POD: dict[str, Any] = {"metadata": {"name": "one", "namespace": "team"}, "spec": {"containers": [{"name": "main"}]}}


class World:
    """Stands for the API server."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def config_map(self, name: str, *, optional: bool) -> dict[str, bytes] | None:
        if name != "map":
            if optional:
                return None
            raise MissingError(f'configmap "{name}" not found')
        return {"a": b"A", "b": b"B"}

    def secret(self, name: str, *, optional: bool) -> dict[str, bytes] | None:
        assert not optional
        return {"s": name.encode()}

    def token(self, audience: str, seconds: int) -> str:
        self.asked.append((audience, seconds))
        return f"token for {audience}"


def content(**volume: Any) -> dict[str, bytes]:
    world: Any = World()
    return volumes.content({"name": "v", **volume}, POD, PLACE, world, world)


def test_a_config_map_gives_all_keys_or_those_named() -> None:
    assert content(configMap={"name": "map"}) == {"a": b"A", "b": b"B"}
    assert content(configMap={"name": "map", "items": [{"key": "b", "path": "x/y"}]}) == {"x/y": b"B"}
    assert content(configMap={"name": "none", "optional": True}) == {}
    with pytest.raises(MissingError, match="references non-existent config key: c"):
        content(configMap={"name": "map", "items": [{"key": "c", "path": "c"}]})
    missing = {"name": "map", "optional": True, "items": [{"key": "c", "path": "c"}]}
    assert content(configMap=missing) == {}


def test_a_projected_volume_holds_all_its_parts() -> None:
    world: Any = World()
    sources = [
        {"serviceAccountToken": {"audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token"}},
        {"configMap": {"name": "map", "items": [{"key": "a", "path": "a"}]}},
        {"secret": {"name": "hidden"}},
        {"downwardAPI": {"items": [{"path": "ns", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]
    found = volumes.content({"name": "v", "projected": {"sources": sources}}, POD, PLACE, world, world)
    assert found == {"token": b"token for sts.amazonaws.com", "a": b"A", "s": b"hidden", "ns": b"team"}
    assert world.asked == [("sts.amazonaws.com", 86400)]


def test_a_secret_volume_names_its_secret_otherwise() -> None:
    assert content(secret={"secretName": "hidden"}) == {"s": b"hidden"}


@pytest.mark.parametrize("kind", ["hostPath", "persistentVolumeClaim", "csi"])
def test_volumes_that_the_embedded_cloud_has_none_of(kind: str) -> None:
    pod = {"spec": {"volumes": [{"name": "fine", "emptyDir": {}}, {"name": "v", kind: {}}]}}
    assert f'volume "v" is of type {kind}: the embedded cloud has none' in volumes.refusal(pod)
    assert volumes.refusal({"spec": {"volumes": pod["spec"]["volumes"][:1]}}) == ""


def named(name: str, address: str, path: Path, namespace: str = "team") -> Named:
    return Named(namespace=namespace, name=name, labels={"app": name}, address=address, path=path)


def service(name: str, namespace: str = "team", **selector: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"selector": selector} if selector else {}}


def test_a_service_leads_to_the_pods_that_it_selects(tmp_path: Path) -> None:
    one, two = named("one", "127.80.1.1", tmp_path), named("two", "127.80.1.2", tmp_path)
    text = hosts.content(one, [service("svc", app="two"), service("bare")], [one, two], "machine")
    assert text.splitlines() == [
        "127.0.0.1 localhost",
        "127.80.1.1 one machine",
        "127.80.1.2 svc svc.team svc.team.svc svc.team.svc.cluster.local",
    ]


def test_hosts_files_follow_services_and_pods_of_their_own_namespace(tmp_path: Path) -> None:
    kept = Hosts()
    one, other = named("one", "127.80.1.1", tmp_path / "1"), named("one", "127.80.1.2", tmp_path / "2", "else")
    kept.add("u1", one)
    kept.add("u2", other)
    kept.service_changed(service("svc", app="one"))
    assert "127.80.1.1 svc " in one.path.read_text()
    assert "svc" not in other.path.read_text()
    kept.service_gone(service("svc", app="one"))
    assert "svc" not in one.path.read_text()
    kept.add("u3", named("two", "127.80.1.3", tmp_path / "3"))
    kept.service_changed(service("svc", app="two"))
    kept.remove("u3")
    assert "svc" not in one.path.read_text()


def test_addresses_differ_by_cluster_and_pod_and_are_not_lent_again_at_once() -> None:
    addresses = Addresses(20832)
    assert addresses.lend("a") == addresses.lend("a") == "127.81.96.1"
    assert addresses.lend("b") == "127.81.96.2"
    addresses.give_back("b")
    assert addresses.lend("c") == "127.81.96.3"
    lent = {addresses.lend(str(number)) for number in range(252)}
    assert len(lent) == 252
    assert "127.81.96.2" in lent
    assert "127.81.96.254" in lent
    assert addresses.lend("one too many") is None
