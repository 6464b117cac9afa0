"""The processes of a control plane: restart, kill, and what stands in the way of a start."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from local.control_plane import ApiError, ControlPlane, ControlPlaneError, nodes
from local.control_plane.processes import recorded_alive, start_time
from tests.cloud.control_plane.world import (
    FIRST,
    PROGRAMS,
    Callers,
    arguments,
    eventually,
    pod,
    pods,
    ready_condition,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.cloud


def test_a_restart_keeps_ports_authority_and_data_and_nodes_go_on(tmp_path: Path) -> None:
    first = ControlPlane(arguments(tmp_path / "cluster", Callers()))
    first.start()
    try:
        nodes.join(first.api, FIRST)
        nodes.set_network_ready(first.api, ready=True, pod_eni=False)
        eventually(lambda: ready_condition(first.api, FIRST)["status"] == "True")
        keys = first.jwks()
        identity = first.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
    finally:
        first.stop()
    with pytest.raises(ApiError, match="no answer from the API server"):
        first.api.get("/readyz")

    second = ControlPlane(arguments(tmp_path / "cluster", Callers()))
    try:
        second.start()
        assert second.endpoint == first.endpoint
        assert second.certificate_authority == first.certificate_authority
        assert second.jwks() == keys
        assert second.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"] == identity
        # kwok must hold the old nodes anew: a pod runs without waiting for a lease of 40 s.
        second.api.create(pods("default"), pod("after"))
        assert run(second.api, f"{pods('default')}/after")["spec"]["nodeName"] == FIRST.name
    finally:
        second.delete()
    assert not (tmp_path / "cluster").exists()


HOST = """
import sys, time
from pathlib import Path
from local.control_plane import ControlPlane, ControlPlaneArgs
from local.engine import ensure
engine = ensure(lambda line: None)
plane = ControlPlane(ControlPlaneArgs(
    name="hosted", folder=Path(sys.argv[1]), programs=engine.programs, definitions=engine.definitions,
    issuer="https://oidc.eks.us-west-2.amazonaws.com/id/0", service_cidr="172.20.0.0/16",
    region="us-west-2", aws_endpoint="http://127.0.0.1:1",
    authenticate=lambda token: None, authorize=lambda spec: False))
import threading
starter = threading.Thread(target=plane.start)  # as a server's request thread, which ends
starter.start(); starter.join()
print("started", flush=True)
time.sleep(600)
"""


def test_no_program_outlives_a_host_that_is_killed_and_none_dies_with_the_thread_that_started_it(
    tmp_path: Path,
) -> None:
    host = subprocess.Popen([sys.executable, "-c", HOST, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert host.stdout is not None
        assert host.stdout.readline() == "started\n"
        time.sleep(0.5)
        alive = {name: recorded_alive(tmp_path, name) for name in PROGRAMS}
        assert None not in alive.values()
    finally:
        host.kill()
        host.communicate()
    eventually(lambda: all(start_time(pid) is None for pid in alive.values() if pid), seconds=5)


def test_a_port_taken_meanwhile_is_named_and_nothing_is_left_running(tmp_path: Path) -> None:
    plane = ControlPlane(arguments(tmp_path, Callers()))
    port = json.loads((tmp_path / "ports.json").read_text())["kube_apiserver"]
    taken = pytest.raises(ControlPlaneError, match=f"port {port} of kube-apiserver")
    with socket.create_server(("127.0.0.1", port)), taken:
        plane.start()
    assert list((tmp_path / "run").glob("*")) == []


def test_a_program_that_cannot_run_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    wrong = tmp_path / "kube-apiserver"
    wrong.write_bytes(b"\x7fELF of another architecture")
    wrong.chmod(0o755)
    args = arguments(tmp_path / "cluster", Callers())
    plane = ControlPlane(dataclasses.replace(args, programs={**args.programs, "kube-apiserver": wrong}))
    with pytest.raises(ControlPlaneError, match=r"(?s)kube-apiserver ended.*logs/kube-apiserver\.log.*Exec format"):
        plane.start()
    assert list((tmp_path / "cluster" / "run").glob("*")) == []


def test_a_ctrl_c_at_the_terminal_does_not_reach_the_programs(plane: ControlPlane) -> None:
    groups = {os.getpgid(program.pid) for program in plane._programs.values()}
    assert len(groups) == len(PROGRAMS)
    assert os.getpgrp() not in groups
