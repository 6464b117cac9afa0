"""A cluster that is the issuer of the test's own tokens, and roles that trust it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.local.aws.emulator.sts.issuer import SUBJECT, Issuer
from tests.local.aws.emulator.world import REGION


@pytest.fixture(scope="session")
def rsa_issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def issuer(rsa_issuer: Issuer, cluster: dict[str, Any], plane: Any) -> Issuer:
    """The cluster's issuer; its key is the one that the API server publishes."""
    rsa_issuer.name = cluster["identity"]["oidc"]["issuer"]
    plane.api.documents["/openid/v1/jwks"] = rsa_issuer.keys
    return rsa_issuer


@pytest.fixture
def host(issuer: Issuer) -> str:
    """The issuer as condition keys name it."""
    return issuer.name.removeprefix("https://")


@pytest.fixture
def provider(aws: Any, issuer: Issuer) -> str:
    return aws("iam").create_open_id_connect_provider(
        Url=issuer.name, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]


@pytest.fixture
def statement(host: str) -> Any:
    """A statement of trust in the test's service account, changed as asked."""

    def build(**changes: Any) -> dict[str, Any]:
        return {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{host}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringLike": {f"{host}:sub": SUBJECT},
                "StringEquals": {f"{host}:aud": "sts.amazonaws.com"},
            },
        } | changes

    return build


@pytest.fixture
def new_role(aws: Any) -> Any:
    """Makes a role with a trust policy of statements; gives its ARN."""

    def make(*statements: dict[str, Any], name: str = "job", **options: Any) -> str:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        return aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document, **options)["Role"]["Arn"]

    return make


@pytest.fixture(scope="session")
def anybody(port: int) -> Any:
    """STS as a pod sees it, without credentials."""
    make: Any = boto3.client
    return make(
        "sts",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def assume(anybody: Any) -> Any:
    """AssumeRoleWithWebIdentity."""

    def call(role: str, token: str, **options: Any) -> dict[str, Any]:
        return anybody.assume_role_with_web_identity(
            **({"RoleArn": role, "RoleSessionName": "driver", "WebIdentityToken": token} | options)
        )

    return call


@pytest.fixture
def oidc(issuer: Issuer, host: str, statement: Any, new_role: Any, assume: Any, refused: Any) -> SimpleNamespace:  # noqa: PLR0917 (so that tests need not)
    """What tests of trust work with, under one name."""
    return SimpleNamespace(
        issuer=issuer, host=host, statement=statement, new_role=new_role, assume=assume, refused=refused
    )
