"""AssumeRoleWithWebIdentity: whose token becomes a session of which role."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.control_plane import ApiError
from tests.local.aws.emulator.sts.issuer import SUBJECT, Issuer

DENIED = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")


def test_a_trusted_service_account_becomes_the_role(oidc, aws, provider) -> None:
    role = oidc.new_role(oidc.statement())
    given = oidc.assume(role, oidc.issuer.token())
    assert given["SubjectFromWebIdentityToken"] == SUBJECT
    assert (given["Audience"], given["Provider"]) == ("sts.amazonaws.com", provider)
    assert given["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/job/driver"
    assert given["AssumedRoleUser"]["AssumedRoleId"].startswith("AROA")
    credentials = given["Credentials"]
    lasting = (credentials["Expiration"] - datetime.now(UTC)).total_seconds()
    assert 3590 < lasting <= 3600
    identity = aws("sts", credentials["AccessKeyId"], credentials["SecretAccessKey"]).get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::123456789012:assumed-role/job/driver"


@pytest.mark.usefixtures("provider")
def test_another_account_or_namespace_is_not_trusted(oidc) -> None:
    role = oidc.new_role(oidc.statement())
    for subject in (
        "system:serviceaccount:risk:driver",
        "system:serviceaccount:analytics:driver2",
        "system:serviceaccount:analytics:Driver",
    ):
        assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token(sub=subject)) == DENIED


@pytest.mark.usefixtures("provider")
def test_a_pattern_trusts_what_it_matches(oidc) -> None:
    pattern = "system:serviceaccount:analytics:emr-containers-sa-*-*-123456789012-abc"
    role = oidc.new_role(oidc.statement(Condition={"StringLike": {f"{oidc.host}:sub": pattern}}))
    account = "system:serviceaccount:{}:emr-containers-sa-spark-{}-123456789012-{}"
    assert oidc.assume(role, oidc.issuer.token(sub=account.format("analytics", "driver", "abc")))
    for other in (account.format("analytics", "driver", "abd"), account.format("risk", "driver", "abc")):
        assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token(sub=other)) == DENIED


@pytest.mark.usefixtures("provider")
def test_equality_takes_no_wildcards(oidc) -> None:
    subject = {f"{oidc.host}:sub": "system:serviceaccount:analytics:*"}
    role = oidc.new_role(oidc.statement(Condition={"StringEquals": subject}))
    assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token()) == DENIED


@pytest.mark.usefixtures("provider")
def test_the_trust_may_name_the_audience_or_leave_it_out(oidc) -> None:
    loose = oidc.new_role(oidc.statement(Condition={"StringLike": {f"{oidc.host}:sub": SUBJECT}}), name="loose")
    other = oidc.new_role(oidc.statement(Condition={"StringEquals": {f"{oidc.host}:aud": "other"}}), name="other")
    assert oidc.assume(loose, oidc.issuer.token())
    assert oidc.refused(oidc.assume, role=other, token=oidc.issuer.token()) == DENIED


@pytest.mark.usefixtures("provider")
def test_a_deny_beats_every_allow(oidc) -> None:
    no = oidc.statement(Effect="Deny", Condition={"StringLike": {f"{oidc.host}:sub": "*:driver"}})
    assert oidc.refused(oidc.assume, role=oidc.new_role(oidc.statement(), no), token=oidc.issuer.token()) == DENIED


@pytest.mark.usefixtures("provider")
def test_one_statement_of_several_is_enough(oidc) -> None:
    service = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    risk = oidc.statement(Condition={"StringLike": {f"{oidc.host}:sub": "system:serviceaccount:risk:*"}})
    assert oidc.assume(oidc.new_role(service, risk, oidc.statement()), oidc.issuer.token())


@pytest.mark.usefixtures("provider")
def test_the_session_name_is_a_condition(oidc) -> None:
    role = oidc.new_role(oidc.statement(Condition={"StringEquals": {"sts:RoleSessionName": "nightly"}}))
    assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token()) == DENIED
    assert oidc.assume(role, oidc.issuer.token(), RoleSessionName="nightly")


@pytest.mark.usefixtures("provider")
def test_trust_in_another_action_or_principal_is_none(oidc) -> None:
    user = {"AWS": "arn:aws:iam::123456789012:root"}
    for number, change in enumerate(({"Action": "sts:AssumeRole"}, {"Principal": user})):
        role = oidc.new_role(oidc.statement(**change), name=f"r{number}")
        assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token()) == DENIED


def test_a_role_that_does_not_exist_is_refused_like_one_that_does_not_trust(oidc) -> None:
    for account in ("123456789012", "999999999999"):
        role = f"arn:aws:iam::{account}:role/nobody"
        assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token()) == DENIED


def test_the_account_must_know_the_issuer(oidc) -> None:
    code, message = oidc.refused(oidc.assume, role=oidc.new_role(oidc.statement()), token=oidc.issuer.token())
    assert code == "InvalidIdentityToken"
    assert message == f"No OpenIDConnect provider found in your account for {oidc.issuer.name}"


def test_the_provider_must_know_the_audience(oidc, aws, provider) -> None:
    role = oidc.new_role(oidc.statement())
    for audience in (["https://kubernetes.default.svc"], [], "vault"):
        answer = oidc.refused(oidc.assume, role=role, token=oidc.issuer.token(aud=audience))
        assert answer == ("InvalidIdentityToken", "Incorrect token audience")
    aws("iam").remove_client_id_from_open_id_connect_provider(
        OpenIDConnectProviderArn=provider, ClientID="sts.amazonaws.com"
    )
    assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token())[1] == "Incorrect token audience"


@pytest.mark.usefixtures("provider")
def test_another_clusters_key_is_no_key_of_this_issuer(oidc) -> None:
    foreign = Issuer(oidc.issuer.name, kid="foreign")
    code, message = oidc.refused(oidc.assume, role=oidc.new_role(oidc.statement()), token=foreign.token())
    assert (code, message.startswith("Couldn't retrieve verification key")) == ("InvalidIdentityToken", True)


@pytest.mark.usefixtures("provider")
def test_keys_that_cannot_be_had_are_named(oidc, plane, monkeypatch) -> None:
    def fail(path: str) -> None:
        raise ApiError(0, "Unreachable", path)

    monkeypatch.setattr(plane.api, "get", fail)
    code, message = oidc.refused(oidc.assume, role=oidc.new_role(oidc.statement()), token=oidc.issuer.token())
    assert (code, message.startswith("Couldn't retrieve verification key")) == ("InvalidIdentityToken", True)


@pytest.mark.usefixtures("provider")
def test_an_expired_token_is_refused_as_such(oidc) -> None:
    role = oidc.new_role(oidc.statement())
    assert oidc.refused(oidc.assume, role=role, token=oidc.issuer.token(exp=1))[0] == "ExpiredTokenException"


@pytest.mark.usefixtures("provider")
def test_a_session_lasts_no_longer_than_the_role_allows(oidc) -> None:
    short, long = oidc.new_role(oidc.statement()), oidc.new_role(oidc.statement(), name="long", MaxSessionDuration=7200)
    code, message = oidc.refused(oidc.assume, role=short, token=oidc.issuer.token(), DurationSeconds=7200)
    assert code == "ValidationError"
    assert message == "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    assert oidc.assume(long, oidc.issuer.token(), DurationSeconds=7200)


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"DurationSeconds": 43201}, "less than or equal to 43200"),
        ({"RoleSessionName": "no spaces"}, "regular expression pattern"),
        ({"RoleArn": "arn:aws:s3:::a-bucket-with-a-long-name"}, "is invalid"),
    ],
)
def test_parameters_are_checked(oidc, options, told) -> None:
    parameters = {"role": "arn:aws:iam::123456789012:role/job", "token": oidc.issuer.token()} | options
    assert oidc.refused(oidc.assume, **parameters)[0] == "ValidationError"
    assert told in oidc.refused(oidc.assume, **parameters)[1]
