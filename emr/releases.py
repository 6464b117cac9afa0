"""The releases of Amazon EMR on EKS: how they are named, and what each can do.

Source: EMR on EKS Development Guide, the pages of the releases (`emr-eks-7.9.0.html` and so on) and those of the
features named below. Spark's version is given where the release's page was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from emr.fault import Fault
from emr.nearest import nearest

Version = tuple[int, int, int]
"""Major, minor and patch."""

_RELEASES: tuple[tuple[str, int, range], ...] = (
    ("emr", 5, range(32, 37)),
    ("emr", 6, range(2, 16)),
    ("emr", 7, range(15)),
    ("emr-spark", 8, range(1)),
)
"""Line, major version and minor versions; the patch is 0 in all. The first and last of each line were read, and we
take every minor version between them to exist.
"""

KNOWN = tuple(f"{line}-{major}.{minor}.0-latest" for line, major, minors in _RELEASES for minor in minors)
"""The label of the newest image of every release known to this package, oldest release first."""

SPARK_VERSIONS = MappingProxyType(
    {
        (5, 32, 0): "2.4.7",
        (5, 35, 0): "2.4.8",
        (6, 9, 0): "3.3.0",
        (6, 10, 0): "3.3.1",
        (7, 4, 0): "3.5.2",
        (7, 5, 0): "3.5.2",
        (8, 0, 0): "4.0.2",
    }
)
"""Version of Spark in a release, without Amazon's suffix."""

_LABEL = re.compile(
    r"(?P<line>emr(-spark)?)-(?P<major>\d{1,3})\.(?P<minor>\d{1,3})\.(?P<patch>\d{1,3})"
    r"(?P<variant>(-spark-rapids)?(-java\d+)?(-al2023)?)-(?P<image>latest|\d{8})",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True)
class Feature:
    """Something that only newer releases can do."""

    name: str
    """What it is, in words."""
    since: tuple[Version, ...]
    """First release of each major version that can do it; later major versions can, earlier ones cannot."""


POD_TEMPLATES = Feature(name="pod templates", since=((5, 33, 0), (6, 3, 0)))
"""Guide, "Using pod templates"; 6.3.0 is the release of 6 that came with 5.33.0."""
SPARK_SQL = Feature(name="Spark SQL scripts (sparkSqlJobDriver)", since=((6, 7, 0),))
"""Guide, "Running Spark SQL scripts through the StartJobRun API"."""
LOG4J2 = Feature(name="classification spark-log4j2", since=((6, 8, 0),))
"""Our reading: Spark logs with log4j 2 since 3.3, which came with 6.8.0."""
NATIVE_SIDECAR = Feature(name="logging by a native sidecar (logging.nativeSidecar)", since=((6, 8, 0),))
"""Guide, "Using Amazon EMR container defaults classification"; nodes must be of Kubernetes 1.29 or later."""
RETRIES = Feature(name="retry policies", since=((6, 9, 0),))
"""Guide, "Using job retry policies"."""
POD_IDENTITY = Feature(name="EKS Pod Identity", since=((7, 3, 0),))
"""Guide, "Enabling IAM roles: Pod Identity"."""
IPV6 = Feature(name="clusters of IPv6", since=((7, 14, 0),))
"""Announcement of 2026-09-23: 7.14.0 and emr-spark-8.0.0, and later."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release as a label names it."""

    label: str
    """The label, such as `emr-7.9.0-latest`."""
    name: str
    """The label without variant and image, such as `emr-7.9.0`."""
    version: Version
    """Its version."""

    def can(self, feature: Feature) -> bool:
        """Say whether the release can do something."""
        same = [version for version in feature.since if version[0] == self.version[0]]
        return self.version >= same[0] if same else self.version > max(feature.since)

    @property
    def spark(self) -> str | None:
        """Its version of Spark, if known."""
        return SPARK_VERSIONS.get(self.version)

    @property
    def classifications(self) -> frozenset[str]:
        """The classifications that its applicationConfiguration may hold.

        The first seven are the guide's table. From which release on EMR takes the two for its own containers is not
        published, so every release passes here.
        """
        return _FOR_ALL | {"spark-log4j2"} if self.can(LOG4J2) else _FOR_ALL


_FOR_ALL = frozenset(
    {
        "core-site",
        "emrfs-site",
        "spark-metrics",
        "spark-defaults",
        "spark-env",
        "spark-hive-site",
        "spark-log4j",
        "emr-containers-defaults",
        "emr-job-submitter",
    }
)


def release(label: str) -> Release | None:
    """The release that a label names; None if the text is no label or names a release that is not known."""
    found = _LABEL.fullmatch(label)
    if not found:
        return None
    version = (int(found["major"]), int(found["minor"]), int(found["patch"]))
    name = f"{found['line']}-{found['major']}.{found['minor']}.{found['patch']}"
    if f"{name}-latest" not in KNOWN:
        return None
    return Release(label=label, name=name, version=version)


def check_label(label: str) -> list[Fault]:
    """What keeps a text from being a release label."""
    if release(label):
        return []
    return [
        Fault(
            given=repr(label),
            allowed="emr-5.32.0 or emr-6.2.0 or later with -latest or a date, such as emr-7.9.0-latest; "
            f"newest known: {KNOWN[-2]} and {KNOWN[-1]}",
            why=f"StartJobRun would answer: Release {label} doesn't exist.",
            write=_proposal(label),
        )
    ]


def check_feature(of: Release, feature: Feature) -> list[Fault]:
    """What keeps a release from doing something."""
    if of.can(feature):
        return []
    since = " or ".join(".".join(map(str, version)) for version in feature.since)
    return [
        Fault(
            given=of.label,
            allowed=f"a release since {since}",
            why=f"earlier releases have no {feature.name}",
            write=f"{next(label for label in KNOWN if _known(label).can(feature))} or later",
        )
    ]


def _known(label: str) -> Release:
    found = release(label)
    if found is None:
        raise LookupError(label)
    return found


def _proposal(label: str) -> str:
    """The label that was most likely meant: the nearest version of the same major version, or the nearest word."""
    found = re.search(r"(\d+)\.(\d+)", label)
    versions = [_known(known) for known in KNOWN]
    if found:
        major, minor = int(found[1]), int(found[2])
        same = [each for each in versions if each.version[0] == major]
        if same:
            return min(same, key=lambda each: abs(each.version[1] - minor)).label
    return nearest(label, KNOWN) or "emr-7.9.0-latest"
