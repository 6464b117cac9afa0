"""The container images of a release.

Source: EMR on EKS Development Guide, "Details for selecting a base image URI".
"""

from __future__ import annotations

from local.aws.emulator.emr_containers.workload.refusals import invalid

REGISTRIES = {
    "ap-northeast-1": "059004520145",
    "ap-northeast-2": "996579266876",
    "ap-south-1": "235914868574",
    "ap-southeast-1": "671219180197",
    "ap-southeast-2": "038297999601",
    "ca-central-1": "351826393999",
    "eu-central-1": "107292555468",
    "eu-north-1": "830386416364",
    "eu-west-1": "483788554619",
    "eu-west-2": "118780647275",
    "eu-west-3": "307523725174",
    "sa-east-1": "052806832358",
    "us-east-1": "755674844232",
    "us-east-2": "711395599931",
    "us-west-1": "608033475327",
    "us-west-2": "895885662937",
}
"""EMR's registry account by Region: the Regions that need no opting in."""


def image(repository: str, region: str, release_label: str) -> str:
    """Image of `spark` or `fluentd` for a release label such as `emr-7.9.0-latest`.

    Raises:
        WorkloadRefused: the Region is none of the table.
    """
    if region not in REGISTRIES:
        raise invalid(f"No registry of Amazon EMR on EKS is known for Region {region}: {', '.join(REGISTRIES)} are.")
    release, _, tag = release_label.rpartition("-")
    return f"{REGISTRIES[region]}.dkr.ecr.{region}.amazonaws.com/{repository}/{release}:{tag}"
