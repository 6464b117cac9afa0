from __future__ import annotations

from fractions import Fraction

import pytest

from emr.job_shape import Amounts, job_shape, smallest_job
from emr.spark_sizes import MIB

PYTHON = "local:///usr/lib/spark/examples/src/main/python/pi.py"
PI = {
    "spark.executor.instances": "2",
    "spark.executor.memory": "2G",
    "spark.executor.cores": "2",
    "spark.driver.cores": "1",
    "spark.driver.memory": "2G",
}


def test_the_pi_example_makes_a_submitter_a_driver_and_two_executors_each_with_a_logging_container() -> None:
    shape = job_shape(PI, entry_point=PYTHON)
    names = {
        pod.component: [container.name for container in pod.containers]
        for pod in (shape.submitter, shape.driver, shape.executor)
    }
    assert names == {
        "controller": ["job-runner", "emr-container-fluentd"],
        "driver": ["spark-kubernetes-driver", "emr-container-fluentd"],
        "executor": ["spark-kubernetes-executor", "emr-container-fluentd"],
    }
    assert shape.executors == 2


def test_spark_s_containers_request_cpu_and_memory_and_limit_memory_only() -> None:
    shape = job_shape(PI, entry_point=PYTHON)
    memory = Fraction(2867 * MIB)
    assert shape.driver.containers[0].requests == Amounts(cpu=Fraction(1), memory=memory)
    assert shape.driver.containers[0].limits == Amounts(memory=memory)
    assert shape.executor.containers[0].requests == Amounts(cpu=Fraction(2), memory=memory)


def test_logging_containers_ask_for_what_the_guide_says() -> None:
    shape = job_shape({}, entry_point=PYTHON)
    for pod in (shape.driver, shape.executor):
        assert pod.containers[1].requests == Amounts.of(memory="512Mi")
        assert pod.containers[1].limits == Amounts.of(memory="512Mi")
    assert shape.submitter.containers[1].requests == Amounts.of(cpu="100m", memory="200Mi")


def test_the_two_classifications_of_emr_s_own_containers_change_them() -> None:
    shape = job_shape(
        {},
        entry_point=PYTHON,
        container_defaults={"logging.request.cores": "200m", "logging.request.memory": "1Gi"},
        job_submitter={"jobsubmitter.logging.request.cores": "300m", "jobsubmitter.logging.request.memory": "2Gi"},
    )
    assert shape.driver.containers[1].requests == Amounts.of(cpu="200m", memory="1Gi")
    assert shape.executor.containers[1].requests == Amounts.of(cpu="200m", memory="1Gi")
    assert shape.submitter.containers[1].requests == Amounts.of(cpu="300m", memory="2Gi")


@pytest.mark.parametrize(("value", "containers"), [("DISABLED", 1), ("ENABLED", 2)])
def test_executors_can_go_without_logging(value: str, containers: int) -> None:
    shape = job_shape({}, entry_point=PYTHON, container_defaults={"executor.logging": value})
    assert len(shape.executor.containers) == containers
    assert len(shape.driver.containers) == 2


def test_the_smallest_job_has_eight_containers() -> None:
    shape = smallest_job()
    pods = [shape.submitter, shape.driver, *[shape.executor] * shape.executors]
    assert sum(len(pod.containers) for pod in pods) == 8
    assert shape.driver.containers[0].requests == Amounts.of(cpu="1", memory="1408Mi")
