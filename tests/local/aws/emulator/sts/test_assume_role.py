"""AssumeRole: the role's trust and the caller's own policies."""

from __future__ import annotations

import json

import pytest

ROOT = {"AWS": "arn:aws:iam::123456789012:root"}


def trust(**changes):
    return {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole"} | changes


@pytest.fixture
def user(aws):
    """Makes a user with a policy; gives STS as that user sees it."""

    def make(*statements, name="anna"):
        iam = aws("iam")
        iam.create_user(UserName=name)
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return aws("sts", key["AccessKeyId"], key["SecretAccessKey"])

    return make


def may(role):
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}


def test_trust_in_an_account_leaves_it_to_the_callers_policies(new_role, user, refused):
    role = new_role(trust())
    assert user(may(role)).assume_role(RoleArn=role, RoleSessionName="it")
    code, message = refused(user(name="bob").assume_role, RoleArn=role, RoleSessionName="it")
    assert code == "AccessDenied"
    assert message == (
        f"User: arn:aws:iam::123456789012:user/bob is not authorized to perform: sts:AssumeRole on resource: {role}"
    )


def test_trust_in_a_user_is_enough_but_not_against_a_deny(new_role, user, refused):
    roles = [new_role(trust(Principal={"AWS": f"arn:aws:iam::123456789012:user/{n}"}), name=n) for n in ("anna", "bob")]
    assert user().assume_role(RoleArn=roles[0], RoleSessionName="it")
    denied = user(may(roles[1]) | {"Effect": "Deny"}, name="bob")
    assert refused(denied.assume_role, RoleArn=roles[1], RoleSessionName="it")[0] == "AccessDenied"


def test_without_trust_no_policy_helps(aws, new_role, refused):
    role = new_role(trust(Principal={"Service": "eks.amazonaws.com"}))
    assert refused(aws("sts").assume_role, RoleArn=role, RoleSessionName="it")[0] == "AccessDenied"


def test_an_external_id_is_a_condition_of_trust(aws, new_role, refused):
    role = new_role(trust(Condition={"StringEquals": {"sts:ExternalId": "secret"}}))
    sts = aws("sts")
    assert sts.assume_role(RoleArn=role, RoleSessionName="it", ExternalId="secret")
    for options in ({}, {"ExternalId": "guess"}):
        assert refused(sts.assume_role, RoleArn=role, RoleSessionName="it", **options)[0] == "AccessDenied"


def test_session_tags_need_trust_of_their_own(aws, new_role, refused):
    tags = [{"Key": "team", "Value": "risk"}]
    plain, tagging = new_role(trust()), new_role(trust(Action=["sts:AssumeRole", "sts:TagSession"]), name="tagging")
    code, message = refused(aws("sts").assume_role, RoleArn=plain, RoleSessionName="it", Tags=tags)
    assert (code, "sts:TagSession" in message) == ("AccessDenied", True)
    assert aws("sts").assume_role(RoleArn=tagging, RoleSessionName="it", Tags=tags)


def test_a_session_of_a_role_begins_one_of_another_for_an_hour_at_most(aws, new_role, refused):
    first = new_role(trust(), name="first", MaxSessionDuration=7200)
    second = new_role(trust(Principal={"AWS": first}), name="second", MaxSessionDuration=7200)
    given = aws("sts").assume_role(RoleArn=first, RoleSessionName="it", DurationSeconds=7200)["Credentials"]
    chained = aws("sts", given["AccessKeyId"], given["SecretAccessKey"])
    assert chained.assume_role(RoleArn=second, RoleSessionName="it")
    code, message = refused(chained.assume_role, RoleArn=second, RoleSessionName="it", DurationSeconds=7200)
    assert (code, "1 hour session limit for roles assumed by role chaining" in message) == ("ValidationError", True)
    assert refused(chained.assume_role, RoleArn=first, RoleSessionName="it")[0] == "AccessDenied"


def test_a_session_policy_that_is_no_policy_is_refused(aws, new_role, refused):
    role = new_role(trust())
    for text in ("no json", "[]", "{}"):
        assert refused(aws("sts").assume_role, RoleArn=role, RoleSessionName="it", Policy=text)[0] == (
            "MalformedPolicyDocument"
        )


def test_what_the_embedded_cloud_lacks_is_refused_by_name(aws, new_role, refused):
    code, message = refused(
        aws("sts").assume_role, RoleArn=new_role(trust()), RoleSessionName="it", SourceIdentity="me"
    )
    assert (code, "SourceIdentity" in message) == ("NotImplementedException", True)


def test_nobody_without_credentials_assumes_a_role_so(anybody, new_role, refused):
    code, _ = refused(anybody.assume_role, RoleArn=new_role(trust()), RoleSessionName="it")
    assert code == "MissingAuthenticationToken"
