"""The AWS account of a new generation: one user who may do everything but make EMR's access entry."""

from __future__ import annotations

import json
from typing import Any

from local.aws.emulator.emr_containers.access import role_arn
from local.aws.emulator.principals import iam

ACCOUNT = "123456789012"
USER = "deployer"
ACCESS_KEY_ID = "AKIALOCALDEPLOYER000"
SECRET_ACCESS_KEY = "local-deployer-secret"  # noqa: S105 - of a cloud that nobody else reaches
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def set_up() -> None:
    """Make the deployer.

    EMR would otherwise make an access entry for its own role with the deployer's rights, and an entry beats
    aws-auth, by which our clusters let EMR in.
    """
    backend: Any = iam(ACCOUNT)
    user: Any = backend.create_user("us-east-1", USER)
    backend.attach_user_policy(_ADMINISTRATOR, USER)
    statement = {
        "Sid": "EmrComesInByAwsAuth",
        "Effect": "Deny",
        "Action": "eks:CreateAccessEntry",
        "Resource": "*",
        "Condition": {"ArnEquals": {"eks:principalArn": role_arn(ACCOUNT)}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    backend.put_user_policy(USER, "no-access-entry-for-emr", json.dumps(document))
    add_access_key(user, ACCESS_KEY_ID, SECRET_ACCESS_KEY)


def add_access_key(user: Any, access_key_id: str, secret: str) -> None:
    """Give a user an access key of known values; moto only makes random ones."""
    backend = iam(user.account_id)
    key = backend.create_access_key(user.name)
    del backend.access_keys[key.access_key_id]
    key.access_key_id, key.secret_access_key = access_key_id, secret
    backend.access_keys[access_key_id] = key
