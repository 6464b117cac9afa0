"""Where a platform lives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emr import registries
from emr.fault import Fault
from iam import names

_PLATFORM = re.compile(rf"[a-z][a-z0-9]{{0,{names.LONGEST_PLATFORM - 1}}}")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+){1,2}-\d")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A platform's name, account and Region."""

    platform: str
    """Name of the platform, the first part of its roles' names and the name of its EKS cluster."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region, such as us-west-2."""

    @property
    def partition(self) -> str:
        """AWS partition of the Region."""
        return names.partition(self.region)

    @property
    def cluster_arn(self) -> str:
        """ARN of the platform's EKS cluster."""
        return f"arn:{self.partition}:eks:{self.region}:{self.account}:cluster/{self.platform}"

    @property
    def logs_bucket(self) -> str:
        """Bucket of the logs of all tenants' jobs."""
        return names.bucket(self.platform, "logs", account=self.account, region=self.region)

    @property
    def artefacts_bucket(self) -> str:
        """Bucket of what jobs are started from: programs, pod templates."""
        return names.bucket(self.platform, "artefacts", account=self.account, region=self.region)

    @property
    def audit_bucket(self) -> str:
        """Bucket of the audit trail."""
        return names.bucket(self.platform, "audit", account=self.account, region=self.region)

    @property
    def trail_arn(self) -> str:
        """ARN of the audit trail."""
        return f"arn:{self.partition}:cloudtrail:{self.region}:{self.account}:trail/{names.trail(self.platform)}"

    @property
    def alarms_topic_arn(self) -> str:
        """ARN of the SNS topic that gets the alarms."""
        return f"arn:{self.partition}:sns:{self.region}:{self.account}:{names.alarms_topic(self.platform)}"

    @property
    def alarms(self) -> str:
        """Pattern of the ARNs of the platform's alarms."""
        return f"arn:{self.partition}:cloudwatch:{self.region}:{self.account}:alarm:{names.alarm(self.platform, '*')}"


def check_place(place: Place) -> list[Fault]:
    """What is wrong with the names of a place, each fault under its key."""
    faults: list[Fault] = []
    if not _PLATFORM.fullmatch(place.platform):
        faults.append(
            Fault(
                where="platform",
                given=f"{place.platform!r} ({len(place.platform)} characters)",
                allowed=f"1 to {names.LONGEST_PLATFORM} lower-case letters and digits, a letter first, no hyphen",
                why="it is the first part of role names <platform>-<tenant>-<role>, where hyphens part the names",
                write="a short name such as emr",
            )
        )
    if not _ACCOUNT.fullmatch(place.account):
        faults.append(
            Fault(
                where="account",
                given=repr(place.account),
                allowed="twelve digits",
                why="AWS account ids have twelve digits",
                write='the account in quotes, such as "123456789012"',
            )
        )
    if not _REGION.fullmatch(place.region):
        faults.append(
            Fault(
                where="region",
                given=repr(place.region),
                allowed="the code of an AWS Region",
                why="every ARN and the choice of zones come from it",
                write="a Region such as us-west-2",
            )
        )
    elif place.region not in registries.EMR:
        faults.append(
            Fault(
                where="region",
                given=repr(place.region),
                allowed=", ".join(registries.EMR),
                why="in these Regions EMR on EKS is known to have a registry, without which no job gets its image",
                write="a Region such as us-west-2",
            )
        )
    return faults
