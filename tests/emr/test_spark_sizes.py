from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emr.spark_size_checks import check_sizes
from emr.spark_sizes import MIB, Resources, executors, mebibytes, resources

PYTHON = "local:///usr/lib/spark/examples/src/main/python/pi.py"
JAR = "local:///usr/lib/spark/examples/jars/spark-examples.jar"
# What the guide's pi example says, and what real Spark 4.0.1 was seen to make of it.
PI = {
    "spark.executor.instances": "2",
    "spark.executor.memory": "2G",
    "spark.executor.cores": "2",
    "spark.driver.cores": "1",
    "spark.driver.memory": "2G",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2G", 2048),
        ("2g", 2048),
        ("2gb", 2048),
        ("512m", 512),
        ("512", 512),
        ("1024k", 1),
        ("1023k", 0),
        ("2097152b", 2),
        ("1t", 1024**2),
        (" 1g ", 1024),
    ],
)
def test_sizes_are_read_as_spark_reads_them(text: str, expected: int) -> None:
    assert mebibytes(text) == expected


@pytest.mark.parametrize("text", ["2Gi", "1.5g", "", "-1g", "g", "2 g", "2x", "\u0661g"])
def test_what_spark_cannot_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        mebibytes(text)


@given(st.integers(0, 10**6), st.sampled_from("kmgtp"))
def test_every_unit_is_1024_of_the_one_before(number: int, unit: str) -> None:
    assert mebibytes(f"{number}{unit}") == number * 1024 ** ("bkmgtp".index(unit)) // MIB


def test_the_driver_of_the_pi_example_is_as_large_as_real_spark_made_it() -> None:
    assert resources("driver", PI, PYTHON) == Resources(cpu_request=Fraction(1), cpu_limit=None, memory=2867)


def test_an_executor_of_a_submitted_python_job_has_the_factor_for_python_too() -> None:
    assert resources("executor", PI, PYTHON) == Resources(cpu_request=Fraction(2), cpu_limit=None, memory=2867)


def test_an_executor_without_the_submission_s_factor_is_as_large_as_real_spark_made_it() -> None:
    assert resources("executor", PI, JAR).memory == 2432
    assert resources("executor", {**PI, "spark.kubernetes.memoryOverheadFactor": "0.1"}, PYTHON).memory == 2432


def test_a_job_that_says_nothing_gets_spark_s_defaults() -> None:
    for role in ("driver", "executor"):
        assert resources(role, {}, JAR) == Resources(cpu_request=Fraction(1), cpu_limit=None, memory=1024 + 384)
    assert executors({}) == 2


@pytest.mark.parametrize("role", ["driver", "executor"])
@pytest.mark.parametrize(
    ("settings", "memory"),
    [
        ({"memory": "10g"}, 10240 + 4096),
        ({"memory": "10g", "memoryOverhead": "1g"}, 11264),
        ({"memory": "10g", "memoryOverhead": "7"}, 10247),
        ({"memory": "10g", "memoryOverheadFactor": "0.2"}, 12288),
        ({"memory": "1g", "memoryOverheadFactor": "0.2", "minMemoryOverhead": "100m"}, 1024 + 204),
        ({"memory": "1g", "memoryOverheadFactor": "0.2"}, 1024 + 384),
    ],
)
def test_memory_beside_the_heap_follows_explicit_size_then_factor_then_minimum(
    role: str, settings: dict[str, str], memory: int
) -> None:
    named = {f"spark.{role}.{key}": value for key, value in settings.items()}
    assert resources(role, named, PYTHON).memory == memory  # type: ignore[arg-type]


def test_a_role_s_own_factor_beats_the_one_for_both() -> None:
    settings = {
        "spark.driver.memory": "10g",
        "spark.executor.memory": "10g",
        "spark.kubernetes.memoryOverheadFactor": "0.5",
        "spark.driver.memoryOverheadFactor": "0.1",
    }
    assert resources("driver", settings, PYTHON).memory == 11264
    assert resources("executor", settings, PYTHON).memory == 15360


def test_executors_also_get_off_heap_and_python_memory() -> None:
    settings = {
        "spark.memory.offHeap.enabled": "true",
        "spark.memory.offHeap.size": "1073741824",
        "spark.executor.pyspark.memory": "512",
    }
    assert resources("executor", settings, PYTHON).memory == 1024 + 409 + 1024 + 512
    assert resources("executor", settings, JAR).memory == 1024 + 384 + 1024
    assert resources("driver", settings, PYTHON).memory == 1024 + 409
    assert resources("executor", {**settings, "spark.memory.offHeap.enabled": "false"}, JAR).memory == 1408


def test_request_and_limit_of_cpu_can_differ_from_the_cores_of_spark() -> None:
    settings = {
        "spark.executor.cores": "4",
        "spark.kubernetes.executor.request.cores": "500m",
        "spark.kubernetes.executor.limit.cores": "2",
    }
    asked = resources("executor", settings, JAR)
    assert (asked.cpu_request, asked.cpu_limit) == (Fraction(1, 2), 2)
    assert resources("driver", settings, JAR).cpu_request == 1


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"spark.executor.instances": "7"}, 7),
        ({"spark.dynamicAllocation.enabled": "true"}, 0),
        ({"spark.dynamicAllocation.enabled": "true", "spark.dynamicAllocation.minExecutors": "3"}, 3),
        ({"spark.dynamicAllocation.enabled": "TRUE", "spark.executor.instances": "5"}, 5),
        ({"spark.dynamicAllocation.enabled": "false", "spark.dynamicAllocation.minExecutors": "3"}, 2),
    ],
)
def test_executors_are_counted_as_spark_starts_with_them(settings: dict[str, str], expected: int) -> None:
    assert executors(settings) == expected


@pytest.mark.parametrize(
    ("key", "value", "write"),
    [
        ("spark.executor.memory", "2Gi", "2g"),
        ("spark.driver.memory", "1.5g", "1536m"),
        ("spark.driver.memoryOverhead", "lots", "1536m"),
        ("spark.driver.cores", "0.5", "request.cores"),
        ("spark.executor.cores", "0", "request.cores"),
        ("spark.executor.instances", "two", "2"),
        ("spark.kubernetes.driver.limit.cores", "0", "500m"),
        ("spark.kubernetes.executor.request.cores", "half", "500m"),
        ("spark.kubernetes.memoryOverheadFactor", "40%", "0.1"),
    ],
)
def test_a_size_that_cannot_be_read_is_named_with_what_to_write(key: str, value: str, write: str) -> None:
    (fault,) = check_sizes({key: value, "spark.app.name": "pi"})
    assert (fault.where, fault.given) == (key, repr(value))
    assert write in fault.write


KEYS = [*PI, "spark.driver.memoryOverhead", "spark.executor.memoryOverheadFactor", "spark.driver.memoryOverheadFactor"]


@example({"spark.driver.cores": " 1"})
@given(st.dictionaries(st.sampled_from(KEYS), st.text("0123456789.gGmMik ", max_size=5)))
def test_settings_without_a_fault_have_sizes(settings: dict[str, str]) -> None:
    if not check_sizes(settings):
        assert resources("driver", settings, PYTHON).memory >= 0
        assert resources("executor", settings, JAR).memory >= 0
        assert executors(settings) > 0
    else:
        assert all(fault.where in settings for fault in check_sizes(settings))
