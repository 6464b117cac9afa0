"""What a shell needs to use the embedded cloud with the ordinary tools: programs, variables, kubeconfig."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.aws.providers.install import install
from local.folder import CHECKOUT, Folder, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCESS_KEY = "AKIALOCALDEPLOYER000"
SECRET_KEY = "local-deployer-secret"  # noqa: S105 - the made-up key of the emulator's user, on loopback only
REGION = "us-west-2"
INHERITED = (
    "HOME",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "USER",
    "XDG_CACHE_HOME",
    "SSL_CERT_FILE",
    "NO_COLOR",
    "CI",
)


def link_programs(folder: Folder, programs: Mapping[str, Path]) -> None:
    """Make `bin` hold one link per program of the engine and one to `aws`, and install the provider plugins."""
    folder.bin.mkdir(parents=True, exist_ok=True)
    wanted = {name: path for name, path in programs.items() if not name.startswith("pulumi-resource-kubernetes")}
    wanted["aws"] = Path(sys.executable).parent / "aws"
    for name, target in wanted.items():
        link = folder.bin / name
        if link.is_symlink() and link.readlink() == target:
            continue
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    install(folder.pulumi_home, Path(sys.executable), programs["pulumi-resource-kubernetes"])


def link_charts(charts: Path, checkout: Path = CHECKOUT) -> None:
    """Make `.local/charts` of the checkout lead to the charts, where the settings of stack `local` name it.

    It belongs to the checkout, whatever folder the state is in, because a program is run in its checkout. The link is
    replaced in one step: another run may be reading through it.
    """
    link = checkout / ".local" / "charts"
    if link.is_symlink() and link.readlink() == charts:
        return
    link.parent.mkdir(exist_ok=True)
    unfinished = link.with_name(f".charts-{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    unfinished.symlink_to(charts)
    unfinished.replace(link)


def environment(folder: Folder, endpoint: str) -> dict[str, str]:
    """The variables under which `aws`, `kubectl` and `pulumi` see the embedded cloud and nothing else."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, **exports(folder, endpoint), "PATH": f"{folder.bin}{os.pathsep}{os.environ['PATH']}"}


def exports(folder: Folder, endpoint: str) -> dict[str, str]:
    """The variables of `.local/env`, PATH aside."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_PAGER": "",
        # No shared configuration of the user's may lead these tools elsewhere.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "KUBECONFIG": str(folder.kubeconfig),
        "PULUMI_HOME": str(folder.pulumi_home),
        "PULUMI_BACKEND_URL": f"file://{folder.pulumi_state}",
        "PULUMI_CONFIG_PASSPHRASE": "local",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def write_env(folder: Folder, shell: Mapping[str, str]) -> None:
    """Write `.local/env` and make the folder of the file backend."""
    folder.pulumi_state.mkdir(parents=True, exist_ok=True)
    names = exports(folder, "")
    lines = [f"export {name}={shlex.quote(shell[name])}" for name in names]
    lines.append(f"export PATH={shlex.quote(str(folder.bin))}:$PATH")
    folder.env.write_text("\n".join(["# source this file to use the embedded cloud", *lines, ""]))


def write_kubeconfig(folder: Folder, shell: Mapping[str, str]) -> list[str]:
    """Let the AWS CLI write the kubeconfig of every emulated cluster; returns their names."""
    listed = _aws(shell, "eks", "list-clusters", "--output", "json")
    found: dict[str, Any] = json.loads(listed)
    clusters: list[str] = found["clusters"]
    folder.kubeconfig.unlink(missing_ok=True)
    for cluster in clusters:
        _aws(shell, "eks", "update-kubeconfig", "--name", cluster, "--alias", cluster)
    return clusters


def _aws(shell: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(["aws", *arguments], env=dict(shell), capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"`aws {' '.join(arguments)}` failed: {done.stderr.strip()}"
        raise Refused(message)
    return done.stdout
