"""The depths of checking: unit, check, test, soak. Each step is timed; the closing line has the total."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PYTEST = (sys.executable, "-m", "pytest", "-q")
# The tests of a file stay together: they share what took long to start. Two at once, for most of them wait.
SIDE_BY_SIDE = (*PYTEST, "-n", "2", "--dist", "loadfile")

UNIT = (("unit tests", (*SIDE_BY_SIDE, "-m", "not cloud and not soak")),)
CHECK = (
    ("format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    ("lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
    ("layers", (str(BIN / "lint-imports"), "--no-logo")),
    ("types", (str(BIN / "pyright"),)),
    *UNIT,
    ("requirements", (sys.executable, "-m", "tools.requirements", "--summary")),
)
TEST = (*CHECK, ("embedded cloud", (*SIDE_BY_SIDE, "-m", "cloud and not soak")))
STAGES = {
    "unit": UNIT,
    "check": CHECK,
    "test": TEST,
    "soak": (("soak", (*PYTEST, "-m", "soak")),),
}


def main() -> int:
    """Run the steps of one stage in order and stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="example: python -m tools.stages check")
    parser.add_argument("stage", choices=STAGES)
    stage: str = parser.parse_args().stage
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    started = time.monotonic()
    for name, command in STAGES[stage]:
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        code = subprocess.run(command, env=environment, check=False).returncode
        seconds = time.monotonic() - begun
        if code:
            print(f"== {name} failed after {seconds:.0f} s; `make {stage}` stops here", flush=True)
            return code
        print(f"== {name}: ok in {seconds:.1f} s", flush=True)
    print(f"make {stage}: ok in {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
