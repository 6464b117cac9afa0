"""The life of a main container, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import yaml

from local.folder import CHECKOUT
from local.spark.container import job_runner
from local.spark.container.main_container import MainContainer
from local.spark.container.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.spark.conftest import Container

# A program of ours as a process of its own, since it takes over signals.
PROGRAM = """
import os, sys
from local.spark.container.main_container import MainContainer, Stopped
with MainContainer(os.environ) as container:
    try:
        code = container.run(sys.argv[1:], os.environ)
    except Stopped:
        code = container.stopped_code
sys.exit(code)
"""


# The kernel gives the signal to another thread, so it interrupts no wait of the main thread, in which Python calls
# handlers: as when it comes just before the wait.
BLOCKED = f"""
import signal, threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
{PROGRAM.replace("sys.exit", "os._exit")}
"""


def begin(container: Container, *command: str, program: str = PROGRAM) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *command],
        cwd=CHECKOUT,
        env=container.environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def eventually(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.covers("PT-14")
def test_streams_are_files_too_and_the_sidecars_see_heartbeat_and_end(container: Container) -> None:
    with begin(container, "/bin/sh", "-c", "echo out; echo err >&2; exit 3") as process:
        output, errors = process.communicate(timeout=30)

    logs = container.path("/var/log/spark/user") / "pod-1"
    assert (process.returncode, output, errors) == (3, "out\n", "err\n")
    assert ((logs / "stdout").read_text(), (logs / "stderr").read_text()) == ("out\n", "err\n")
    assert {path.name for path in container.path("/var/log/fluentd").iterdir()} == {
        "main-container-terminated",
        "main-container-ended",
    }


def test_the_heartbeat_goes_on_while_the_main_process_runs(container: Container) -> None:
    beat = container.path("/var/log/fluentd") / "main-container-terminated"
    with begin(container, "/bin/sleep", "60") as process:
        eventually(beat.exists)
        first = beat.stat().st_mtime_ns
        eventually(lambda: beat.stat().st_mtime_ns > first)
        assert not beat.with_name("main-container-ended").exists()
        process.terminate()


def test_a_request_to_end_reaches_the_main_process_which_ends_in_order(container: Container) -> None:
    with begin(
        container, "/bin/sh", "-c", 'trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.05; done'
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        output, _ = process.communicate(timeout=30)

    assert (process.returncode, output) == (5, "bye\n")
    assert (container.path("/var/log/fluentd") / "main-container-ended").exists()


def test_a_request_to_end_is_heard_also_when_it_comes_just_before_the_wait(container: Container) -> None:
    with begin(
        container, "/bin/sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done", program=BLOCKED
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.terminate()
        try:
            assert process.wait(10) == 5
        finally:
            process.kill()


def test_a_main_process_that_a_signal_ends_gives_128_and_its_number(container: Container) -> None:
    with begin(container, "/bin/sh", "-c", "kill -KILL $$") as process:
        assert process.wait(30) == 128 + signal.SIGKILL


def test_the_main_process_goes_with_its_program_when_that_is_killed(container: Container) -> None:
    with begin(container, "/bin/sh", "-c", "echo $$; exec sleep 600") as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.wait(30)

    eventually(lambda: not os.path.exists(f"/proc/{child}"))  # noqa: PTH110 - proc(5) is asked, not a file


CONFIGURATION = ["--properties-file", "/nowhere", "--conf", "spark.kubernetes.namespace=team"]


def submit(container: Container, *words: str) -> int:
    for component in ("driver", "executor"):
        template = {"spec": {"containers": [{"name": f"spark-kubernetes-{component}"}]}}
        (container.path("/etc/spark/conf") / f"{component}-podtemplate.yaml").write_text(yaml.safe_dump(template))
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with MainContainer(container.environ) as main:
            return job_runner.run(
                [*CONFIGURATION, *words, "app.py", "1"], main, container.spark, container.mounts, container.environ
            )
    finally:
        signal.signal(signal.SIGTERM, handler)


def test_the_submitter_says_last_what_a_job_cannot_choose(container: Container) -> None:
    container.spark_submit(f'printf "%s\\n" "$@" > {container.root}/words; env > {container.root}/variables')
    unwatched = ("--conf", "spark.kubernetes.submission.waitAppCompletion=false")

    assert submit(container, "--master", "local", "--deploy-mode", "client", *unwatched) == 0

    words = (container.root / "words").read_text().splitlines()
    folder = container.root / "work" / "templates"
    account = container.path("/var/run/secrets/kubernetes.io/serviceaccount")
    assert words[-6:] == ["--master", "k8s://https://127.0.0.1:6443", "--deploy-mode", "cluster", "app.py", "1"]
    assert f"spark.kubernetes.driver.podTemplateFile={folder}/driver.yaml" in words
    assert f"spark.kubernetes.authenticate.submission.oauthTokenFile={account}/token" in words
    assert f"SPARK_CONF_DIR={container.path('/etc/spark/conf')}" in (container.root / "variables").read_text()


def test_a_failed_submission_leaves_its_reason_as_termination_message(container: Container) -> None:
    container.spark_submit('echo "Exception in thread \\"main\\" java.lang.IllegalStateException: no more" >&2; exit 1')

    assert submit(container) == 1

    assert (container.root / "termination").read_text() == "no more"
    assert (container.path("/var/log/spark/user") / "pod-1" / "stderr").read_text().endswith("\nno more\n")


def test_a_driver_that_cannot_be_looked_at_is_no_success(container: Container) -> None:
    container.spark_submit("exit 0")

    assert submit(container, "--conf", "spark.kubernetes.driver.pod.name=spark-1-driver") == 1

    assert "spark-1-driver could not be looked at" in (container.root / "termination").read_text()


def test_a_tenants_template_is_merged_and_a_refused_one_stops_the_submission(container: Container) -> None:
    tenant = container.root / "tenant.yaml"
    tenant.write_text("spec: {nodeSelector: {pool: a}}")
    container.spark_submit("exit 1")

    submit(container, "--conf", f"spark.kubernetes.executor.podTemplateFile=file://{tenant}")

    merged = yaml.safe_load((container.root / "work" / "templates" / "executor.yaml").read_text())
    assert merged["spec"]["nodeSelector"] == {"pool": "a"}
    assert "nodeSelector" not in (container.root / "work" / "templates" / "driver.yaml").read_text()
    tenant.write_text("spec: {hostNetwork: true}")
    with pytest.raises(Refusal, match="Driver pod template validation failed"):
        submit(container, "--conf", f"spark.kubernetes.driver.podTemplateFile=file://{tenant}")


@pytest.mark.parametrize(
    ("arguments", "code", "text"), [(["nonsense"], 2, "'nonsense' is no program"), ([], 2, "'' is no")]
)
def test_a_program_that_the_image_does_not_have_is_named(arguments: list[str], code: int, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.spark.container", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert text in done.stderr


def test_without_spark_on_the_machine_a_container_says_so(container: Container) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.spark.container", "driver"],
        cwd=CHECKOUT,
        env={**container.environ, "XDG_CACHE_HOME": str(container.root / "nothing")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert (container.root / "termination").read_text() == (
        "Spark is not on this machine. `python -m local.spark` fetches it."
    )
