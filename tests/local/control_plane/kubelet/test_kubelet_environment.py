"""Variables, texts, paths and quantities of containers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.control_plane.kubelet import fields, quantities
from local.control_plane.kubelet.environment import environment
from local.control_plane.kubelet.fields import Place
from local.control_plane.kubelet.sources import MissingError
from local.control_plane.kubelet.translation import expand, translate

PLACE = Place(address="127.80.1.5", node_address="10.0.1.23", allocatable={"cpu": "3920m", "memory": "1Gi"})
POD: dict[str, Any] = {
    "metadata": {"name": "one", "namespace": "team", "uid": "u-1", "labels": {"b": "2", "a": 'say "1"'}},
    "spec": {
        "nodeName": "node-1",
        "serviceAccountName": "runner",
        "containers": [{"name": "main", "resources": {"limits": {"memory": "1500Mi"}, "requests": {"cpu": "250m"}}}],
    },
}


class Maps:
    """Stands for the API server: one ConfigMap and one Secret."""

    def config_map(self, name: str, *, optional: bool) -> dict[str, bytes] | None:
        return self._get(name, "map", {"key": b"value", "other": b"more"}, optional)

    def secret(self, name: str, *, optional: bool) -> dict[str, bytes] | None:
        return self._get(name, "hidden", {"key": b"hush"}, optional)

    def _get(self, name: str, known: str, data: dict[str, bytes], optional: object) -> dict[str, bytes] | None:
        if name == known:
            return data
        if optional:
            return None
        raise MissingError(f'"{name}" not found')


def variables(*entries: dict[str, Any], **container: Any) -> dict[str, str]:
    spec = {"name": "main", "env": list(entries), **container}
    return environment(POD, spec, PLACE, Maps(), {"HOME": "/h"})  # type: ignore[arg-type]


def test_later_variables_see_earlier_ones_and_what_is_given_but_not_later_ones() -> None:
    found = variables(
        {"name": "A", "value": "1"}, {"name": "B", "value": "$(A) $(C) $(HOME) $$(A)"}, {"name": "C", "value": "3"}
    )
    assert found == {"A": "1", "B": "1 $(C) /h $(A)", "C": "3"}


def test_env_wins_over_env_from() -> None:
    from_map = [{"configMapRef": {"name": "map"}}, {"prefix": "S_", "secretRef": {"name": "hidden"}}]
    assert variables({"name": "key", "value": "own"}, envFrom=from_map) == {
        "key": "own",
        "other": "more",
        "S_key": "hush",
    }


def test_what_is_missing_is_named_unless_it_is_optional() -> None:
    def key(name: str, of: str, **more: Any) -> dict[str, Any]:
        return {"name": "V", "valueFrom": {of: {"name": name, "key": "absent", **more}}}

    with pytest.raises(MissingError, match="couldn't find key absent in ConfigMap team/map"):
        variables(key("map", "configMapKeyRef"))
    with pytest.raises(MissingError, match='"nowhere" not found'):
        variables(key("nowhere", "secretKeyRef"))
    assert variables(key("map", "configMapKeyRef", optional=True), key("no", "secretKeyRef", optional=True)) == {}
    assert variables(envFrom=[{"configMapRef": {"name": "no", "optional": True}}]) == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "one"),
        ("metadata.uid", "u-1"),
        ("metadata.labels['a']", 'say "1"'),
        ("metadata.labels['none']", ""),
        ("metadata.annotations['none']", ""),
        ("metadata.labels", 'a="say \\"1\\""\nb="2"'),
        ("spec.nodeName", "node-1"),
        ("spec.serviceAccountName", "runner"),
        ("status.podIP", "127.80.1.5"),
        ("status.hostIP", "10.0.1.23"),
    ],
)
def test_fields_of_a_pod(path: str, value: str) -> None:
    assert fields.field(POD, path, PLACE) == value


@pytest.mark.parametrize(
    ("name", "divisor", "value"),
    [
        ("limits.memory", "1Mi", "1500"),
        ("limits.memory", "1Gi", "2"),
        ("limits.memory", "0", str(1500 << 20)),
        ("requests.cpu", "1m", "250"),
        ("requests.cpu", "1", "1"),
        ("limits.cpu", "1m", "3920"),
        ("requests.memory", "1", "0"),
    ],
)
def test_resources_are_rounded_up_and_a_missing_limit_is_the_nodes(name: str, divisor: str, value: str) -> None:
    assert fields.resource(POD, {"resource": name, "divisor": divisor}, PLACE, "main") == value


@pytest.mark.parametrize(
    ("text", "number"), [("2Gi", 2 << 30), ("1500M", 1_500_000_000), ("500m", 0.5), ("1e3", 1000), ("12E", 12 * 10**18)]
)
def test_quantities(text: str, number: float) -> None:
    assert quantities.parse(text) == number


def test_paths_are_translated_at_a_slash_and_the_longest_mount_wins() -> None:
    mounts = {"/mnt": Path("/v/mnt"), "/mnt/deep": Path("/v/deep"), "/etc/f": Path("/v/f")}
    given = ["/mnt", "/mnt/a", "/mnt/deep/b", "/mntfile", "x/mnt", "file:///mnt/a", "/etc/f", "/"]
    assert [translate(text, mounts) for text in given] == [
        "/v/mnt",
        "/v/mnt/a",
        "/v/deep/b",
        "/mntfile",
        "x/mnt",
        "file:///mnt/a",
        "/v/f",
        "/",
    ]


def test_references_that_lead_nowhere_stay() -> None:
    assert expand("$(A)$(B) $A $$ $$$(A) $(", {"A": "1"}) == "1$(B) $A $ $1 $("
