import errno
import shutil
from types import SimpleNamespace

import pytest

from local.engine import EngineError, ensure


def failure() -> str:
    with pytest.raises(EngineError) as error:
        ensure(lambda _line: None)
    return str(error.value)


@pytest.mark.parametrize(
    "line",
    [
        'go: go.etcd.io/etcd@v3: Get "https://x/y.mod": dial tcp: lookup x: no such host',
        "go: example.org/a@v1: module lookup disabled by GOPROXY=off",
        "go: example.org/a@v1: reading https://x/a.zip: 503 Service Unavailable",
        "read tcp 10.0.0.1:55-10.0.0.2:443: read: connection reset by peer",
    ],
)
def test_no_network_names_the_program_and_what_to_check(desk, line):
    desk.go_says(f"go: downloading a\n{line}")
    text = failure()
    assert text.startswith("etcd 3.6.14: the Go module source could not be reached.")
    assert "GOPROXY" in text
    assert line in text
    assert desk.leftovers() == []


def test_a_disk_that_fills_up_while_go_writes_is_recognised(desk):
    line = "compile: writing output: write $WORK/b1/_pkg_.a: no space left on device"
    desk.go_says(f"# runtime\n{line}\n# sync")
    text = failure()
    assert text.startswith("etcd 3.6.14: the disk is full.")
    assert text.endswith(line)
    assert desk.leftovers() == []


def test_a_full_disk_is_recognised_even_when_the_log_has_no_room(desk):
    desk.cache.mkdir(parents=True)
    (desk.cache / "logs").write_text("in the way of the folder of the logs")
    desk.go_says("write /cache/etcd: no space left on device")
    assert failure().startswith("etcd 3.6.14: the disk is full.")


def test_a_disk_that_fills_up_while_we_write_is_recognised(desk, monkeypatch):
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    assert failure().startswith("pulumi 3.259.0: the disk is full.")
    assert desk.leftovers() == []


def test_too_little_room_is_told_before_anything_is_built(desk, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=100 * 2**20))
    text = failure()
    assert "has 100 MiB free" in text
    assert "XDG_CACHE_HOME" in text
    assert desk.built() == []


@pytest.mark.usefixtures("desk")
def test_room_is_asked_only_for_what_is_missing(monkeypatch):
    etcd = ensure(lambda _line: None).programs["etcd"]
    etcd.unlink()
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=2 * 2**30))
    ensure(lambda _line: None)
    assert etcd.exists()


def test_a_compile_error_shows_the_last_twenty_lines_and_the_whole_log(desk):
    desk.go_says("\n".join(f"main.go:{number}: undefined: thing" for number in range(1, 31)))
    text = failure()
    shown = [line for line in text.splitlines() if "undefined" in line]
    assert len(shown) == 20
    assert shown[-1] == "main.go:30: undefined: thing"
    log = next((desk.cache / "logs").glob("etcd-*.log"))
    assert str(log) in text
    assert "main.go:1: undefined" in log.read_text()


def test_the_next_run_after_a_failure_goes_on(desk):
    desk.go_says("no space left on device")
    failure()
    desk.go_works()
    assert ensure(lambda _line: None).programs["etcd"].exists()
