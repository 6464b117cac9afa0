from __future__ import annotations

import pytest
from awscli.customizations.emrcontainers.base36 import Base36
from awscli.customizations.emrcontainers.constants import TRUST_POLICY_STATEMENT_FORMAT
from hypothesis import given
from hypothesis import strategies as st

from emr.service_accounts import (
    KINDS,
    account_name,
    base36,
    longest_name,
    name_pattern,
    role_name_of,
    subject_pattern,
)

ACCOUNT = "123456789012"
role_names = st.text(st.sampled_from("abcXYZ0189_+=,.@-"), min_size=1, max_size=64)

VECTORS = {
    "emr-tenant-a-exec": "16p7tjth9c8qasdb51hgeuyusf7",
    "EMRContainersJobExecutionRole": "683w21krdebtm6jgpxt9b0blrpwxcdkhkpfvwwdcaaq1x",
    "JobExecutionRoleIRSAv2": "c7ohmynrs14q04uudoef8n97xdufwajzua",
    "tenant+role=,.@-_9": "9ogkho0fezkzmq1m1zctk8ggvos9",
    "a" * 64: "fhi351z0r0ijtuaiqgq83z21qd5g2gwwizvvafz43aq2m3ylh7x6iwlkqct4v0y9d0h72562rk9bltvopcimha8pjmq63gvb5up",
    "abcdefghijkl": "2x6xx5ubcrus4bplmr0",
    "+=,.@-_": "3bu5b0xg4tb",
}


@pytest.mark.parametrize(("name", "encoded"), VECTORS.items())
def test_known_names_have_known_encodings(name: str, encoded: str) -> None:
    assert base36(name) == encoded
    assert role_name_of(encoded) == name


@given(role_names)
def test_decoding_gives_the_name_back(name: str) -> None:
    assert role_name_of(base36(name)) == name


@pytest.mark.covers("ID-05")
@given(role_names)
def test_the_encoding_is_that_of_the_aws_cli(name: str) -> None:
    assert base36(name) == Base36().encode(name)


@pytest.mark.covers("ID-05", "ID-09")
@given(role_names)
def test_the_subject_is_the_one_the_aws_cli_writes(name: str) -> None:
    statement = TRUST_POLICY_STATEMENT_FORMAT % {
        "AWS_PARTITION": "aws",
        "AWS_ACCOUNT_ID": ACCOUNT,
        "OIDC_PROVIDER": "issuer",
        "NAMESPACE": "analytics",
        "BASE36_ENCODED_ROLE_NAME": Base36().encode(name),
    }
    subject = subject_pattern(namespace="analytics", account=ACCOUNT, role_name=name)
    assert f'"issuer:sub": "{subject}"' in statement


@given(role_names, role_names)
def test_two_names_never_share_an_encoding(one: str, other: str) -> None:
    assert (base36(one) == base36(other)) == (one == other)


def test_names_that_differ_in_capitals_only_differ_in_their_accounts() -> None:
    assert base36("emr-a-job") != base36("EMR-a-job")


@pytest.mark.parametrize("name", ["", "a" * 65, "role/with/path", "arn:aws:iam::1:role/x", "naïve", "a b", "a\n"])
def test_what_is_no_role_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a role name"):
        base36(name)


def test_the_value_that_aws_prints_with_a_newline_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match=r"JobExecutionRoleIRSAv2\\n"):
        role_name_of("2eum5fah1jc1kwyjc19ikdhdkdegh1n26vbe")


@pytest.mark.parametrize("encoded", ["", "ABC", "1_0", " 1", "0"])
def test_what_is_no_encoding_is_refused(encoded: str) -> None:
    with pytest.raises(ValueError, match=r"base 36|not a role name"):
        role_name_of(encoded)


def test_accounts_are_named_after_kind_account_and_role() -> None:
    assert (
        account_name("spark-driver", account=ACCOUNT, role_name="abcdefghijkl")
        == "emr-containers-sa-spark-driver-123456789012-2x6xx5ubcrus4bplmr0"
    )
    assert (
        name_pattern(account=ACCOUNT, role_name="abcdefghijkl")
        == "emr-containers-sa-*-*-123456789012-2x6xx5ubcrus4bplmr0"
    )


@given(role_names)
def test_the_longest_account_name_fits_an_object_name(name: str) -> None:
    longest = longest_name(account=ACCOUNT, role_name=name)
    assert all(len(account_name(kind, account=ACCOUNT, role_name=name)) <= len(longest) for kind in KINDS)
    assert len(longest) <= 253
