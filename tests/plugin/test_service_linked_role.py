from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from plugin.custom_resource import Refused, State
from plugin.property_values import UNKNOWN
from plugin.service_linked_role import ServiceLinkedRole
from tests.plugin.fake_emr import service_error

INPUTS = {"awsServiceName": "emr-containers.amazonaws.com"}
NAME = "AWSServiceRoleForAmazonEMRContainers"
ARN = f"arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/{NAME}"
KIND = ServiceLinkedRole()


class Account:
    """IAM as it is when the role has another name than the service, or when it is slow to show it."""

    def __init__(self, *, unseen: int = 0, taken: bool = False) -> None:
        self.roles = [{"Arn": ARN, "RoleName": NAME}] if taken else []
        self.unseen, self.made, self.asked = unseen, 0, ""

    def get_paginator(self, operation: str) -> Account:
        assert operation == "list_roles"
        return self

    def paginate(self, **asked: str):
        self.asked = asked["PathPrefix"]
        self.unseen -= 1
        yield {"Roles": []}
        yield {"Roles": self.roles if self.unseen < 0 else []}

    def create_service_linked_role(self, **asked: str):
        assert asked == {"AWSServiceName": "emr-containers.amazonaws.com"}
        if self.roles:
            raise service_error(
                "InvalidInput",
                f"Service role name {NAME} has been taken in this account, please try a different suffix.",
            )
        self.made += 1
        self.roles = [{"Arn": ARN, "RoleName": NAME}]
        return {"Role": self.roles[0]}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


@pytest.mark.covers("ID-23")
@mock_aws
def test_the_role_is_made_once_and_taken_afterwards_on_moto(call):
    iam = boto3.client("iam", region_name="us-west-2")
    first = KIND.create(call(iam=iam), INPUTS)
    assert KIND.create(call(iam=iam), INPUTS) == first
    assert first.outputs["arn"] == first.id
    assert "/aws-service-role/emr-containers.amazonaws.com/" in first.id
    assert KIND.read(call(iam=iam), first.id, INPUTS) == first
    iam.delete_role(RoleName=first.outputs["name"])
    assert KIND.read(call(iam=iam), first.id, INPUTS) is None


@pytest.mark.covers("ID-23")
def test_the_role_that_the_account_has_is_taken(call):
    iam = Account(taken=True)
    assert KIND.create(call(iam=iam), INPUTS) == State(id=ARN, outputs=INPUTS | {"arn": ARN, "name": NAME})
    assert iam.asked == "/aws-service-role/emr-containers.amazonaws.com/"
    assert iam.made == 0


def test_a_role_that_somebody_makes_at_the_same_moment_is_taken_as_soon_as_it_is_seen(call):
    assert KIND.create(call(iam=Account(taken=True, unseen=2)), INPUTS).id == ARN


def test_any_other_refusal_is_an_error(call, monkeypatch):
    iam = Account()
    monkeypatch.setattr(
        iam, "create_service_linked_role", lambda **_: (_ for _ in ()).throw(service_error("AccessDenied", "not you"))
    )
    with pytest.raises(Exception, match="not you"):
        KIND.create(call(iam=iam), INPUTS)


@pytest.mark.covers("ID-25")
def test_deleting_leaves_the_role_and_says_so(call, told):
    iam = Account(taken=True)
    KIND.delete(call(iam=iam), KIND.create(call(iam=iam), INPUTS))
    assert iam.roles
    assert f"service-linked role {NAME} stays" in told[0]


def test_an_import_by_arn_gives_the_service(call):
    seen = KIND.read(call(iam=Account(taken=True)), ARN, {})
    assert seen is not None
    assert seen.outputs["awsServiceName"] == "emr-containers.amazonaws.com"
    with pytest.raises(Refused, match="no ARN of a service-linked role"):
        KIND.read(call(iam=Account()), NAME, {})


@pytest.mark.parametrize(
    ("service", "good"), [("emr-containers.amazonaws.com", True), (UNKNOWN, True), ("emr", False), (None, False)]
)
def test_the_service_is_a_principal(service, good):
    assert (KIND.check({"awsServiceName": service})[1] == []) == good
