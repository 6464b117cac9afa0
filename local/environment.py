"""Makes the project's virtual environment from the locked requirements.

Run by the Makefile with the machine's own Python, so it uses the standard library only.
"""

from __future__ import annotations

import argparse
import fcntl
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
MACHINES = ("x86_64", "aarch64", "arm64")


class Refused(Exception):  # noqa: N818 - it is a refusal in the user's words, not a programming error
    """What stands in the way, in words for the person at the terminal."""


def check_machine(system: str, machine: str, python: tuple[int, int]) -> None:
    """Refuse a machine on which the project cannot run."""
    if system != "Linux" or machine not in MACHINES:
        message = (
            f"This project runs on Linux on x86-64 or arm64; this machine is {system} on {machine}. "
            "Use a Linux machine, container or virtual machine."
        )
        raise Refused(message)
    if python < OLDEST_PYTHON:
        found = ".".join(map(str, python))
        message = f"Python 3.11 or newer is needed; python3 is {found}. Install it and run `make PYTHON=python3.11 up`."
        raise Refused(message)


def say(text: str) -> None:
    """Print a line of progress at once."""
    print(text, flush=True)


def run(what: str, command: list[str]) -> None:
    """Run one step of the set-up; on failure show the end of what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        message = (
            f"{what} failed (exit code {done.returncode}).\n{tail}\n"
            "If the network or the disk was the cause, mend it and run the command again: nothing half-made is kept."
        )
        raise Refused(message)


def install(environment: Path, requirements: Path, project: Path) -> None:
    """Make the environment anew: hashed requirements, then the project itself, editable."""
    if environment.exists():
        shutil.rmtree(environment)
    run("Making .venv", [sys.executable, "-m", "venv", str(environment)])
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    run("Installing the locked requirements", [*pip, "--require-hashes", "-r", str(requirements)])
    run("Installing the project", [*pip, "--no-deps", "--no-build-isolation", "--editable", str(project)])


def main() -> int:
    """Make the environment and write the stamp last, so that an interrupted run is done again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requirements", type=Path, required=True, help="hashed requirements file")
    parser.add_argument("--stamp", type=Path, required=True, help="file inside the environment, written last")
    arguments = parser.parse_args()
    started = time.monotonic()
    # The lock file is locked by the first of two runs at once; the second waits and finds the work done.
    with arguments.requirements.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return 0 if arguments.stamp.exists() else _make(arguments, started)


def _make(arguments: argparse.Namespace, started: float) -> int:
    try:
        check_machine(platform.system(), platform.machine(), sys.version_info[:2])
        say("environment: installing the locked requirements into .venv (about 1.4 GB, a minute or two) ...")
        install(arguments.stamp.parent, arguments.requirements, arguments.requirements.resolve().parent.parent)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    arguments.stamp.touch()
    say(f"environment: ready in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
