from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from awscli.customizations.eks.get_token import TokenGenerator

from local.aws.emulator import principals
from local.aws.emulator.account import ACCESS_KEY_ID
from local.aws.emulator.eks.authenticator import make_token
from tests.local.aws.emulator.world import trust

AWS_AUTH = "/api/v1/namespaces/kube-system/configmaps/aws-auth"
POLICIES = "arn:aws:eks::aws:cluster-access-policy/"


@pytest.fixture
def role(aws):
    """A role with a path, and a client of STS with a session of it."""
    document = trust("ec2.amazonaws.com")
    return aws("iam").create_role(RoleName="ops", Path="/teams/", AssumeRolePolicyDocument=document)["Role"]["Arn"]


@pytest.fixture
def session(role):
    return principals.begin_session(role, "anna@example.com", "us-west-2")


def token_of(caller, cluster="emr"):
    return make_token(caller, cluster, "us-west-2", datetime.now(UTC))


def write(plane, **parts):
    plane.api.documents[AWS_AUTH] = {"data": {name: json.dumps(part) for name, part in parts.items()}}


def test_the_token_of_the_aws_cli_names_the_creator(aws, plane):
    sts = aws("sts")
    sts.meta.events.register("provide-client-params.sts.GetCallerIdentity", _take_cluster, unique_id="take")
    sts.meta.events.register("before-sign.sts.GetCallerIdentity", _give_header, unique_id="give")
    user = plane.authenticator.authenticate(TokenGenerator(sts).get_token("emr"))
    assert user.name == "arn:aws:iam::123456789012:user/deployer"
    assert user.extra["accessKeyId"] == (ACCESS_KEY_ID,)
    assert plane.authenticator.authenticate(TokenGenerator(sts).get_token("other")) is None


def _take_cluster(params, context, **_):
    context["cluster"] = params.pop("x-k8s-aws-id", None)


def _give_header(request, **_):
    if request.context.get("cluster"):
        request.headers["x-k8s-aws-id"] = request.context["cluster"]


@pytest.mark.parametrize("token", ["", "abc", "k8s-aws-v1.", "k8s-aws-v1.%%%", "k8s-aws-v1." + "A" * 20000])
def test_what_is_no_token_is_refused(plane, token):
    assert plane.authenticator.authenticate(token) is None


def test_a_token_of_an_unknown_key_is_refused(plane, session):
    stranger = principals.Caller(**{**vars(session), "access_key_id": "AKIANOBODY"})
    assert plane.authenticator.authenticate(token_of(stranger)) is None


def test_a_deactivated_key_is_refused(aws, plane):
    caller = principals.find(ACCESS_KEY_ID)
    token = token_of(caller)
    assert plane.authenticator.authenticate(token)
    aws("iam").update_access_key(UserName="deployer", AccessKeyId=ACCESS_KEY_ID, Status="Inactive")
    assert plane.authenticator.authenticate(token) is None


def test_another_request_than_get_caller_identity_is_refused(plane, session):
    url = base64.urlsafe_b64decode(token_of(session).removeprefix("k8s-aws-v1.") + "==").decode()
    forged = base64.urlsafe_b64encode(url.replace("GetCallerIdentity", "GetSessionToken").encode()).decode()
    assert plane.authenticator.authenticate(f"k8s-aws-v1.{forged}") is None


def test_a_principal_without_entry_and_mapping_is_refused(plane, session):
    assert plane.authenticator.authenticate(token_of(session)) is None


def test_aws_auth_maps_a_role_by_its_arn_without_path(plane, session):
    account = "arn:aws:iam::123456789012"
    write(plane, mapRoles=[{"rolearn": f"{account}:role/teams/ops", "username": "no"}])
    assert plane.authenticator.authenticate(token_of(session)) is None
    write(
        plane,
        mapRoles=[{"rolearn": f"{account}:role/OPS", "username": "ops:{{SessionName}}", "groups": ["g-{{AccountID}}"]}],
    )
    user = plane.authenticator.authenticate(token_of(session))
    assert (user.name, user.groups) == ("ops:anna-example.com", ("g-123456789012",))


def test_aws_auth_maps_users_and_accounts(aws, plane):
    iam = aws("iam")
    arn = iam.create_user(UserName="bob")["User"]["Arn"]
    caller = principals.find(iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"])
    write(plane, mapUsers=[{"userarn": arn, "username": "bob", "groups": ["dev"]}])
    assert plane.authenticator.authenticate(token_of(caller)).name == "bob"
    write(plane, mapAccounts=["123456789012"])
    assert plane.authenticator.authenticate(token_of(caller)).name == arn


@pytest.mark.parametrize("text", ["- rolearn: [", "a: b", "[1, 2]", ""])
def test_a_mapping_that_cannot_be_read_maps_nobody(plane, session, text):
    plane.api.documents[AWS_AUTH] = {"data": {"mapRoles": text}}
    assert plane.authenticator.authenticate(token_of(session)) is None


def test_an_entry_beats_aws_auth_for_the_same_principal(aws, plane, role, session):
    write(plane, mapRoles=[{"rolearn": "arn:aws:iam::123456789012:role/ops", "username": "by-map"}])
    assert plane.authenticator.authenticate(token_of(session)).name == "by-map"
    aws("eks").create_access_entry(clusterName="emr", principalArn=role, username="by-entry", kubernetesGroups=["g"])
    user = plane.authenticator.authenticate(token_of(session))
    assert (user.name, user.groups) == ("by-entry", ("g",))


def test_the_default_name_of_an_entry_holds_the_session(aws, plane, role, session):
    aws("eks").create_access_entry(clusterName="emr", principalArn=role)
    name = plane.authenticator.authenticate(token_of(session)).name
    assert name == "arn:aws:sts::123456789012:assumed-role/ops/anna-example.com"


def test_the_entry_of_a_role_that_was_made_again_lets_nobody_in(aws, plane, role):
    aws("eks").create_access_entry(clusterName="emr", principalArn=role)
    iam = aws("iam")
    iam.delete_role(RoleName="ops")
    iam.create_role(RoleName="ops", Path="/teams/", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    again = principals.begin_session(role, "anna", "us-west-2")
    assert plane.authenticator.authenticate(token_of(again)) is None


def test_mode_api_does_not_look_at_aws_auth(world, new_cluster, session):
    new_cluster(name="api", accessConfig={"authenticationMode": "API"})
    plane = world.planes["api"]
    write(plane, mapRoles=[{"rolearn": "arn:aws:iam::123456789012:role/ops", "username": "ops"}])
    assert plane.authenticator.authenticate(token_of(session, "api")) is None


def asked(user, verb="get", resource="pods", namespace="team-a", group=""):
    attributes = {"verb": verb, "group": group, "resource": resource, "namespace": namespace}
    return {"user": user.name, "extra": {k: list(v) for k, v in user.extra.items()}, "resourceAttributes": attributes}


def test_the_creator_may_do_everything_and_a_name_alone_nothing(plane):
    user = plane.authenticator.authenticate(token_of(principals.find(ACCESS_KEY_ID)))
    assert plane.authenticator.authorize(asked(user, "delete", "nodes", ""))
    assert plane.authenticator.authorize(
        {"user": user.name, "extra": asked(user)["extra"], "nonResourceAttributes": {"verb": "get", "path": "/metrics"}}
    )
    assert not plane.authenticator.authorize({**asked(user), "extra": {}})


def test_an_access_policy_reaches_as_far_as_its_scope(aws, plane, role, session):
    plane.api.documents["/apis/rbac.authorization.k8s.io/v1/clusterroles/view"] = {
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]
    }
    eks = aws("eks")
    eks.create_access_entry(clusterName="emr", principalArn=role)
    user = plane.authenticator.authenticate(token_of(session))
    assert not plane.authenticator.authorize(asked(user))
    parameters = {"clusterName": "emr", "principalArn": role, "policyArn": f"{POLICIES}AmazonEKSViewPolicy"}
    eks.associate_access_policy(**parameters, accessScope={"type": "namespace", "namespaces": ["team-a"]})
    assert plane.authenticator.authorize(asked(user))
    assert not plane.authenticator.authorize(asked(user, "delete"))
    assert not plane.authenticator.authorize(asked(user, resource="secrets"))
    assert not plane.authenticator.authorize(asked(user, namespace="team-b"))
    assert not plane.authenticator.authorize(asked(user, namespace=""))
    eks.associate_access_policy(**parameters, accessScope={"type": "cluster"})
    assert plane.authenticator.authorize(asked(user, namespace="team-b"))
