import os
import signal
import subprocess
from pathlib import Path

import pytest

from local.engine import EngineError, Origin, ensure
from local.engine.cache import place_of
from local.engine.machine import this_machine
from local.engine.programs import BUILDS

ALL = {name for build in BUILDS for name in build.programs}
PLACES = {build.name: build for build in BUILDS}


def place(name: str) -> Path:
    return place_of(PLACES[name], this_machine())


def test_a_bare_machine_builds_every_program_once_and_finds_them_again(desk):
    first = ensure(lambda _line: None)
    assert set(first.programs) == ALL
    assert {part.origin for part in first.parts.values()} == {Origin.BUILT}
    assert all(os.access(path, os.X_OK) for path in first.programs.values())
    kept = {path.name for path in first.programs["etcd"].parent.iterdir()}
    assert kept == {"etcd", "manifest.json"}, "Go's temporary files are gone"
    built = desk.built()
    second = ensure(lambda _line: None)
    assert second.programs == first.programs
    assert {part.origin for part in second.parts.values()} == {Origin.CACHE}
    assert desk.built() == built
    assert len(built) == len(set(built))


@pytest.mark.usefixtures("desk")
def test_a_definition_comes_unchanged_out_of_its_go_module():
    definitions = ensure(lambda _line: None).definitions
    assert set(definitions) == {
        "securitygrouppolicies",
        "secretproviderclasses",
        "secretproviderclasspodstatuses",
        "nodepools",
        "nodeclaims",
        "ec2nodeclasses",
    }
    text = definitions["securitygrouppolicies"].read_text()
    assert text.startswith("github.com/aws/amazon-vpc-resource-controller-k8s config/crd/bases/")


@pytest.mark.usefixtures("desk")
def test_charts_come_whole_and_with_the_version_that_their_release_writes_into_them():
    charts = ensure(lambda _line: None).charts
    assert {path.name for path in charts.iterdir()} == {"karpenter", "karpenter-crd"}
    assert (charts / "karpenter" / "Chart.yaml").read_text() == "version: 1.13.0\nappVersion: 1.13.0\n"
    values = (charts / "karpenter" / "values.yaml").read_text()
    assert values == 'controller:\n  image:\n    tag: 1.13.0\n    digest: ""\n'
    assert (charts / "karpenter" / "templates" / "deployment.yaml").read_text() == "version: 1.12.1\n"


def test_a_chart_with_a_missing_file_is_made_again(desk):
    chart = ensure(lambda _line: None).charts / "karpenter" / "Chart.yaml"
    chart.unlink()
    (desk.go / "built").unlink()
    ensure(lambda _line: None)
    assert chart.exists()
    assert desk.built() == ["karpenter"]


@pytest.mark.usefixtures("desk")
def test_the_language_host_lies_beside_the_command_line_with_its_scripts():
    programs = ensure(lambda _line: None).programs
    together = {"pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python"}
    assert {programs[name].parent for name in together} == {programs["pulumi"].parent}


@pytest.mark.usefixtures("desk")
def test_progress_counts_only_what_is_built():
    ensure(lambda _line: None)
    (place("etcd") / "etcd").unlink()
    lines: list[str] = []
    ensure(lines.append)
    assert any(line.startswith("[1/1] etcd 3.6.14: built, ") for line in lines)


def test_a_killed_build_leaves_no_program_and_the_next_run_cleans_up_and_works(desk):
    desk.go_hangs_at("kube-apiserver")
    process = desk.start()
    go = desk.hanging_go()
    process.kill()
    process.communicate()
    os.kill(go, signal.SIGKILL)
    assert not place("kubernetes").exists()
    assert len(desk.leftovers()) == 1
    desk.go_works()
    engine = ensure(lambda _line: None)
    assert desk.leftovers() == []
    assert set(engine.programs) == ALL
    assert engine.parts["etcd"].origin == Origin.CACHE, "what was finished before the kill is kept"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_told_to_stop_leaves_nothing_at_all(desk, number):
    desk.go_hangs_at("etcd")
    process = desk.start()
    go = desk.hanging_go()
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "run this again to go on" in output
    assert "Traceback" not in output
    assert desk.leftovers() == []
    with pytest.raises(ProcessLookupError):
        os.kill(go, 0)


def waits(process: subprocess.Popen[str]) -> bool:
    """Reads on until the process says that it waits for another one to build etcd."""
    assert process.stdout
    lines = iter(process.stdout.readline, "")
    return any("etcd 3.6.14: another process is building it, waiting" in line for line in lines)


def test_two_processes_at_once_build_once_and_the_second_says_that_it_waits(desk):
    desk.go_hangs_at("etcd")
    first = desk.start()
    desk.hanging_go()
    second = desk.start()
    assert waits(second)
    assert len(desk.leftovers()) == 1, "the second leaves the folder of the first alone"
    desk.go_works()
    outputs = [process.communicate(timeout=60)[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), outputs
    assert "etcd 3.6.14: built by another process" in outputs[1]
    assert sorted(desk.built()) == sorted(set(desk.built()))


def test_a_second_process_takes_over_when_the_first_is_killed(desk):
    desk.go_hangs_at("etcd")
    first = desk.start()
    go = desk.hanging_go()
    second = desk.start()
    assert waits(second)
    first.kill()
    first.communicate()
    os.kill(go, signal.SIGKILL)
    desk.go_works()
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 0, output
    assert set(ensure(lambda _line: None).programs) == ALL
    assert desk.leftovers() == []


def of_another_architecture(program: Path) -> None:
    content = bytearray(program.read_bytes())
    content[18:20] = (8).to_bytes(2, "little")
    program.write_bytes(content)


def cut_short(program: Path) -> None:
    program.write_bytes(program.read_bytes()[:-1])


def of_32_bits(program: Path) -> None:
    content = bytearray(program.read_bytes())
    content[4] = 1
    program.write_bytes(content)


def without_manifest(program: Path) -> None:
    (program.parent / "manifest.json").unlink()


def with_half_a_manifest(program: Path) -> None:
    (program.parent / "manifest.json").write_text('{"sizes": {')


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (of_another_architecture, "kube-scheduler is no program for this machine's architecture"),
        (of_32_bits, "kube-scheduler is no program for this machine's architecture"),
        (cut_short, "kube-scheduler has 63 bytes instead of 64"),
        (Path.unlink, "it is incomplete"),
        (without_manifest, "it is incomplete"),
        (with_half_a_manifest, "it is incomplete"),
    ],
)
def test_a_damaged_program_in_the_cache_is_named_and_only_its_build_is_made_again(desk, damage, reason):
    scheduler = ensure(lambda _line: None).programs["kube-scheduler"]
    good = scheduler.read_bytes()
    (desk.go / "built").unlink()
    damage(scheduler)
    lines: list[str] = []
    engine = ensure(lines.append)
    assert lines[0].startswith(f"kubernetes 1.35.5: what the cache has in {scheduler.parent} cannot be used: ")
    assert reason in lines[0]
    assert engine.programs["kube-scheduler"].read_bytes() == good
    assert desk.built() == ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]


@pytest.mark.parametrize("part", [".", "locks"])
def test_a_cache_that_cannot_be_used_is_named(desk, part):
    blocked = desk.cache / part
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the folder should be")
    with pytest.raises(EngineError, match=rf"{desk.cache} cannot be used: .* XDG_CACHE_HOME"):
        ensure(lambda _line: None)
