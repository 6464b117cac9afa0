"""Puts the provider plugins of the embedded cloud where the Pulumi engine looks for them."""

from __future__ import annotations

import importlib.metadata
import shlex
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[3]
_STAND_INS: Final = {"aws": "pulumi_aws", "eks": "pulumi_eks"}
"""Our own plugins, and the distribution whose SDK asks for them."""


def install(pulumi_home: Path, python: Path, kubernetes: Path) -> None:
    """Install the plugins into a Pulumi home; a second time changes nothing.

    `python` runs the stand-ins, `kubernetes` is the real pulumi-resource-kubernetes. The engine takes a plugin only if
    its folder names the very version that the SDK asks for, so versions come from the installed distributions.
    """
    for name, distribution in _STAND_INS.items():
        # Neither the folder of the program (-P) nor its PYTHONPATH may put modules before the stand-in's own.
        command = f"exec env PYTHONPATH={shlex.quote(str(_ROOT))} {shlex.quote(str(python))} -P"
        _write(pulumi_home, name, distribution, f'{command} -m local.aws.providers.{name} "$@"')
    _write(pulumi_home, "kubernetes", "pulumi_kubernetes", f'exec {shlex.quote(str(kubernetes))} "$@"')


def _write(pulumi_home: Path, name: str, distribution: str, command: str) -> None:
    version = importlib.metadata.version(distribution)
    folder = pulumi_home / "plugins" / f"resource-{name}-v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"pulumi-resource-{name}"
    text = f"#!/bin/sh\n{command}\n"
    if program.is_file() and program.read_text() == text:
        return
    unfinished = program.with_suffix(".new")
    unfinished.write_text(text)
    unfinished.chmod(0o755)
    unfinished.replace(program)
