"""Sessions of roles with policies as a test wants them."""

from __future__ import annotations

import json
from typing import Any

import pytest

ACCOUNT = "123456789012"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})


@pytest.fixture
def session(aws: Any) -> Any:
    """Begins a session of a new role with the given statements; gives a function from service to client."""

    def begin(*statements: dict[str, Any], name: str = "job", limit: str = "", **options: Any) -> Any:
        trust = policy({"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        iam = aws("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **options)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="job-permissions", PolicyDocument=policy(*statements))
        more = {"Policy": limit} if limit else {}
        given = aws("sts").assume_role(RoleArn=role, RoleSessionName="driver", **more)["Credentials"]
        return lambda service: aws(service, given["AccessKeyId"], given["SecretAccessKey"])

    return begin


@pytest.fixture
def bucket(aws: Any) -> str:
    """A bucket with an object for each of two tenants."""
    s3 = aws("s3")
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    for key in ("analytics/in.csv", "risk/in.csv"):
        s3.put_object(Bucket="data", Key=key, Body=b"1,2")
    return "data"
