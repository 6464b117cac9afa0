"""Launch templates: each change makes a new version."""

from __future__ import annotations

from typing import Any, Final

from local.aws.providers.aws.rows import AutoName, Call, Read, Row, Special, Work
from local.aws.providers.aws.tables.ec2 import arn, tagging


def make_default(work: Work, answer: dict[str, Any]) -> None:
    """Make a new version the default one, when the program asks for it."""
    version = answer.get("LaunchTemplateVersion")
    if version is not None and work.values.get("updateDefaultVersion"):
        number = str(version["VersionNumber"])
        work.api("ModifyLaunchTemplate", LaunchTemplateId=work.id, DefaultVersion=number)


def tag_specifications(live: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the tags for what the template launches; moto also lists the template's own tags there."""
    return [
        {"resourceType": each["ResourceType"], "tags": {tag["Key"]: tag["Value"] for tag in each["Tags"]}}
        for each in live.get("TagSpecifications", [])
        if each["ResourceType"] != "launch-template"
    ]


LAUNCH_TEMPLATE: Final = Row(
    type="aws:ec2/launchTemplate:LaunchTemplate",
    service="ec2",
    create=Call(operation="CreateLaunchTemplate", within="LaunchTemplateData"),
    id="LaunchTemplate.LaunchTemplateId",
    reads=(
        Read(
            operation="DescribeLaunchTemplates",
            request={"LaunchTemplateIds": ["{id}"]},
            path="LaunchTemplates[0]",
        ),
        Read(
            operation="DescribeLaunchTemplateVersions",
            request={"LaunchTemplateId": "{id}", "Versions": ["$Latest"]},
            path="LaunchTemplateVersions[0].LaunchTemplateData",
        ),
        Read(
            operation="DescribeLaunchTemplateVersions",
            request={"LaunchTemplateId": "{id}", "Versions": ["$Latest"]},
            path="LaunchTemplateVersions[0].VersionDescription",
            into="description",
        ),
    ),
    updates=(
        Call(
            operation="CreateLaunchTemplateVersion",
            request={"LaunchTemplateId": "{id}", "LaunchTemplateName": "{absent?}"},
            within="LaunchTemplateData",
            whole=True,
        ),
        Call(
            operation="ModifyLaunchTemplate",
            request={"LaunchTemplateId": "{id}"},
            only=frozenset({"defaultVersion"}),
        ),
    ),
    delete=Call(operation="DeleteLaunchTemplate", request={"LaunchTemplateId": "{id}"}),
    names={
        "defaultVersion": "DefaultVersion",
        "description": "VersionDescription",
        "latestVersion": "LatestVersionNumber",
        "networkInterfaces.ipv4AddressCount": "SecondaryPrivateIpAddressCount",
        "networkInterfaces.securityGroups": "Groups",
        "vpcSecurityGroupIds": "SecurityGroupIds",
    },
    paths={"defaultVersion": "DefaultVersionNumber"},
    computed=arn("launch-template"),
    specials={"tagSpecifications": Special(from_api=tag_specifications)},
    settings=frozenset({"updateDefaultVersion"}),
    without=frozenset(
        {
            "instanceRequirements",
            "kernelId",
            "licenseSpecifications",
            "networkPerformanceOptions",
            "ramDiskId",
            "secondaryInterfaces",
            "securityGroupNames",
        },
    ),
    ordered=frozenset({"blockDeviceMappings", "networkInterfaces"}),
    volatile=frozenset({"defaultVersion", "latestVersion"}),
    autoname=AutoName(limit=128),
    tags=tagging("launch-template"),
    settle=make_default,
)

ROWS: Final = (LAUNCH_TEMPLATE,)
