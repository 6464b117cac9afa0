from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.job_fit import Bounds, admitted, check_fit, counted
from emr.job_shape import Amounts, Container, JobShape, job_shape, smallest_job

PYTHON = "local:///usr/lib/spark/examples/src/main/python/pi.py"
PI = {
    "spark.executor.instances": "2",
    "spark.executor.memory": "2G",
    "spark.executor.cores": "2",
    "spark.driver.cores": "1",
    "spark.driver.memory": "2G",
}
# A tenant of size small: the source document's proportions, with a default limit equal to the maximum.
SMALL = Bounds(
    quota="compute-resources",
    requests=Amounts.of(cpu="50", memory="200Gi"),
    limits=Amounts.of(cpu="100", memory="300Gi"),
    greatest=Amounts.of(cpu="6", memory="24Gi"),
    least=Amounts.of(cpu="100m"),
    default_limit=Amounts.of(cpu="6", memory="24Gi"),
    default_request=Amounts.of(cpu="100m", memory="128Mi"),
)
UNBOUNDED = Bounds(
    quota="",
    requests=Amounts(),
    limits=Amounts(),
    greatest=Amounts(),
    least=Amounts(),
    default_limit=Amounts(),
    default_request=Amounts(),
)


def pi(**settings: str) -> JobShape:
    named = {key.replace("_", "."): value for key, value in settings.items()}
    return job_shape({**PI, **named}, entry_point=PYTHON)


def test_the_pi_example_and_the_smallest_job_fit_a_small_tenant() -> None:
    assert check_fit(pi(), SMALL) == []
    assert check_fit(smallest_job(), SMALL) == []


@pytest.mark.covers("RM-04")
def test_an_executor_of_seven_cores_is_refused_while_the_job_runs_on() -> None:
    (fault,) = check_fit(pi(spark_executor_cores="7"), SMALL)
    assert fault.where == "spark.executor.cores"
    assert fault.given == "cpu request 7 for container spark-kubernetes-executor"
    assert 'Invalid value: "7": must be less than or equal to cpu limit of 6' in fault.why
    assert "stays RUNNING" in fault.why
    assert "FAILS" not in fault.why
    assert fault.write == "at most 6"


@pytest.mark.covers("RM-04")
def test_a_driver_of_seven_cores_fails_the_job() -> None:
    (fault,) = check_fit(pi(spark_driver_cores="7"), SMALL)
    assert fault.where == "spark.driver.cores"
    assert 'Invalid value: "7": must be less than or equal to cpu limit of 6' in fault.why
    assert "the job FAILS" in fault.why


def test_seven_cores_with_a_limit_of_seven_get_the_other_words() -> None:
    settings = {**PI, "spark.executor.cores": "7", "spark.kubernetes.executor.limit.cores": "7"}
    (fault,) = check_fit(job_shape(settings, entry_point=PYTHON), SMALL)
    assert "maximum cpu usage per Container is 6, but limit is 7" in fault.why


def test_six_cores_fit() -> None:
    assert check_fit(pi(spark_executor_cores="6", spark_driver_cores="6"), SMALL) == []


@pytest.mark.covers("RM-04")
def test_memory_is_counted_with_what_spark_adds() -> None:
    assert check_fit(pi(spark_executor_memory="17g"), SMALL) == []
    (fault,) = check_fit(pi(spark_executor_memory="18g"), SMALL)
    assert fault.where == "spark.executor.memory"
    assert "maximum memory usage per Container is 24Gi, but limit is 25804Mi" in fault.why


def test_a_container_below_the_minimum_is_named() -> None:
    settings = {**PI, "spark.kubernetes.driver.request.cores": "50m"}
    (fault,) = check_fit(job_shape(settings, entry_point=PYTHON), SMALL)
    assert "minimum cpu usage per Container is 100m, but request is 50m" in fault.why


@pytest.mark.covers("RM-06")
def test_executors_beyond_the_quota_are_counted_and_the_numbers_are_the_api_server_s() -> None:
    # Each pod limits 2 containers to 6 CPUs: submitter and driver take 24 of 100, so six executors fit.
    assert check_fit(pi(spark_executor_instances="6"), SMALL) == []
    (fault,) = check_fit(pi(spark_executor_instances="7"), SMALL)
    assert fault.where == "spark.executor.instances"
    assert fault.given == "7 executors"
    assert fault.allowed.startswith("6 ")
    assert (
        "exceeded quota: compute-resources, requested: limits.cpu=12, used: limits.cpu=96, limited: limits.cpu=100"
        in (fault.why)
    )


@pytest.mark.covers("RM-06")
@pytest.mark.parametrize(("cpu", "component"), [("10", "controller"), ("20", "driver")])
def test_a_quota_too_small_for_submitter_or_driver_fails_the_job(cpu: str, component: str) -> None:
    (fault,) = check_fit(pi(), replace(SMALL, limits=Amounts.of(cpu=cpu)))
    assert component in fault.given
    assert fault.where == "limits.cpu"
    assert "FAILS" in fault.why
    assert f"limited: limits.cpu={cpu}" in fault.why


def test_a_quota_of_cpu_limits_without_a_default_limit_refuses_every_pod() -> None:
    faults = check_fit(pi(), replace(SMALL, default_limit=Amounts(memory=SMALL.default_limit.memory)))
    assert len(faults) == 6
    assert all("must specify limits.cpu" in fault.why for fault in faults)


def test_every_container_that_does_not_fit_is_named_at_once() -> None:
    faults = check_fit(pi(spark_executor_cores="7", spark_driver_cores="8", spark_driver_memory="30g"), SMALL)
    assert [fault.where for fault in faults] == ["spark.driver.cores", "spark.driver.memory", "spark.executor.cores"]


def test_without_bounds_everything_fits() -> None:
    assert check_fit(pi(spark_executor_instances="9999", spark_executor_cores="99"), UNBOUNDED) == []


def test_a_job_that_begins_without_executors_is_judged_by_its_driver() -> None:
    settings = {**PI, "spark.executor.cores": "7", "spark.executor.instances": "0"}
    dynamic = {**settings, "spark.dynamicAllocation.enabled": "true"}
    assert check_fit(job_shape(dynamic, entry_point=PYTHON), SMALL) == []


def test_the_api_server_fills_in_limits_as_requests_and_then_the_defaults() -> None:
    bare = Container(name="a", requests=Amounts(), limits=Amounts(memory=Fraction(7)))
    assert admitted(bare, SMALL) == Container(
        name="a",
        requests=Amounts(cpu=Fraction(1, 10), memory=Fraction(7)),
        limits=Amounts(cpu=Fraction(6), memory=Fraction(7)),
    )


@given(st.integers(1, 6), st.integers(1, 16), st.integers(1, 40))
def test_what_is_said_to_fit_fits_and_one_more_does_not(cores: int, memory: int, instances: int) -> None:
    shape = pi(
        spark_executor_cores=str(cores), spark_executor_memory=f"{memory}g", spark_executor_instances=str(instances)
    )
    faults = check_fit(shape, SMALL)
    most = int(faults[0].allowed.split()[0]) if faults else instances
    assert check_fit(replace(shape, executors=most), SMALL) == []
    assert bool(check_fit(replace(shape, executors=most + 1), SMALL)) or most == instances
    pods = [shape.submitter, shape.driver, *[shape.executor] * most]
    assert sum(counted(pod, SMALL)["limits.cpu"] for pod in pods) <= 100
