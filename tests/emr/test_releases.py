from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr import releases
from emr.releases import KNOWN, Feature, check_feature, check_label, release


@pytest.mark.covers("JR-03")
@pytest.mark.parametrize(
    "label",
    [
        "emr-6.2.0-latest",
        "emr-5.32.0-latest",
        "emr-7.9.0-latest",
        "emr-7.9.0-20250425",
        "emr-7.9.0-java11-latest",
        "emr-6.14.0-spark-rapids-java17-al2023-20231005",
        "emr-spark-8.0.0-latest",
    ],
)
def test_labels_that_the_guide_prints_are_accepted(label: str) -> None:
    assert check_label(label) == []


@pytest.mark.covers("JR-03", "ER-08")
@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("emr-5.31.0-latest", "emr-5.32.0-latest"),
        ("emr-6.1.0-latest", "emr-6.2.0-latest"),
        ("emr-7.99.0-latest", "emr-7.14.0-latest"),
        ("emr-7.9.1-latest", "emr-7.9.0-latest"),
        ("emr-7.9.0", "emr-7.9.0-latest"),
        ("emr-7.9-latest", "emr-7.9.0-latest"),
        ("EMR-7.9.0-LATEST", "emr-7.9.0-latest"),
        ("7.9.0", "emr-7.9.0-latest"),
        ("emr-spark-8.1.0-latest", "emr-spark-8.0.0-latest"),
        ("spark/emr-7.9.0-latest", "emr-7.9.0-latest"),
        ("", "emr-7.9.0-latest"),
        ("notebook", "emr-7.9.0-latest"),
        ("emr-8.0.0-latest", "emr-spark-8.0.0-latest"),
        ("emr-7.9.0-latest\n", "emr-7.9.0-latest"),
    ],
)
def test_another_text_is_refused_with_the_service_s_words_and_the_nearest_label(label: str, meant: str) -> None:
    (fault,) = check_label(label)
    assert repr(label) == fault.given
    assert f"Release {label} doesn't exist." in fault.why
    assert fault.write == meant
    assert fault.write in KNOWN


@given(st.text(max_size=40))
def test_any_text_is_a_release_or_gets_a_known_one_proposed(text: str) -> None:
    faults = check_label(text)
    assert bool(faults) == (release(text) is None)
    assert all(fault.write in KNOWN for fault in faults)


@pytest.mark.covers("JR-04")
@pytest.mark.parametrize(
    ("label", "can"),
    [
        ("emr-5.32.0-latest", False),
        ("emr-5.33.0-latest", True),
        ("emr-6.2.0-latest", False),
        ("emr-6.3.0-latest", True),
        ("emr-7.0.0-latest", True),
        ("emr-spark-8.0.0-latest", True),
    ],
)
def test_pod_templates_come_with_5_33_and_6_3(label: str, *, can: bool) -> None:
    found = release(label)
    assert found
    assert (check_feature(found, releases.POD_TEMPLATES) == []) == can


@pytest.mark.parametrize(
    ("feature", "last_without", "first_with"),
    [
        (releases.SPARK_SQL, "emr-6.6.0-latest", "emr-6.7.0-latest"),
        (releases.NATIVE_SIDECAR, "emr-6.7.0-latest", "emr-6.8.0-latest"),
        (releases.RETRIES, "emr-6.8.0-latest", "emr-6.9.0-latest"),
        (releases.POD_IDENTITY, "emr-7.2.0-latest", "emr-7.3.0-latest"),
        (releases.IPV6, "emr-7.13.0-latest", "emr-7.14.0-latest"),
    ],
)
def test_a_feature_comes_with_its_release(feature: Feature, last_without: str, first_with: str) -> None:
    without, since, five = release(last_without), release(first_with), release("emr-5.36.0-latest")
    assert without
    assert since
    assert five
    (fault,) = check_feature(without, feature)
    assert fault.given == last_without
    assert fault.write.startswith(first_with)
    assert check_feature(since, feature) == []
    assert check_feature(five, feature)


@pytest.mark.covers("JR-08")
@pytest.mark.parametrize("label", KNOWN)
def test_every_release_takes_the_classifications_of_the_guide_s_table(label: str) -> None:
    found = release(label)
    assert found
    assert found.classifications >= {
        "core-site",
        "emrfs-site",
        "spark-metrics",
        "spark-defaults",
        "spark-env",
        "spark-hive-site",
        "spark-log4j",
    }
    assert ("spark-log4j2" in found.classifications) == (found.version >= (6, 8, 0))


def test_spark_s_version_is_given_where_it_was_read() -> None:
    spark8, seven9 = release("emr-spark-8.0.0-20260421"), release("emr-7.9.0-latest")
    assert spark8
    assert seven9
    assert (spark8.name, spark8.spark) == ("emr-spark-8.0.0", "4.0.2")
    assert seven9.spark is None
