from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from plugin.aws_clients import AwsClients, AwsConfiguration

REGION = "us-west-2"


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    (tmp_path / "config").write_text(
        "[profile other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s\nregion = eu-west-1\n"
    )


def signed(token: str) -> tuple[str, dict[str, list[str]]]:
    prefix, _, encoded = token.partition(".")
    assert prefix == "k8s-aws-v1"
    url = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    return f"{url.scheme}://{url.netloc}", parse_qs(url.query)


def test_the_token_is_what_the_aws_cli_makes():
    cli = subprocess.run(
        [Path(sys.executable).with_name("aws"), "--region", REGION, "eks", "get-token", "--cluster-name", "prod"],
        check=True,
        capture_output=True,
    )
    theirs = signed(json.loads(cli.stdout)["status"]["token"])
    ours = signed(AwsClients(AwsConfiguration(region=REGION)).kubernetes_token("prod"))
    assert ours[0] == theirs[0] == "https://sts.us-west-2.amazonaws.com"
    for name in ("Action", "Version", "X-Amz-Algorithm", "X-Amz-Expires", "X-Amz-SignedHeaders"):
        assert ours[1][name] == theirs[1][name], name
    assert ours[1]["X-Amz-SignedHeaders"] == ["host;x-k8s-aws-id"]
    assert ours[1].keys() == theirs[1].keys()


def test_tokens_of_two_clusters_differ_in_their_signature():
    clients = AwsClients(AwsConfiguration(region=REGION))
    one, two = (signed(clients.kubernetes_token(name))[1]["X-Amz-Signature"] for name in ("a", "b"))
    assert one != two


def test_endpoint_profile_and_region_of_the_provider_reach_every_client():
    clients = AwsClients(AwsConfiguration(endpoint_url="http://127.0.0.1:9", profile="other", region=REGION))
    for service in ("sts", "emr-containers", "iam", "eks"):
        client = clients.client(service)
        assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert clients.client("eks").meta.region_name == REGION
    assert clients.client("eks") is clients.client("eks")
    credential = signed(clients.kubernetes_token("prod"))[1]["X-Amz-Credential"][0]
    assert credential.startswith("AKIAOTHER/")


def test_the_environment_counts_where_the_provider_says_nothing(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:8")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    client = AwsClients(AwsConfiguration()).client("emr-containers")
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://127.0.0.1:8", "eu-central-1")


def test_a_role_is_assumed_for_all_calls():
    from moto import mock_aws  # noqa: PLC0415

    with mock_aws():
        role = "arn:aws:iam::210987654321:role/deployer"
        clients = AwsClients(AwsConfiguration(region=REGION, assume_role_arn=role))
        assert (
            clients.client("sts")
            .get_caller_identity()["Arn"]
            .startswith("arn:aws:sts::210987654321:assumed-role/deployer/")
        )
        assert "X-Amz-Security-Token" in signed(clients.kubernetes_token("prod"))[1]


def test_throttled_calls_are_retried_for_long():
    retries = AwsClients(AwsConfiguration(region=REGION)).client("emr-containers").meta.config.retries
    assert retries == {"mode": "adaptive", "total_max_attempts": 8}


@pytest.mark.covers("EQ-02")
@pytest.mark.parametrize(
    ("region", "suffix"),
    [("us-west-2", "amazonaws.com"), ("eu-west-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")],
)
def test_emr_is_asked_at_its_regions_endpoint_over_https(region: str, suffix: str):
    client = AwsClients(AwsConfiguration(region=region)).client("emr-containers")
    assert client.meta.endpoint_url == f"https://emr-containers.{region}.{suffix}"
