"""EKS Pod Identity: a pod's token becomes the role that its service account is associated with."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

CLUSTER = "arn:aws:eks:us-west-2:123456789012:cluster/emr"
POD = {
    "namespace": "karpenter",
    "serviceaccount": {"name": "karpenter", "uid": "s-1"},
    "pod": {"name": "karpenter-0", "uid": "p-1"},
}
BOTH = ("sts:AssumeRole", "sts:TagSession")


def trusting(actions: tuple[str, ...] = BOTH, /, **conditions: str) -> dict[str, Any]:
    tags = {f"aws:RequestTag/{name.replace('_', '-')}": value for name, value in conditions.items()}
    limits = {"Condition": {"StringEquals": tags}} if tags else {}
    return {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": actions, **limits}


@pytest.fixture
def token(issuer: Any) -> Any:
    """Makes tokens as the API server projects them into a pod."""

    def make(**claims: Any) -> str:
        bound: dict[str, Any] = {"aud": ["pods.eks.amazonaws.com"], "kubernetes.io": POD}
        return issuer.token(**(bound | claims))

    return make


@pytest.fixture
def associate(aws: Any, new_role: Any, issuer: Any) -> Any:
    """Gives the service account `karpenter` a role with a statement of trust; gives the role's ARN."""
    assert issuer.name

    def make(statement: dict[str, Any], **options: Any) -> str:
        role = new_role(statement)
        aws("eks").create_pod_identity_association(
            clusterName="emr", namespace="karpenter", serviceAccount="karpenter", roleArn=role, **options
        )
        return role

    return make


@pytest.fixture
def assume(aws: Any) -> Any:
    return lambda token: aws("eks-auth").assume_role_for_pod_identity(clusterName="emr", token=token)


def test_a_pod_becomes_the_role_for_six_hours(aws: Any, associate: Any, assume: Any, token: Any) -> None:
    associate(trusting())
    answer = assume(token())
    assert answer["subject"] == {"namespace": "karpenter", "serviceAccount": "karpenter"}
    assert answer["audience"] == "pods.eks.amazonaws.com"
    listed = aws("eks").list_pod_identity_associations(clusterName="emr")["associations"][0]
    assert answer["podIdentityAssociation"]["associationId"] == listed["associationId"]
    credentials = answer["credentials"]
    left = credentials["expiration"] - datetime.now(UTC)
    assert timedelta(hours=5, minutes=59) < left <= timedelta(hours=6)
    me = aws("sts", credentials["accessKeyId"], credentials["secretAccessKey"]).get_caller_identity()["Arn"]
    assert me == answer["assumedRoleUser"]["arn"]
    assert me.startswith("arn:aws:sts::123456789012:assumed-role/job/eks-emr-karpenter-0-p-1")


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("kubernetes_namespace", "karpenter"),
        ("kubernetes_service_account", "karpenter"),
        ("eks_cluster_arn", CLUSTER),
        ("eks_cluster_name", "emr"),
        ("kubernetes_pod_name", "karpenter-0"),
        ("kubernetes_pod_uid", "p-1"),
    ],
)
def test_trust_may_ask_for_each_session_tag(  # noqa: PLR0917 - fixtures
    condition: str, value: str, aws: Any, associate: Any, assume: Any, token: Any, refused: Any
) -> None:
    associate(trusting(**{condition: value}))
    assume(token())
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusting(**{condition: "other"})]})
    aws("iam").update_assume_role_policy(RoleName="job", PolicyDocument=document)
    assert refused(assume, token=token())[0] == "AccessDeniedException"


def test_tags_are_the_sessions_and_its_policies_may_ask_for_them(
    aws: Any, associate: Any, assume: Any, token: Any, refused: Any
) -> None:
    associate(trusting())
    tag = "${aws:PrincipalTag/kubernetes-namespace}"
    allowed = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::data/{tag}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    aws("iam").put_role_policy(RoleName="job", PolicyName="p", PolicyDocument=policy)
    aws("s3").create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    given = assume(token())["credentials"]
    s3 = aws("s3", given["accessKeyId"], given["secretAccessKey"])
    s3.put_object(Bucket="data", Key="karpenter/a", Body=b"1")
    assert refused(s3.put_object, Bucket="data", Key="other/a", Body=b"1")[0] == "AccessDenied"


def test_a_role_must_also_let_its_sessions_be_tagged(associate: Any, assume: Any, token: Any, refused: Any) -> None:
    associate(trusting(("sts:AssumeRole",)))
    assert refused(assume, token=token())[0] == "AccessDeniedException"


def test_without_session_tags_a_plain_trust_is_enough_and_one_by_tags_is_not(
    aws: Any, associate: Any, assume: Any, token: Any, refused: Any
) -> None:
    associate(trusting(("sts:AssumeRole",)), disableSessionTags=True)
    assume(token())
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusting(kubernetes_namespace="karpenter")]})
    aws("iam").update_assume_role_policy(RoleName="job", PolicyDocument=document)
    assert refused(assume, token=token())[0] == "AccessDeniedException"


def test_a_role_that_trusts_another_service_is_associated_but_not_assumed(
    associate: Any, assume: Any, token: Any, refused: Any
) -> None:
    associate(trusting() | {"Principal": {"Service": "ec2.amazonaws.com"}})
    assert refused(assume, token=token()) == (
        "AccessDeniedException",
        "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
    )


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"aud": ["sts.amazonaws.com"]}, "InvalidTokenException"),
        ({"iss": "https://other"}, "InvalidTokenException"),
        ({"exp": 1}, "ExpiredTokenException"),
        ({"kubernetes.io": {**POD, "pod": None}}, "InvalidTokenException"),
        ({"kubernetes.io": {**POD, "namespace": "other"}}, "ResourceNotFoundException"),
    ],
)
def test_a_wrong_token_is_refused(  # noqa: PLR0917 - fixtures
    claims: dict[str, Any], code: str, associate: Any, assume: Any, token: Any, refused: Any
) -> None:
    associate(trusting())
    assert refused(assume, token=token(**claims))[0] == code


def test_a_tampered_token_is_refused(associate: Any, assume: Any, token: Any, refused: Any) -> None:
    associate(trusting())
    one, other = token().split("."), token(**{"kubernetes.io": {**POD, "namespace": "x"}}).split(".")
    assert refused(assume, token=".".join([*one[:2], other[2]]))[0] == "InvalidTokenException"


def test_a_target_role_is_reached_by_way_of_the_associated_one(  # noqa: PLR0917 - fixtures
    aws: Any, associate: Any, assume: Any, token: Any, refused: Any, new_role: Any
) -> None:
    name = "us-west-2/123456789012/emr/karpenter/karpenter"
    first = "arn:aws:iam::123456789012:role/job"
    target = new_role(
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": BOTH,
            "Condition": {"StringEquals": {"sts:ExternalId": name}},
        },
        name="target",
    )
    assert associate(trusting(), targetRoleArn=target) == first
    listed = aws("eks").list_pod_identity_associations(clusterName="emr")["associations"][0]
    found = aws("eks").describe_pod_identity_association(clusterName="emr", associationId=listed["associationId"])
    assert found["association"]["externalId"] == name
    assert refused(assume, token=token())[0] == "AccessDeniedException"
    allowed = {"Effect": "Allow", "Action": BOTH, "Resource": target}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    aws("iam").put_role_policy(RoleName="job", PolicyName="p", PolicyDocument=policy)
    assert ":assumed-role/target/" in assume(token())["assumedRoleUser"]["arn"]


def ask(port: int, token: str) -> tuple[int, dict[str, Any]]:
    """Ask the agent as a pod does."""
    address = f"http://127.0.0.1:{port}/_inside/123456789012/us-west-2/emr/pod-identity-agent/v1/credentials"
    asked = urllib.request.Request(address, headers={"Authorization": token})
    try:
        with urllib.request.urlopen(asked) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_agent_answers_once_its_add_on_is_there(
    world: Any, aws: Any, port: int, associate: Any, token: Any
) -> None:
    associate(trusting())
    status, answer = ask(port, token())
    assert (status, "add-on eks-pod-identity-agent is not there" in answer["message"]) == (503, True)
    aws("eks").create_addon(clusterName="emr", addonName="eks-pod-identity-agent")
    world.settle()
    status, answer = ask(port, token())
    assert status == 200
    assert answer.keys() == {"AccessKeyId", "SecretAccessKey", "Token", "AccountId", "Expiration"}
    me = aws("sts", answer["AccessKeyId"], answer["SecretAccessKey"]).get_caller_identity()
    assert ":assumed-role/job/" in me["Arn"]
    assert ask(port, token(exp=1))[0] == 400
    assert ask(port, "nonsense")[0] == 400


def test_a_creation_sent_twice_makes_one_association(aws: Any, associate: Any, refused: Any) -> None:
    role = associate(trusting(), clientRequestToken="once")
    again = {"clusterName": "emr", "namespace": "karpenter", "serviceAccount": "karpenter", "roleArn": role}
    aws("eks").create_pod_identity_association(**again, clientRequestToken="once")
    assert len(aws("eks").list_pod_identity_associations(clusterName="emr")["associations"]) == 1
    assert refused(aws("eks").create_pod_identity_association, **again)[0] == "ResourceInUseException"
