import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from local.engine import cache
from local.engine.cache import MODULES, place_of
from local.engine.machine import Machine
from local.engine.programs import ANALYSER, BUILDS

X86_64 = Machine(goarch="amd64", elf=62)
ARM64 = Machine(goarch="arm64", elf=183)
COMPILES = [compile_ for build in (*BUILDS, ANALYSER) for compile_ in build.compiles]


def places() -> dict[str, Path]:
    return {build.name: place_of(build, X86_64) for build in BUILDS}


@pytest.fixture
def modules(tmp_path, monkeypatch):
    copy = tmp_path / "modules"
    shutil.copytree(MODULES, copy)
    monkeypatch.setattr(cache, "MODULES", copy)
    return copy


@pytest.mark.parametrize(
    ("file", "builds"),
    [
        ("etcd/go.sum", {"etcd"}),
        ("kubernetes/go.sum", {"kubernetes", "kubectl"}),
        ("language-host/go.mod", {"pulumi"}),
        ("language-host-scripts/go.sum", {"pulumi"}),
        ("kubernetes-provider/main.go", {"pulumi-resource-kubernetes"}),
        ("definitions/go.sum", {"definitions"}),
    ],
)
def test_a_changed_module_moves_only_the_builds_made_of_it(modules, file, builds):
    before = places()
    with (modules / file).open("a") as changed:
        changed.write("\n// changed")
    after = places()
    assert {name for name in before if before[name] != after[name]} == builds


def test_what_does_not_decide_the_result_does_not_move_a_build(modules):
    before = places()
    (modules / "etcd" / "go.mod~").write_text("an editor's copy")
    assert places() == before
    assert place_of(replace(BUILDS[0], disk=1, accepts=None), X86_64) == before[BUILDS[0].name]


def test_architectures_and_flags_do_not_share_a_place():
    build = BUILDS[0]
    tagged = replace(build, compiles=(replace(build.compiles[0], tags=("other",)),))
    assert len({place_of(build, X86_64), place_of(build, ARM64), place_of(tagged, X86_64)}) == 3


def test_every_module_is_locked():
    used = {part.module for build in (*BUILDS, ANALYSER) for part in (*build.compiles, *build.fetches)}
    assert used == {folder.name for folder in MODULES.iterdir()}
    for module in used:
        assert (MODULES / module / "go.sum").stat().st_size > 0


@pytest.mark.parametrize("compile_", COMPILES, ids=lambda compile_: compile_.module)
def test_several_packages_of_one_build_have_the_names_that_go_gives_them(compile_):
    if len(compile_.packages) > 1:
        assert [name for name, _ in compile_.packages] == [path.split("/")[-1] for _, path in compile_.packages]


@pytest.mark.parametrize(
    ("build", "module", "requirement"),
    [
        ("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
        ("kubernetes", "kubernetes", "k8s.io/kubernetes"),
        ("kubectl", "kubernetes", "k8s.io/kubernetes"),
        ("kwok", "kwok", "sigs.k8s.io/kwok"),
        ("pulumi", "pulumi", "github.com/pulumi/pulumi/pkg/v3"),
        ("definitions", "definitions", "github.com/aws/amazon-vpc-resource-controller-k8s"),
    ],
)
def test_the_version_of_a_build_is_the_version_that_its_module_requires(build, module, requirement):
    said = next(row.version for row in BUILDS if row.name == build)
    assert f"{requirement} v{said}\n" in (MODULES / module / "go.mod").read_text()


def test_the_kubernetes_provider_is_stamped_with_the_version_that_its_sdk_asks_for():
    said = next(row.version for row in BUILDS if row.name == "pulumi-resource-kubernetes")
    assert said == version("pulumi-kubernetes")
