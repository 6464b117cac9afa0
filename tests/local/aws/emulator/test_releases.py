from __future__ import annotations

import pytest

from emr import releases as advice
from local.aws.emulator.emr_containers import releases


@pytest.mark.parametrize(
    ("label", "version", "flavour"),
    [
        ("emr-5.32.0-latest", (5, 32, 0), ""),
        ("emr-6.2.0-20210129", (6, 2, 0), ""),
        ("emr-6.14.0-spark-rapids-java17-al2023-latest", (6, 14, 0), "spark-rapids-java17-al2023"),
        ("emr-7.9.0-java11-20250425", (7, 9, 0), "java11"),
        ("emr-7.12.0-latest", (7, 12, 0), ""),
        ("emr-spark-8.0.0-latest", (8, 0, 0), ""),
    ],
)
@pytest.mark.covers("JR-03")
def test_labels_of_the_guide_are_known(label, version, flavour):
    found = releases.find(label)
    assert found is not None
    assert (found.version, found.flavour) == (version, flavour)


@pytest.mark.parametrize(
    "label",
    [
        "emr-5.31.0-latest",
        "emr-6.1.0-latest",
        "emr-6.2.0",
        "emr-6.2.0-LATEST",
        "emr-6.2.0-java11-latest",
        "emr-7.9.0-java17-latest",
        "emr-spark-7.9.0-latest",
        "emr-8.0.0-latest",
        "notebook-spark/emr-7.9.0-latest",
        "emr-7.9.0-1",
    ],
)
def test_other_labels_are_not(label):
    assert releases.find(label) is None


@pytest.mark.covers("JR-08")
def test_classifications_of_the_first_release_and_of_a_late_one():
    first = releases.classifications(releases.Release("emr", (6, 2, 0), ""))
    late = releases.classifications(releases.Release("emr", (7, 9, 0), ""))
    assert {"core-site", "emrfs-site", "spark-metrics", "spark-defaults", "spark-env", "spark-hive-site"} < first
    assert "spark-log4j" in first
    assert late - first == {"spark-log4j2"}


def test_the_emulator_knows_the_releases_that_the_platform_knows():
    assert [label for label in advice.KNOWN if releases.find(label) is None] == []


def test_pod_templates_came_with_two_releases():
    with_templates = {"emr-5.33.0-latest", "emr-6.3.0-latest", "emr-7.0.0-latest"}
    without = {"emr-5.32.0-latest", "emr-6.2.0-latest"}
    found = {
        label for label in with_templates | without if (r := releases.find(label)) and releases.has_pod_templates(r)
    }
    assert found == with_templates
