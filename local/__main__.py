"""The embedded cloud of this checkout, and jobs on it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from local import emulator_process, stack
from local.folder import CHECKOUT, Folder, Refused
from local.job.request import Asked
from local.surroundings import environment, link_charts, link_programs, write_env, write_kubeconfig

if TYPE_CHECKING:
    from collections.abc import Mapping


def say(text: str) -> None:
    """Print a line of progress at once."""
    print(text, flush=True)


def say_aside(text: str) -> None:
    """Print a line where it does not mix with a JSON document."""
    print(text, file=sys.stderr, flush=True)


def up(folder: Folder, lifeline: int | None) -> None:
    """Engine, emulator, then the real `pulumi up` on stack `local`."""
    from local.engine import EngineError, ensure  # noqa: PLC0415 - `down` must work without an engine

    started = time.monotonic()
    try:
        engine = ensure(say)
    except EngineError as error:
        raise Refused(str(error)) from error
    say(f"engine: ready in {time.monotonic() - started:.1f} s")
    link_charts(engine.charts)
    shell = _surroundings(folder, engine.programs, lifeline)
    if doubt := _doubt(folder, shell):
        # Only AWS could say what there is; on the embedded cloud a new generation costs seconds.
        say(f"a killed run left {doubt}: starting a new one from nothing")
        emulator_process.stop(folder)
        folder.forget()
        link_charts(engine.charts)
        shell = _surroundings(folder, engine.programs, lifeline)
        stack.select(shell)
    begun = time.monotonic()
    stack.up(shell)
    say(f"stack `{stack.STACK}`: up in {time.monotonic() - begun:.1f} s")
    _describe(folder, shell["AWS_ENDPOINT_URL"], write_kubeconfig(folder, shell))
    say(f"make up: ok in {time.monotonic() - started:.0f} s")


def _surroundings(folder: Folder, programs: Mapping[str, Path], lifeline: int | None) -> dict[str, str]:
    """The emulator running, all tools at hand and the stack free; the variables for the tools."""
    begun = time.monotonic()
    endpoint = emulator_process.start(folder, say, lifeline)
    link_programs(folder, programs)
    shell = environment(folder, endpoint)
    write_env(folder, shell)
    say(f"AWS emulator: {endpoint} in {time.monotonic() - begun:.1f} s")
    stack.unlock(folder, shell, say)
    return shell


def _doubt(folder: Folder, shell: Mapping[str, str]) -> str | None:
    """Select the stack, and say what of its state cannot be relied on."""
    if stack.is_cut_off(folder):
        return "the state of the stack cut off in the middle"
    stack.select(shell)
    unknown = stack.creations_of_unknown_result(shell)
    return f"creations of unknown result ({', '.join(unknown)})" if unknown else None


def _describe(folder: Folder, endpoint: str, clusters: list[str]) -> None:
    where = os.path.relpath(folder.path)
    say(
        f"""
The embedded cloud is up.
  AWS           {endpoint} (account 123456789012, us-west-2)
  Kubernetes    {", ".join(clusters) or "no cluster"}
  state         {where}/
To look around:
  source {where}/env
  kubectl get namespaces
  aws emr-containers list-virtual-clusters
  pulumi stack output --stack {stack.STACK}
"""
    )


def down(folder: Folder) -> None:
    """Stop everything; keep the generation if the emulator's state was saved."""
    if not folder.generation():
        say("nothing to stop: no embedded cloud was started here")
        return
    kept = emulator_process.stop(folder)
    if kept:
        say("stopped; its state is saved, and the next `make up` goes on from it")
    else:
        say("stopped; its state could not be saved, so the next `make up` starts from nothing")


def clean(folder: Folder) -> None:
    """Stop everything and remove the folder's contents."""
    emulator_process.stop(folder)
    folder.forget()
    say("stopped, and all state of the embedded cloud removed")


def status(folder: Folder, *, as_json: bool) -> None:
    """Say whether the embedded cloud runs, and where."""
    endpoint = emulator_process.endpoint(folder)
    if as_json:
        say(json.dumps({"running": endpoint is not None, "endpoint": endpoint, "folder": str(folder.path)}))
    else:
        say(f"running at {endpoint}" if endpoint else "not running: `make up` starts it")


def job(folder: Folder, asked: Asked, *, as_json: bool) -> bool:
    """Run a job of a tenant, on an embedded cloud that is brought up first if need be; says whether it ended well."""
    from local.job import run  # noqa: PLC0415 - `down` needs none of it

    tell = say_aside if as_json else say
    if emulator_process.endpoint(folder) is None and not as_json:
        tell("the embedded cloud is not running: `make up` first")
        with folder.locked("job"):
            up(folder, None)
    endpoint = emulator_process.endpoint(folder)
    if endpoint is None:
        message = "the embedded cloud is not running. Run `make up`."
        raise Refused(message)
    done = run.run(folder, environment(folder, endpoint), asked, tell)
    say(json.dumps(done) if as_json else run.describe(done))
    return done["asExpected"]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="python -m local",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m local status --json\n  python -m local job executor-too-large --tenant risk",
    )
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("up", "start it, with the stack `local` on it"),
        ("down", "stop it; its state is kept"),
        ("clean", "stop it and remove its state"),
        ("status", "whether it runs, and where"),
        ("job", "run a job of a tenant with real Spark"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--folder", type=Path, default=CHECKOUT / ".local", help="where its state is kept (default: .local)"
        )
        if name in ("status", "job"):
            command.add_argument("--json", action="store_true", help="one JSON document for machines")
        if name == "up":
            command.add_argument(
                "--lifeline", action="store_true", help="what is started ends when standard input does (for tests)"
            )
        if name == "job":
            command.add_argument(
                "job", nargs="?", default="pi", help="an example of examples/jobs, or a request's file (default: pi)"
            )
            command.add_argument("--tenant", default="analytics", help="whose job it is (default: analytics)")
            command.add_argument("--role", help="one of the tenant's roles (default: its first)")
    return found


def main() -> int:
    """Run one command on the embedded cloud of this checkout."""
    arguments = parser().parse_args()
    try:
        return _run(arguments, Folder(arguments.folder.resolve()))
    except Refused as refused:
        print(f"make {arguments.command}: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"make {arguments.command}: interrupted; run it again to go on", file=sys.stderr)
        return 130


def _run(arguments: argparse.Namespace, folder: Folder) -> int:
    if arguments.command == "status":
        status(folder, as_json=arguments.json)
        return 0
    if arguments.command == "job":
        asked = Asked(job=arguments.job, tenant=arguments.tenant, role=arguments.role)
        return 0 if job(folder, asked, as_json=arguments.json) else 1
    with folder.locked(arguments.command):
        if arguments.command == "up":
            up(folder, sys.stdin.fileno() if arguments.lifeline else None)
        else:
            {"down": down, "clean": clean}[arguments.command](folder)
    return 0


if __name__ == "__main__":
    # A stop by the system is as orderly as one from the keyboard, also where a background shell ignores the latter.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
