from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local.environment import Refused, check_machine, run

SCRIPT = Path(__file__).parent.parent.parent / "local" / "environment.py"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_linux_on_either_processor_is_taken(machine: str):
    check_machine("Linux", machine, (3, 11))


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Windows", "AMD64"), ("Linux", "riscv64")])
def test_any_other_machine_gets_one_message(system: str, machine: str):
    with pytest.raises(Refused, match=f"Linux on x86-64 or arm64; this machine is {system} on {machine}"):
        check_machine(system, machine, (3, 12))


def test_an_old_python_is_told_what_to_do():
    with pytest.raises(Refused, match=r"python3 is 3\.10\. Install it and run `make PYTHON=python3\.11 up`"):
        check_machine("Linux", "x86_64", (3, 10))


def test_a_step_that_fails_shows_its_last_words_and_the_way_on():
    with pytest.raises(Refused) as refused:
        run("Installing", [sys.executable, "-c", "print('no route to the index'); raise SystemExit(3)"])
    assert "Installing failed (exit code 3).\nno route to the index\n" in str(refused.value)
    assert "run the command again" in str(refused.value)


def test_a_failed_installation_leaves_no_stamp_and_no_traceback(tmp_path: Path):
    requirements = tmp_path / "requirements" / "dev.txt"
    requirements.parent.mkdir()
    requirements.write_text("there-is-no-such-distribution==1.0 --hash=sha256:" + "0" * 64 + "\n")
    stamp = tmp_path / "environment" / ".installed"
    done = subprocess.run(
        [sys.executable, SCRIPT, "--requirements", requirements, "--stamp", stamp],
        env={"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Installing the locked requirements failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not stamp.exists()
