"""IAM users of a test, each with one policy."""

from __future__ import annotations

import json
from typing import Any


class AsUser:
    """Makes an IAM user with the statements given, and gives its client of a service."""

    def __init__(self, aws: Any) -> None:
        self._aws = aws
        self._made = 0

    def __call__(self, *statements: dict[str, Any], service: str = "emr-containers") -> Any:
        self._made += 1
        iam, name = self._aws("iam"), f"user-{self._made}"
        iam.create_user(UserName=name)
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return self._aws(service, key["AccessKeyId"], key["SecretAccessKey"])


def allow(action: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    """An Allow; conditions by operator."""
    return statement("Allow", action, resource, condition)


def deny(action: str, resource: str = "*", **condition: Any) -> dict[str, Any]:
    """A Deny; conditions by operator."""
    return statement("Deny", action, resource, condition)


def statement(effect: str, action: str, resource: str, condition: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": effect, "Action": action, "Resource": resource}
    return found | ({"Condition": condition} if condition else {})
