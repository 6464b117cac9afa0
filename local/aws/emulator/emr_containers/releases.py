"""The releases of EMR on EKS, and the configuration classifications of each.

Source: EMR on EKS Development Guide, "Amazon EMR on EKS releases" and its page for each release. Of dated labels
(`emr-7.9.0-20250425`) the form is checked, not whether AWS published an image on that very day.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Release(NamedTuple):
    """A release label, taken apart."""

    family: str
    """`emr` or `emr-spark`."""
    version: tuple[int, int, int]
    """Major, minor and patch number."""
    flavour: str
    """Such as `java11` or `spark-rapids-java17`; empty for the plain release."""


_VERSIONS = {
    "emr": {
        *((5, minor, 0) for minor in range(32, 37)),
        *((6, minor, 0) for minor in range(2, 16)),
        *((7, minor, 0) for minor in range(15)),
    },
    "emr-spark": {(8, 0, 0)},
}
_LABEL = re.compile(
    r"(?P<family>emr|emr-spark)-(?P<version>\d+\.\d+\.\d+)-"
    r"(?:(?P<flavour>(?:spark-rapids|java\d+|al2023)(?:-(?:java\d+|al2023))*)-)?(?:latest|20\d{6})"
)
# First release with a flavour, and the first one without it again.
_FLAVOURS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "spark-rapids": ((6, 9), (8, 0)),
    "java11": ((6, 9), (8, 0)),
    "java17": ((6, 12), (7, 0)),
    "java8": ((7, 0), (8, 0)),
    "al2023": ((6, 13), (7, 0)),
}
_CLASSIFICATIONS = frozenset(
    {"core-site", "emrfs-site", "spark-metrics", "spark-defaults", "spark-env", "spark-hive-site", "spark-log4j"}
)
# "Using Amazon EMR container defaults classification", "Using job submitter classification" (the guide's examples
# of both are of release 6.11.0 or carry no release: they are taken on every release), and Spark 3.3's log4j 2.
_OF_EMR_ITSELF = frozenset({"emr-containers-defaults", "emr-job-submitter"})
_LOG4J2 = (6, 8)
RETRIES_SINCE = (6, 9)
"""First release with a retry policy ("Using job retry policies")."""


def has_pod_templates(release: Release) -> bool:
    """Whether it takes pod templates: from 5.33.0 and 6.3.0 on ("Using pod templates")."""
    return release.version[:2] >= (6, 3) or (5, 33) <= release.version[:2] < (6, 0)


def find(label: str) -> Release | None:
    """Take a release label apart; None if EMR on EKS has no such release for Spark jobs."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return None
    major, minor, patch = (int(part) for part in match["version"].split("."))
    version, flavour = (major, minor, patch), match["flavour"] or ""
    if version not in _VERSIONS[match["family"]]:
        return None
    for part in re.findall(r"spark-rapids|java\d+|al2023", flavour):
        first, end = _FLAVOURS.get(part, ((0, 0), (0, 0)))
        if not first <= version[:2] < end:
            return None
    return Release(match["family"], version, flavour)


def classifications(release: Release) -> frozenset[str]:
    """The classifications that StartJobRun takes for a release."""
    supported = _CLASSIFICATIONS | _OF_EMR_ITSELF
    return supported | {"spark-log4j2"} if release.version[:2] >= _LOG4J2 else supported
