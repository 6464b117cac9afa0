"""What is left when a kubelet, a shim or a whole control plane is killed: no process, and pods that say so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.control_plane import ControlPlane, nodes
from local.control_plane.processes import parent, recorded_alive
from tests.cloud.control_plane.process_pods import ended, main_state, output, real
from tests.cloud.control_plane.world import FIRST, Callers, arguments, eventually, pods, run

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.cloud

# A grandchild in a session of its own whose parent has gone, as a Python worker's daemon; all of them print their ids.
FAMILY = (
    "import os, time\n"
    "print('pid', os.getpid(), flush=True)\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork(): os._exit(0)\n"
    "    print('pid', os.getpid(), flush=True)\n"
    "time.sleep(600)"
)


def family(plane: ControlPlane, namespace: str, name: str) -> list[int]:
    """Process ids of a pod that runs FAMILY, and of its shim."""

    def found() -> list[int]:
        pids = [int(line.split()[1]) for line in output(plane, namespace, name).splitlines() if "pid" in line]
        return pids if len(pids) == 2 else []

    pids = eventually(found)
    return [*pids, parent(min(pids))]


def none_lives(pids: Iterable[int]) -> bool:
    return not any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids)


@pytest.mark.usefixtures("ready")
def test_a_killed_kubelet_takes_all_processes_along_and_the_next_one_says_so(
    plane: ControlPlane, namespace: str
) -> None:
    plane.api.create(pods(namespace), real("one", FAMILY))
    always = real("again", "print('run', flush=True)\nimport time; time.sleep(600)")
    always["spec"]["restartPolicy"] = "Always"
    plane.api.create(pods(namespace), always)
    pids = family(plane, namespace, "one")
    run(plane.api, f"{pods(namespace)}/again")
    first = recorded_alive(plane._args.folder, "kubelet")
    assert first
    os.kill(first, signal.SIGKILL)
    eventually(lambda: none_lives(pids), seconds=3)
    status = ended(plane, namespace, "one")["status"]
    state = main_state(status)["terminated"]
    assert (status["phase"], state["exitCode"], state["reason"]) == ("Failed", 137, "ContainerStatusUnknown")
    restarted = eventually(
        lambda: (
            (found := run(plane.api, f"{pods(namespace)}/again")["status"]["containerStatuses"][0])["restartCount"]
            and found
        )
    )
    assert restarted["lastState"]["terminated"]["exitCode"] == 137
    assert recorded_alive(plane._args.folder, "kubelet") not in {None, first}
    log = (plane._args.folder / "logs" / "kubelet.log").read_text()
    assert "kubelet ended with code -9 and is started again" in log


@pytest.mark.usefixtures("ready")
def test_a_killed_shim_leaves_nothing_of_its_container(plane: ControlPlane, namespace: str) -> None:
    plane.api.create(pods(namespace), real("one", FAMILY))
    pids = family(plane, namespace, "one")
    os.kill(pids[-1], signal.SIGKILL)
    status = ended(plane, namespace, "one")["status"]
    assert main_state(status)["terminated"]["exitCode"] == 137
    assert none_lives(pids)


@pytest.mark.usefixtures("ready")
def test_what_a_program_leaves_running_ends_with_it_and_a_pod_that_vanished_ends_at_once(
    plane: ControlPlane, namespace: str
) -> None:
    plane.api.create(pods(namespace), real("done", FAMILY.replace("600", ".3 if os.getppid() != 1 else 600")))
    plane.api.create(pods(namespace), real("gone", FAMILY))
    done, gone = (family(plane, namespace, name) for name in ("done", "gone"))
    ended(plane, namespace, "done")
    assert none_lives(done)
    plane.api.delete(f"{pods(namespace)}/gone", gracePeriodSeconds="0")
    eventually(lambda: none_lives(gone), seconds=3)


@pytest.mark.usefixtures("ready")
def test_eighty_containers_at_once_run_and_end(plane: ControlPlane, namespace: str) -> None:
    for number in range(40):
        document = real(f"pod-{number}", "import time; time.sleep(1); raise SystemExit(0)")
        container = document["spec"]["containers"][0]
        document["spec"]["containers"].append({**container, "name": "second"})
        plane.api.create(pods(namespace), document)
    done = lambda: [each["status"]["phase"] for each in plane.api.list(pods(namespace))]  # noqa: E731
    assert eventually(lambda: set(done()) == {"Succeeded"}, seconds=60)


HOST = """
import sys, threading
from pathlib import Path
from local.control_plane import ControlPlane
from tests.cloud.control_plane.world import Callers, arguments
plane = ControlPlane(arguments(Path(sys.argv[1]), Callers()))
plane.start()
print("started", flush=True)
threading.Event().wait()
"""


def test_a_killed_control_plane_leaves_no_process_and_its_next_life_ends_the_pod(tmp_path: Path) -> None:
    place = tmp_path / "cluster"
    host = subprocess.Popen([sys.executable, "-c", HOST, str(place)], stdout=subprocess.PIPE, text=True)
    plane = None
    try:
        assert host.stdout is not None
        assert host.stdout.readline() == "started\n"
        plane = ControlPlane(arguments(place, Callers()))
        nodes.join(plane.api, FIRST)
        nodes.set_network_ready(plane.api, ready=True, pod_eni=False)
        eventually(lambda: plane.api.get("/api/v1/namespaces/default/serviceaccounts/default"))
        plane.api.create(pods("default"), real("one", FAMILY))
        pids = family(plane, "default", "one")
        run(plane.api, f"{pods('default')}/one")
        host.kill()
        host.wait()
        host.stdout.close()
        eventually(lambda: none_lives(pids), seconds=5)
        plane.start()
        assert ended(plane, "default", "one")["status"]["phase"] == "Failed"
        plane.api.create(pods("default"), real("two", FAMILY))
        pids = family(plane, "default", "two")
        plane.stop()
        assert none_lives(pids)
    finally:
        host.kill()
        host.wait()
        if plane is not None:
            plane.delete()
