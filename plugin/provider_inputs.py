"""The inputs of the provider `pulumi:providers:tenancy`, as of `aws.Provider`."""

from __future__ import annotations

from typing import Any

from plugin.aws_clients import AwsConfiguration
from plugin.custom_resource import Failure
from plugin.property_values import UNKNOWN

_INPUTS = ("region", "endpointUrl", "profile", "assumeRoleArn")
_OF_THE_ENGINE = ("version", "pluginDownloadURL")


def check(inputs: dict[str, Any]) -> list[Failure]:
    """What is wrong with the provider's inputs."""
    return [
        Failure(
            property=name,
            reason=f"the provider has no input {name!r}; it has {', '.join(_INPUTS)}",
        )
        for name in inputs
        if name not in (*_INPUTS, *_OF_THE_ENGINE)
    ] + [
        Failure(property=name, reason=f"{name} must be a text, and is {inputs[name]!r}")
        for name in _INPUTS
        if name in inputs and not isinstance(inputs[name], str)
    ]


def changed(olds: dict[str, Any], news: dict[str, Any]) -> list[str]:
    """The inputs that differ."""
    return [name for name in _INPUTS if olds.get(name) != news.get(name)]


def replaces(olds: dict[str, Any], news: dict[str, Any]) -> bool:
    """Whether all resources of the provider must be made anew: those of one Region are not in another."""
    known = olds.get("region"), news.get("region")
    return None not in known and UNKNOWN not in known and known[0] != known[1]


def configuration(inputs: dict[str, Any]) -> AwsConfiguration:
    """The configuration of the AWS clients."""
    return AwsConfiguration(
        region=inputs.get("region"),
        endpoint_url=inputs.get("endpointUrl"),
        profile=inputs.get("profile"),
        assume_role_arn=inputs.get("assumeRoleArn"),
    )
