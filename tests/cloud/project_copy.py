"""A copy of the project with stack files of a test's own: the checkout's stay as they are."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from local.folder import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cloud.conftest import Cloud

PROGRAM = ("__main__.py", "stacks", "components", "spec", "iam", "emr", "plugin")


@dataclass(frozen=True)
class Copy:
    """A project, the cloud that its stacks come to, and its folder."""

    cloud: Cloud
    folder: Path

    @staticmethod
    def make(cloud: Cloud, folder: Path) -> Copy:
        """Copy the program; nothing of the checkout's configuration comes with it."""
        for name in PROGRAM:
            source = CHECKOUT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "config"))
            else:
                shutil.copy(source, folder / name)
        project = yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text())
        project["runtime"]["options"]["virtualenv"] = sys.prefix
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        plugin = folder / "plugin" / "PulumiPlugin.yaml"
        described = yaml.safe_load(plugin.read_text())
        described["runtime"]["options"]["virtualenv"] = sys.prefix
        plugin.write_text(yaml.safe_dump(described))
        (folder / "stacks" / "config" / "tenants").mkdir(parents=True)
        return Copy(cloud, folder)

    def write(self, stack: str, config: dict[str, Any], *tenants: dict[str, Any]) -> None:
        """Write the file of a stack, and those of tenants that name it."""
        config = {f"tenancy:{key}": value for key, value in config.items()}
        files = self.folder / "stacks" / "config"
        salt = yaml.safe_load((CHECKOUT / "stacks" / "config" / "Pulumi.local.yaml").read_text())["encryptionsalt"]
        (files / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config, "encryptionsalt": salt}))
        for tenant in tenants:
            (files / "tenants" / f"{tenant['name']}.yaml").write_text(yaml.safe_dump({**tenant, "stack": stack}))

    def pulumi(self, stack: str, *arguments: str, check: bool = True) -> str:
        """Run the real Pulumi CLI on a stack."""
        return self.cloud.pulumi(*arguments, "--stack", stack, check=check, project=self.folder)

    def up(self, stack: str, *arguments: str, check: bool = True) -> str:
        """Bring a stack up."""
        self.cloud.pulumi("stack", "select", "--create", stack, project=self.folder)
        return self.pulumi(stack, "up", "--yes", "--skip-preview", *arguments, check=check)

    def outputs(self, stack: str) -> dict[str, Any]:
        """What a stack exports."""
        return json.loads(self.pulumi(stack, "stack", "output", "--json", "--show-secrets"))
