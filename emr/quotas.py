"""What EMR on EKS accepts in its fields and tags, and how fast its API may be called.

Source: the service model of `emr-containers` (botocore 1.44.5) for fields; EMR on EKS guide, "Tag restrictions" and
"Service quotas". The rates are today's; the guide's first edition gave 25 calls and 1 a second to every operation, and
50 calls and 7 a second to all together.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emr.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class TextRule:
    """What a text field of the API accepts."""

    field: str
    """What the field is, in words."""
    shortest: int
    """Least number of characters."""
    longest: int
    """Greatest number of characters."""
    pattern: str
    """Regular expression that the whole value matches."""
    characters: str
    """The pattern in words."""


VIRTUAL_CLUSTER_NAME = TextRule(
    field="name of a virtual cluster",
    shortest=1,
    longest=64,
    pattern=r"[\.\-_/#A-Za-z0-9]+",
    characters="letters, digits and . - _ / #",
)
JOB_TEMPLATE_NAME = replace(VIRTUAL_CLUSTER_NAME, field="name of a job template")
NAMESPACE = TextRule(
    field="namespace of a virtual cluster",
    shortest=1,
    longest=63,
    pattern=r"[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    characters="lower-case letters, digits and, inside, hyphens",
)
CLUSTER_NAME = TextRule(
    field="name of an EKS cluster",
    shortest=1,
    longest=100,
    pattern=r"[0-9A-Za-z][A-Za-z0-9\-_]*",
    characters="letters, digits, - and _, beginning with a letter or digit",
)

MAXIMUM_JOB_RUNS = 1000
"""The largest limit of job runs, running or queued, and what holds where none is set (EMR on EKS API reference)."""
MOST_TAGS = 50
"""Greatest number of tags on one resource."""
LONGEST_TAG_KEY = 128
"""In characters; an empty key is refused."""
LONGEST_TAG_VALUE = 256
"""In characters; an empty value is accepted."""
_TAG_PUNCTUATION = set("+-=._:/@")


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A token bucket of the API, for one account and Region."""

    burst: int
    """Calls that may be made at once."""
    per_second: float
    """Calls that come back each second."""

    def seconds(self, calls: int) -> float:
        """The least time that so many calls take, from a full bucket."""
        return max(0, calls - self.burst) / self.per_second


RATES = {
    "CreateVirtualCluster": Rate(burst=25, per_second=1),
    "DeleteVirtualCluster": Rate(burst=25, per_second=1),
    "StartJobRun": Rate(burst=25, per_second=1),
    "CancelJobRun": Rate(burst=25, per_second=1),
    "CreateManagedEndpoint": Rate(burst=25, per_second=1),
    "DescribeVirtualCluster": Rate(burst=100, per_second=5),
    "ListVirtualClusters": Rate(burst=100, per_second=5),
    "ListJobRuns": Rate(burst=100, per_second=5),
    "DescribeManagedEndpoint": Rate(burst=100, per_second=5),
    "DescribeJobRun": Rate(burst=100, per_second=20),
}
"""Bucket of each operation."""

ALL_CALLS = Rate(burst=200, per_second=20)
"""Bucket of all operations together."""


def check_text(rule: TextRule, value: str) -> list[Fault]:
    """What keeps a value from being accepted in a field."""
    if rule.shortest <= len(value) <= rule.longest and re.fullmatch(rule.pattern, value):
        return []
    return [
        Fault(
            given=f"{value!r} ({len(value)} characters)",
            allowed=f"{rule.shortest} to {rule.longest} characters: {rule.characters}",
            why=f"EMR on EKS accepts nothing else as {rule.field}",
            write="a name of these characters and this length",
        )
    ]


def check_tags(tags: Mapping[str, str]) -> list[Fault]:
    """What keeps a set of tags from being accepted on a virtual cluster or job run."""
    faults = [fault.within(f"[{key!r}]") for key, value in tags.items() for fault in _check_tag(key, value)]
    if len(tags) > MOST_TAGS:
        faults.append(
            Fault(
                given=f"{len(tags)} tags",
                allowed=f"at most {MOST_TAGS}",
                why="a resource of EMR on EKS takes no more",
                write="fewer tags",
            )
        )
    return faults


def _check_tag(key: str, value: str) -> list[Fault]:
    faults: list[Fault] = []
    for text, name, shortest, longest in (
        (key, "tag key", 1, LONGEST_TAG_KEY),
        (value, "tag value", 0, LONGEST_TAG_VALUE),
    ):
        odd = sorted({character for character in text if not _taggable(character)})
        if odd or not shortest <= len(text) <= longest:
            faults.append(
                Fault(
                    given=f"{name} {text!r} ({len(text)} characters)",
                    allowed=f"{shortest} to {longest} letters, numbers, spaces and + - = . _ : / @",
                    why="EMR on EKS refuses the whole creation when one tag cannot be applied",
                    write=f"a {name} without {' '.join(odd)}" if odd else f"a {name} of an allowed length",
                )
            )
        if text.lower().startswith("aws:"):
            faults.append(
                Fault(
                    given=f"{name} {text!r}",
                    allowed="any beginning but aws: (in whatever case)",
                    why="AWS keeps that prefix for itself",
                    write=f"a {name} without the prefix: {text[4:]!r}",
                )
            )
    return faults


def _taggable(character: str) -> bool:
    return unicodedata.category(character)[0] in "LZN" or character in _TAG_PUNCTUATION
