"""Print speed and memory of the embedded cloud as medians with their spread, next to what is aimed at."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.memory import resident_by_program
from benchmarks.spark import bare_pi
from local.engine import ensure
from local.folder import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured thing: its values in one unit, and the value aimed at on two cores."""

    name: str
    unit: str
    values: list[float]
    aim: float

    def row(self) -> str:
        """The figure as a row of the table."""
        spread = f"{min(self.values):.1f} - {max(self.values):.1f}"
        median = statistics.median(self.values)
        return f"{self.name:<44} {median:>8.1f} {self.unit:<4} {spread:>15}  n={len(self.values)}  aim {self.aim:g}"


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def ratios(values: list[float], others: list[float]) -> list[float]:
    """Each value against the other of the same run."""
    return [value / other for value, other in zip(values, others, strict=True)]


def local(command: str, at: Path, options: tuple[str, ...] = ()) -> str:
    """Run one command on an embedded cloud of our own; gives its output, which is shown only if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "local", command, *options, "--folder", str(at)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"`python -m local {command}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def measure(runs: int, say: Callable[[str], None]) -> list[Figure]:
    """Bring the whole up from nothing, again, and after a stop, several times."""
    first: list[float] = []
    second: list[float] = []
    resumed: list[float] = []
    jobs: list[float] = []
    alone: list[float] = []
    memory: dict[str, list[float]] = {}
    for run in range(1, runs + 1):
        say(f"run {run} of {runs} ...")
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            try:
                first.append(seconds(lambda at=folder: local("up", at=at)))
                second.append(seconds(lambda at=folder: local("up", at=at)))
                jobs.append(json.loads(local("job", at=folder, options=("pi", "--json")))["seconds"])
                alone.append(seconds(bare_pi))
                for program, mebibytes in resident_by_program(folder).items():
                    memory.setdefault(program, []).append(mebibytes)
                local("down", at=folder)
                resumed.append(seconds(lambda at=folder: local("up", at=at)))
            finally:
                local("down", at=folder)
    total = [sum(values, start=0.0) for values in zip(*memory.values(), strict=True)]
    say("resident MiB: " + ", ".join(f"{name} {statistics.median(values):.0f}" for name, values in memory.items()))
    return [
        Figure(name="make up, environment and engine there, no state", unit="s", values=first, aim=90),
        Figure(name="make up again", unit="s", values=second, aim=20),
        Figure(name="make up after make down", unit="s", values=resumed, aim=20),
        Figure(name="pi from StartJobRun to COMPLETED", unit="s", values=jobs, aim=60),
        Figure(name="the same by Spark alone, two threads, one process", unit="s", values=alone, aim=15),
        Figure(name="pi as a job, against Spark alone", unit="x", values=ratios(jobs, alone), aim=6),
        Figure(name="embedded cloud with one cluster, resident", unit="MiB", values=total, aim=1228.8),
    ]


def control_plane(runs: int) -> Figure:
    """From stopped to ready, on a folder that has been used before."""
    from benchmarks.plane import start_seconds  # noqa: PLC0415 - heavy, and only here

    return Figure(name="control plane ready from stop", unit="s", values=start_seconds(runs), aim=6)


def main() -> None:
    """Run the benchmarks and print one table."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, epilog="example: python -m benchmarks --runs 1 --json"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each thing is measured (default: 3)")
    parser.add_argument("--json", action="store_true", help="the figures for machines")
    arguments = parser.parse_args()
    log = sys.stderr
    ensure(lambda text: print(text, file=log, flush=True))
    figures = [
        control_plane(max(arguments.runs, 3)),
        *measure(arguments.runs, lambda text: print(text, file=log, flush=True)),
    ]
    if arguments.json:
        print(json.dumps([vars(figure) for figure in figures], indent=2))
    else:
        print("\n".join(figure.row() for figure in figures))


if __name__ == "__main__":
    main()
