from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec import alarms
from spec.place import Place
from tests.spec.filter_patterns import matches

PLACE = Place(platform="emr", account="123456789012", region="us-west-2")
DEPLOYER = "arn:aws:iam::123456789012:role/teams/deployer"
DEPLOYERS_SESSION = "arn:aws:sts::123456789012:assumed-role/deployer/ci-17"
PERSON = "arn:aws:sts::123456789012:assumed-role/analyst/alice"
ROLE = "arn:aws:iam::123456789012:role/emr-analytics-etl"


def patterns(deployer: str | None = DEPLOYER) -> dict[str, str]:
    every = (*alarms.of_trail(PLACE, deployer), *alarms.of_cluster(PLACE, deployer))
    return {alarm.purpose: alarm.pattern for alarm in every}


def call(service: str, name: str, /, *, by: str = PERSON, error: str = "", **parameters: Any) -> dict[str, Any]:
    """An event as CloudTrail records it."""
    event = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "AssumedRole", "arn": by, "accountId": "123456789012"},
        "eventTime": "2026-03-02T10:11:12Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1" if service == "iam" else "us-west-2",
        "sourceIPAddress": "203.0.113.7",
        "requestParameters": parameters or None,
        "responseElements": None,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "123456789012",
    }
    return event if not error else {**event, "errorCode": error, "errorMessage": "refused"}


def request(
    verb: str,
    resource: str,
    name: str = "",
    *,
    group: str = "",
    namespace: str = "",
    by: str = PERSON,
    code: int = 200,
    stage: str = "ResponseComplete",
    query: str = "",
    subresource: str = "",
) -> dict[str, Any]:
    """An event as the API server records it."""
    named = {"name": name, "namespace": namespace, "apiGroup": group, "subresource": subresource}
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "stage": stage,
        "requestURI": f"/{group}/{namespace}/{resource}/{name}{query}",
        "verb": verb,
        "user": {"username": by, "groups": ["system:authenticated"]},
        "sourceIPs": ["203.0.113.7"],
        "userAgent": "kubectl/v1.34.1",
        "objectRef": {"resource": resource, "apiVersion": "v1", **{k: v for k, v in named.items() if v}},
        "responseStatus": {"metadata": {}, "code": code},
    }


def start(role: str | None, **more: Any) -> dict[str, Any]:
    named = {} if role is None else {"executionRoleArn": role}
    return call("emr-containers", "StartJobRun", virtualClusterId="abc", **named, **more)


def rbac(verb: str = "create", resource: str = "rolebindings", **more: Any) -> dict[str, Any]:
    return request(verb, resource, "x", **{"group": "rbac.authorization.k8s.io", "namespace": "analytics", **more})


def auth(verb: str = "patch", name: str = "aws-auth", **more: Any) -> dict[str, Any]:
    return request(verb, "configmaps", name, **{"namespace": "kube-system", **more})


def admission(verb: str = "delete", resource: str = "validatingadmissionpolicies", **more: Any) -> dict[str, Any]:
    return request(verb, resource, "guard", **{"group": "admissionregistration.k8s.io", **more})


IAM = "arn:aws:iam::123456789012:role"
CLUSTER = {"name": "emr", "principalArn": PERSON}
MATCHING = {
    "foreign-job-role": [
        start(f"{IAM}/admin"),
        start(f"{IAM}/emrx-analytics-etl"),
        start(f"{IAM}/team/emr-analytics-etl"),
        start("arn:aws:iam::210987654321:role/emr-analytics-etl"),
    ],
    "trust-policy": [
        call("iam", "UpdateAssumeRolePolicy", roleName="emr-analytics-etl", policyDocument="{}"),
        call("iam", "UpdateAssumeRolePolicy", by=DEPLOYERS_SESSION, roleName="emr-cluster", policyDocument="{}"),
    ],
    "virtual-cluster-deletion": [
        call("emr-containers", "DeleteVirtualCluster", virtualClusterId="abc"),
        call("emr-containers", "DeleteVirtualCluster", by=DEPLOYERS_SESSION, virtualClusterId="abc"),
    ],
    "access-entries": [
        call("eks", "CreateAccessEntry", **CLUSTER),
        call("eks", "AssociateAccessPolicy", **CLUSTER),
        call("eks", "DeleteAccessEntry", by="arn:aws:iam::123456789012:user/deployer", **CLUSTER),
        call("eks", "UpdateAccessEntry", by="arn:aws:sts::210987654321:assumed-role/deployer/ci", **CLUSTER),
    ],
    "trail-change": [
        call("cloudtrail", "StopLogging", name="emr-audit"),
        call("cloudtrail", "PutEventSelectors", trailName="emr-audit"),
    ],
    "aws-auth": [
        auth(),
        auth("update", by=DEPLOYERS_SESSION),
        auth("delete"),
        auth("deletecollection", ""),
        auth("create", code=201),
    ],
    "rbac": [
        rbac(code=201),
        rbac("delete", "roles"),
        rbac("patch", "clusterroles", namespace=""),
        rbac("update", "clusterrolebindings", namespace="", by="system:serviceaccount:analytics:default"),
        rbac(by="arn:aws:sts::123456789012:assumed-role/deployer2/ci"),
    ],
    "admission-policies": [
        admission(),
        admission("patch", "validatingadmissionpolicybindings", by=DEPLOYERS_SESSION),
        admission("create", "mutatingwebhookconfigurations", code=201),
    ],
}
NEAR_MISSES = {
    "foreign-job-role": [
        start(ROLE),
        start(None),
        start(f"{IAM}/admin", error="AccessDeniedException"),
        call("emr-containers", "DescribeJobRun", executionRoleArn=f"{IAM}/admin"),
        call("emr-serverless", "StartJobRun", executionRoleArn=f"{IAM}/admin"),
    ],
    "trust-policy": [
        call("iam", "UpdateAssumeRolePolicy", roleName="emrx-analytics-etl", policyDocument="{}"),
        call("iam", "UpdateRole", roleName="emr-analytics-etl"),
        call("iam", "UpdateAssumeRolePolicy", error="AccessDenied", roleName="emr-analytics-etl"),
        call("sts", "UpdateAssumeRolePolicy", roleName="emr-analytics-etl"),
    ],
    "virtual-cluster-deletion": [
        call("emr-containers", "DeleteVirtualCluster", error="AccessDeniedException", virtualClusterId="abc"),
        call("emr-containers", "DescribeVirtualCluster", virtualClusterId="abc"),
        call("eks", "DeleteVirtualCluster", virtualClusterId="abc"),
    ],
    "access-entries": [
        call("eks", "CreateAccessEntry", by=DEPLOYERS_SESSION, **CLUSTER),
        call("eks", "CreateAccessEntry", **{**CLUSTER, "name": "emr2"}),
        call("eks", "CreateAccessEntry", error="AccessDenied", **CLUSTER),
        call("eks", "ListAccessEntries", **CLUSTER),
    ],
    "trail-change": [
        call("cloudtrail", "StopLogging", error="AccessDenied", name="emr-audit"),
        call("cloudtrail", "StartLogging", name="emr-audit"),
        call("cloudwatch", "StopLogging", name="emr-audit"),
    ],
    "aws-auth": [
        auth("get"),
        auth("watch"),
        auth("patch", "kube-proxy"),
        auth("patch", namespace="analytics"),
        request("patch", "secrets", "aws-auth", namespace="kube-system"),
        auth("patch", code=403),
        auth("patch", query="?dryRun=All&fieldManager=x"),
        auth("patch", stage="RequestReceived"),
    ],
    "rbac": [
        rbac("list"),
        rbac(by="emr-containers"),
        rbac(by="arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAmazonEMRContainers/x"),
        rbac(by=DEPLOYERS_SESSION),
        rbac(by="eks:addon-manager"),
        rbac("patch", "clusterroles", by="system:serviceaccount:kube-system:clusterrole-aggregation-controller"),
        rbac(code=403),
        rbac(query="?dryRun=All"),
        rbac(group="apps"),
    ],
    "admission-policies": [
        admission("get"),
        admission(code=403),
        admission("patch", query="?dryRun=All"),
        admission("update", subresource="status", by="system:serviceaccount:kube-system:controller"),
        admission("create", "mutatingwebhookconfigurations", by="eks:addon-manager"),
        admission(group="policy"),
    ],
}


def cases(events: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [pytest.param(key, each, id=f"{key}-{n}") for key, found in events.items() for n, each in enumerate(found)]


@pytest.mark.parametrize(("purpose", "event"), cases(MATCHING))
def test_a_call_that_matters_raises_its_alarm_and_no_other(purpose: str, event: dict[str, Any]) -> None:
    assert {key for key, pattern in patterns().items() if matches(pattern, event)} == {purpose}


@pytest.mark.parametrize(("purpose", "event"), cases(NEAR_MISSES))
def test_a_near_miss_raises_no_alarm(purpose: str, event: dict[str, Any]) -> None:
    assert not matches(patterns()[purpose], event)


def test_every_alarm_is_tried_with_a_call_and_three_near_misses() -> None:
    assert set(MATCHING) == set(NEAR_MISSES) == set(patterns())
    assert all(len(events) >= 3 for events in NEAR_MISSES.values())


@pytest.mark.parametrize("line", ["", "I0302 10:11:12 controller started", 'time="x" level=info msg="access granted"'])
def test_other_logs_of_the_control_plane_raise_no_alarm(line: str) -> None:
    assert not any(matches(pattern, line) for pattern in patterns().values())


def test_without_a_deployer_named_every_change_of_rbac_and_of_access_entries_raises_an_alarm() -> None:
    found = patterns(None)
    assert matches(found["rbac"], rbac(by=DEPLOYERS_SESSION))
    assert matches(found["access-entries"], call("eks", "CreateAccessEntry", by=DEPLOYERS_SESSION, **CLUSTER))
    assert not matches(found["rbac"], rbac(by="emr-containers"))


def test_a_deployer_who_is_a_user_is_known_by_the_users_own_arn() -> None:
    user = "arn:aws:iam::123456789012:user/teams/deployer"
    assert not matches(patterns(user)["rbac"], rbac(by=user))
    assert matches(patterns(user)["rbac"], rbac(by=f"{user}2"))


names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+=,.@_-", min_size=1, max_size=64)


@given(names, st.sampled_from(["a", "emr", "platform"]))
def test_patterns_are_never_longer_than_cloudwatch_takes(name: str, platform: str) -> None:
    place = Place(platform=platform, account="123456789012", region="us-gov-west-1")
    deployer = f"arn:aws-us-gov:iam::123456789012:role/{name}"
    for alarm in (*alarms.of_trail(place, deployer), *alarms.of_cluster(place, deployer)):
        assert len(alarm.pattern) <= alarms.LONGEST_PATTERN
        assert "%" not in alarm.pattern  # regular expressions: two a pattern and five a log group are the most
