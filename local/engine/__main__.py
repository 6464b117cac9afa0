"""Command line: provide the engine and print what it consists of."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from typing import TYPE_CHECKING

from local.engine import Engine, EngineError, ensure
from local.engine.cache import cache_folder

if TYPE_CHECKING:
    from types import FrameType


def main() -> int:
    """Run the command; the exit code is 0 when every program is there."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _stop)
    try:
        engine = ensure(_to_stderr if options.json else print)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. What was finished is kept; run this again to go on.", file=sys.stderr)
        return 130
    print(_as_json(engine) if options.json else _as_table(engine))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.engine",
        description="Provide the programs that the embedded cloud runs. Programs of yours that fit are used; the "
        f"others are built from source into {cache_folder()}, about 25 minutes and 14 GiB the first time, "
        "most of it in Go's own caches.",
        epilog="example: python -m local.engine --json | jq -r '.programs.kubectl.path'",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table; progress to stderr")
    return parser


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Let a SIGTERM unwind the stack, so that the running build is stopped and removed."""
    raise KeyboardInterrupt


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _as_json(engine: Engine) -> str:
    programs = {
        name: {"version": part.version, "origin": part.origin, "path": str(part.path)}
        for name, part in engine.parts.items()
    }
    definitions = {name: str(path) for name, path in engine.definitions.items()}
    return json.dumps({"programs": programs, "definitions": definitions, "charts": str(engine.charts)}, indent=2)


def _as_table(engine: Engine) -> str:
    rows = [("program", "version", "origin", "path")]
    rows += [(name, part.version, part.origin, str(part.path)) for name, part in engine.parts.items()]
    rows += [(name, "", "", str(path)) for name, path in engine.definitions.items()]
    rows += [("charts", "", "", str(engine.charts))]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
