from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from emr.pod_templates import check_template
from emr.sidecars import FOLLOW, Companion, Patience, check_sidecars, init_container, shared_volume, sidecar

if TYPE_CHECKING:
    from pathlib import Path

VOLUME = "emr-container-communicate"
SHORT = Patience(first_heartbeat=2, heartbeat=1, poll=1, grace=1)
SHELLS = [shell for shell in ("sh", "bash", "dash") if shutil.which(shell)]
ENDLESS = ("sh", "-c", "trap 'echo ended; exit 0' TERM; while :; do sleep 0.1; done")


def start(folder: Path, command: tuple[str, ...], *, shell: str = "sh") -> subprocess.Popen[str]:
    """The very command of the container, with its own environment and the volume in a folder."""
    container = sidecar(Companion(name="side", image="side", command=command, mounts={VOLUME: str(folder)}), SHORT)
    environment = {each["name"]: each["value"] for each in container["env"]}
    arguments = [shell, *container["command"][1:]]
    return subprocess.Popen(  # the script under test
        arguments, env={"PATH": os.environ["PATH"], **environment}, stdout=-1, stderr=-1, text=True
    )


def driver_with(*companions: dict[str, Any], **fields: object) -> dict[str, object]:
    main = {"name": "spark-kubernetes-driver", "volumeMounts": [{"name": "jars", "mountPath": "/var/data"}]}
    volumes = [shared_volume("jars"), shared_volume("metrics")]
    return {"kind": "Pod", "spec": {"containers": [main, *companions], "volumes": volumes, **fields}}


@pytest.mark.covers("PT-14", "PT-16", "CO-05")
@pytest.mark.parametrize("shell", SHELLS)
def test_a_sidecar_runs_while_the_heart_beats_and_ends_with_0_after_the_last_beat(tmp_path: Path, shell: str) -> None:
    heart, stop = tmp_path / "main-container-terminated", threading.Event()

    def beat() -> None:
        while not stop.wait(0.2):
            heart.touch()

    thread = threading.Thread(target=beat)
    thread.start()
    process = start(tmp_path, ENDLESS, shell=shell)
    try:
        with pytest.raises(subprocess.TimeoutExpired):  # longer than every limit
            process.wait(4)
        stop.set()
        last = time.monotonic()
        out, err = process.communicate(timeout=SHORT.longest_end + 3)
    finally:
        stop.set()
        thread.join()
        process.kill()
    assert (process.returncode, out) == (0, "ended\n")
    assert time.monotonic() - last <= SHORT.longest_end + 2
    assert f"no heartbeat in {heart} for more than 1 seconds" in err


@pytest.mark.covers("PT-15", "PT-16")
@pytest.mark.parametrize("shell", SHELLS)
def test_a_sidecar_whose_main_container_never_starts_ends_with_1(tmp_path: Path, shell: str) -> None:
    began = time.monotonic()
    process = start(tmp_path, ENDLESS, shell=shell)
    out, err = process.communicate(timeout=15)
    assert (process.returncode, out) == (1, "ended\n")
    assert time.monotonic() - began >= SHORT.first_heartbeat
    assert "more than 2 seconds" in err


def test_a_heartbeat_file_that_vanishes_is_a_lost_heartbeat(tmp_path: Path) -> None:
    heart = tmp_path / "main-container-terminated"
    heart.touch()
    process = start(tmp_path, ENDLESS)
    time.sleep(0.5)
    heart.unlink()
    process.communicate(timeout=15)
    assert process.returncode == 0


def test_a_command_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path, ("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"))
    process.communicate(timeout=15)
    assert process.returncode == 1


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_that_ends_first_ends_the_sidecar_with_its_own_status(tmp_path: Path, shell: str) -> None:
    (tmp_path / "main-container-terminated").touch()
    process = start(tmp_path, ("sh", "-c", 'printf %s "$1"; exit 7', "x", "two words; $HOME"), shell=shell)
    out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (7, "two words; $HOME")


def test_a_sidecar_that_kubernetes_ends_hands_the_signal_on(tmp_path: Path) -> None:
    process = start(tmp_path, ENDLESS)
    time.sleep(0.5)
    process.terminate()
    out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (143, "ended\n")


@pytest.mark.covers("PT-14", "PT-15")
def test_by_default_a_sidecar_has_the_guide_s_figures_and_emr_s_volume() -> None:
    assert sidecar(Companion(name="agent", image="agent:1", command=["run", "--fast"])) == {
        "name": "agent",
        "image": "agent:1",
        "command": ["sh", "-c", FOLLOW, "agent", "run", "--fast"],
        "env": [
            {"name": "HEARTBEAT_FILE", "value": "/var/log/fluentd/main-container-terminated"},
            {"name": "FIRST_HEARTBEAT_SECONDS", "value": "60"},
            {"name": "HEARTBEAT_SECONDS", "value": "15"},
            {"name": "POLL_SECONDS", "value": "10"},
            {"name": "GRACE_SECONDS", "value": "10"},
        ],
        "volumeMounts": [{"name": "emr-container-communicate", "mountPath": "/var/log/fluentd"}],
    }


@pytest.mark.covers("CO-05")
def test_a_sidecar_is_gone_before_emr_would_clean_up() -> None:
    assert Patience().longest_end < 60


@pytest.mark.covers("PT-11", "PT-10")
def test_the_guide_s_init_container_and_sidecar_make_a_template_without_faults() -> None:
    fetch = Companion(name="fetch", image="fetch:1", command=["fetch"], mounts={"jars": "/var/data"})
    mounts = {"metrics": "/var/metrics/data", "emr-container-application-log-dir": "/var/log/spark/user"}
    reader = sidecar(Companion(name="reader", image="reader:1", command=["read"], mounts=mounts))
    template = driver_with(reader, initContainers=[init_container(fetch)])
    assert check_template(template, "driver") == []
    assert check_sidecars(template, "driver") == []
    assert {each["name"]: each["mountPath"] for each in reader["volumeMounts"]} == {
        **mounts,
        VOLUME: "/var/log/fluentd",
    }
    assert init_container(fetch)["volumeMounts"] == [{"name": "jars", "mountPath": "/var/data"}]
    assert shared_volume("jars") == {"name": "jars", "emptyDir": {}}


@pytest.mark.covers("CO-05", "PT-14")
def test_a_sidecar_that_does_not_follow_the_main_container_is_named_with_its_cost() -> None:
    endless = {"name": "agent", "image": "agent:1"}
    (fault,) = check_sidecars(driver_with(endless), "driver")
    assert fault.where == "spec.containers[1]"
    assert "agent" in fault.given
    assert "paid for after Spark has ended" in fault.why
    assert VOLUME in fault.write
    # An init container ends by itself.
    assert check_sidecars(driver_with(initContainers=[endless]), "driver") == []
