from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

from local.aws.providers.install import install


def test_plugins_lie_where_the_engine_looks_for_the_versions_of_the_sdks(tmp_path: Path) -> None:
    install(tmp_path, Path(sys.executable), Path("/bin/echo"))
    for name, distribution in (("aws", "pulumi_aws"), ("eks", "pulumi_eks"), ("kubernetes", "pulumi_kubernetes")):
        version = importlib.metadata.version(distribution)
        program = tmp_path / "plugins" / f"resource-{name}-v{version}" / f"pulumi-resource-{name}"
        assert os.access(program, os.X_OK)


def test_the_kubernetes_plugin_is_the_given_program_with_its_arguments(tmp_path: Path) -> None:
    install(tmp_path, Path(sys.executable), Path("/bin/echo"))
    program = next(tmp_path.glob("plugins/resource-kubernetes-*/pulumi-resource-kubernetes"))
    assert subprocess.run([program, "a b"], capture_output=True, text=True, check=True).stdout == "a b\n"


def test_the_stand_ins_run_whatever_folder_and_path_they_are_started_with(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "__init__.py").write_text("raise SystemExit('the wrong module')")
    python = tmp_path / "some python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -P -c "import local.aws.providers.aws; print(\\"right\\")"\n')
    python.chmod(0o755)
    install(tmp_path, python, Path("/bin/echo"))
    program = next(tmp_path.glob("plugins/resource-aws-*/pulumi-resource-aws"))
    assert "some python' -P -m local.aws.providers.aws" in program.read_text()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "right\n"


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    install(tmp_path, Path(sys.executable), Path("/bin/echo"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("pulumi-resource-*")}
    install(tmp_path, Path(sys.executable), Path("/bin/echo"))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("pulumi-resource-*")} == before
