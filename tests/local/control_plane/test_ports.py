"""The ports of a control plane."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from local.control_plane import ControlPlaneError, ports

if TYPE_CHECKING:
    from pathlib import Path


def test_ports_are_chosen_once_and_kept(tmp_path: Path) -> None:
    chosen = ports.ensure(tmp_path)
    assert ports.ensure(tmp_path) == chosen
    assert json.loads((tmp_path / "ports.json").read_text()) == asdict(chosen)


def test_chosen_ports_differ_are_free_and_lie_below_those_of_outgoing_connections(tmp_path: Path) -> None:
    chosen = asdict(ports.ensure(tmp_path))
    assert len(set(chosen.values())) == len(chosen) == 5
    assert all(20_000 <= port < 32_768 for port in chosen.values())
    ports.require_free(ports.ensure(tmp_path), tmp_path)


def test_a_taken_port_is_named_with_its_listener_and_the_others_are_not(tmp_path: Path) -> None:
    chosen = ports.ensure(tmp_path)
    with (
        socket.create_server(("127.0.0.1", chosen.etcd_peer)),
        pytest.raises(ControlPlaneError, match=f"port {chosen.etcd_peer} of etcd-peer") as refused,
    ):
        ports.require_free(chosen, tmp_path)
    assert str(chosen.kube_apiserver) not in str(refused.value)
    assert str(tmp_path / "ports.json") in str(refused.value)


@pytest.mark.parametrize("text", ["", "[1]", '{"etcd": 1}'])
def test_a_damaged_record_is_refused_and_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)
    with pytest.raises(ControlPlaneError, match=r"ports\.json"):
        ports.ensure(tmp_path)
    assert (tmp_path / "ports.json").read_text() == text
