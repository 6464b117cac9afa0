"""`kubectl logs`: through the API server to the process kubelet, and nobody else."""

from __future__ import annotations

import json
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest
import urllib3

from local.control_plane import configuration
from local.engine import ensure
from tests.cloud.control_plane.process_pods import ended, python, real, started
from tests.cloud.control_plane.world import FIRST, eventually, pod, pods, run

if TYPE_CHECKING:
    from pathlib import Path

    from local.control_plane import ControlPlane

pytestmark = [pytest.mark.cloud, pytest.mark.usefixtures("ready")]


@pytest.fixture
def kubeconfig(plane: ControlPlane, tmp_path: Path) -> Path:
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(configuration._client(plane._setting, "admin", plane.endpoint)))
    return path


def kubectl(kubeconfig: Path, *arguments: str) -> str:
    command = [str(ensure().programs["kubectl"]), f"--kubeconfig={kubeconfig}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def test_kubectl_shows_and_follows_logs(plane: ControlPlane, namespace: str, kubeconfig: Path) -> None:
    program = (
        "import sys, time\n"
        "for number in range(5): print('line', number, flush=True)\n"
        "print('to stderr', file=sys.stderr, flush=True); time.sleep(2); print('last', end='')"
    )
    document = real("one", program)
    document["spec"]["containers"].append(python("print('from two')", name="two"))
    plane.api.create(pods(namespace), document)
    eventually(lambda: "to stderr" in kubectl(kubeconfig, "logs", "-n", namespace, "one", "-c", "main"))
    followed = kubectl(kubeconfig, "logs", "-n", namespace, "-f", "one", "-c", "main", "--tail=2")
    assert followed == "line 4\nto stderr\nlast"
    ended(plane, namespace, "one")
    assert kubectl(kubeconfig, "logs", "-n", namespace, "one", "-c", "two") == "from two\n"
    assert kubectl(kubeconfig, "logs", "-n", namespace, "one", "-c", "main", "--since=1s").strip() in {"last", ""}
    assert kubectl(kubeconfig, "logs", "-n", namespace, "one", "-c", "main", "--limit-bytes=6") == "line 0"
    stamped = kubectl(kubeconfig, "logs", "-n", namespace, "one", "-c", "two", "--timestamps")
    assert stamped.split()[0].startswith("20")


def test_a_simulated_pod_says_that_it_is(plane: ControlPlane, namespace: str, kubeconfig: Path) -> None:
    plane.api.create(pods(namespace), pod("idle"))
    run(plane.api, f"{pods(namespace)}/idle")
    assert kubectl(kubeconfig, "logs", "-n", namespace, "idle").startswith("This container is simulated")


def test_a_restarted_container_has_a_previous_log(plane: ControlPlane, namespace: str, kubeconfig: Path) -> None:
    document = real("one", "import os; print(os.getpid(), flush=True); raise SystemExit(1)")
    document["spec"]["restartPolicy"] = "Always"
    plane.api.create(pods(namespace), document)

    def restarts() -> int:
        statuses = plane.api.get(f"{pods(namespace)}/one")["status"].get("containerStatuses", [])
        return statuses[0]["restartCount"] if statuses and "waiting" in statuses[0]["state"] else 0

    eventually(lambda: restarts() == 1)  # once at once, then after a pause, in which we look
    now = kubectl(kubeconfig, "logs", "-n", namespace, "one")
    before = kubectl(kubeconfig, "logs", "-n", namespace, "one", "--previous")
    assert now.strip().isdigit()
    assert before.strip().isdigit()
    assert now != before


def test_only_the_api_server_is_answered(plane: ControlPlane, namespace: str) -> None:
    plane.api.create(pods(namespace), real("one", "print('a secret', flush=True)"))
    ended(plane, namespace, "one")
    assert started(plane, namespace, "one")
    node = plane.api.get(f"/api/v1/nodes/{FIRST.name}")["status"]
    url = f"https://127.0.0.1:{node['daemonEndpoints']['kubeletEndpoint']['Port']}/containerLogs/{namespace}/one/main"

    def answer(client: str | None) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=str(plane._pki.certificate("ca")))
        if client:
            context.load_cert_chain(plane._pki.certificate(client), plane._pki.key(client))
        with urllib3.PoolManager(ssl_context=context, retries=False) as http:
            response = http.request("GET", url)
            return response.status, response.data

    assert answer("kube-apiserver-kubelet-client") == (200, b"a secret\n")
    assert answer("kwok")[0] == 403
    with pytest.raises(urllib3.exceptions.HTTPError):
        answer(None)
