"""What the provider takes from its arguments and the environment, and that it never reaches AWS."""

from __future__ import annotations

from typing import Any

import pytest

from local.aws.providers.aws import configuration
from local.aws.providers.aws.failures import ProviderError

LOCAL = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "AWS_REGION": "us-west-2"}


def test_the_environment_is_enough() -> None:
    read = configuration.read({}, LOCAL)
    assert (read.region, read.endpoint("ec2")) == ("us-west-2", "http://127.0.0.1:5000")


def test_arguments_come_first_and_lists_arrive_as_json() -> None:
    read = configuration.read(
        {
            "region": "eu-west-1",
            "endpoints": '[{"ec2": "http://localhost:1"}]',
            "defaultTags": '{"tags": {"a": "b"}}',
            "allowedAccountIds": '["123456789012"]',
            "ignoreTags": {"keys": ["k"], "keyPrefixes": ["kubernetes.io/"]},
            "skipCredentialsValidation": "true",
        },
        LOCAL,
    )
    assert read.region == "eu-west-1"
    assert (read.endpoint("ec2"), read.endpoint("iam")) == ("http://localhost:1", "http://127.0.0.1:5000")
    assert read.default_tags == {"a": "b"}
    assert read.allowed_accounts == {"123456789012"}
    assert [tag for tag in ("a", "k", "kubernetes.io/x", "aws:x") if read.keeps(tag)] == ["a"]


def test_an_endpoint_of_one_service_is_not_one_of_all() -> None:
    read = configuration.read({}, {"AWS_REGION": "r", "AWS_ENDPOINT_URL_EMR_CONTAINERS": "http://127.0.0.1:1"})
    assert read.endpoint("emr-containers") == "http://127.0.0.1:1"
    with pytest.raises(ProviderError, match=r"no endpoint is given for ec2.*would reach AWS"):
        read.endpoint("ec2")


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ({}, {"AWS_REGION": "r"}),
        ({}, {"AWS_REGION": "r", "AWS_ENDPOINT_URL": "https://ec2.us-west-2.amazonaws.com"}),
        ({}, {**LOCAL, "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com"}),
        ({"endpoints": [{"iam": "http://10.0.0.1:5000"}]}, LOCAL),
        ({"endpoints": [{"iam": "http://127.0.0.1.example.com"}]}, LOCAL),
        ({"endpoints": [{"iam": "http://localhost@evil.example"}]}, LOCAL),
    ],
)
def test_what_would_reach_aws_is_refused(arguments: dict[str, Any], environment: dict[str, str]) -> None:
    with pytest.raises(ProviderError, match="would reach AWS"):
        configuration.read(arguments, environment)


def test_no_region_is_refused() -> None:
    with pytest.raises(ProviderError, match="no region"):
        configuration.read({}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})


@pytest.mark.parametrize("name", ["assumeRoles", "httpProxy", "useFipsEndpoint", "misspelt"])
def test_an_argument_that_is_not_handled_is_refused_by_name(name: str) -> None:
    with pytest.raises(ProviderError, match=f"does not handle aws:{name}"):
        configuration.read({name: "x"}, LOCAL)
