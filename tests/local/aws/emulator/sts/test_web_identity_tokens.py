"""Reading and verifying tokens, with keys of the test's own."""

from __future__ import annotations

import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from local.aws.emulator.sts import tokens
from local.aws.emulator.sts.errors import StsError
from tests.local.aws.emulator.sts.issuer import SUBJECT, Issuer, encoded

NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


def refusal(text: str, keys: dict, now: float | None = None) -> StsError:
    with pytest.raises(StsError) as refused:
        tokens.verify(tokens.read(text), keys, now or time.time())
    return refused.value


def test_a_good_token_says_who_bears_it(issuer: Issuer) -> None:
    token = tokens.read(issuer.token())
    tokens.verify(token, issuer.keys, time.time())
    assert (token.issuer, token.subject, token.audiences) == (issuer.name, SUBJECT, ("sts.amazonaws.com",))
    assert tokens.read(issuer.token(aud="one")).audiences == ("one",)


def test_an_independent_library_finds_the_same_tokens_good(issuer: Issuer) -> None:
    decoded = jwt.decode(issuer.token(), KeySet.import_key_set(issuer.keys), algorithms=["RS256"])  # type: ignore[arg-type]
    assert decoded.claims["sub"] == SUBJECT


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "....", "e30.e30.%%", "é.é.é", "bnVsbA.bnVsbA.eA", "W10.W10.eA"])
def test_what_is_no_token_is_refused_as_such(text: str) -> None:
    with pytest.raises(StsError) as refused:
        tokens.read(text)
    assert (refused.value.code, refused.value.message) in {
        ("InvalidIdentityToken", NO_JWT),
        ("InvalidIdentityToken", "Missing a required claim: iss"),
    }


@pytest.mark.parametrize("claim", ["iss", "sub", "exp", "iat"])
def test_a_token_without_a_claim_that_sts_needs_is_refused(issuer: Issuer, claim: str) -> None:
    with pytest.raises(StsError, match=f"Missing a required claim: {claim}"):
        tokens.read(issuer.token(**{claim: None}))


def test_an_expired_token_is_refused_with_both_times(issuer: Issuer) -> None:
    error = refusal(issuer.token(exp=1_000), issuer.keys, 2_000.7)
    assert (error.code, error.status) == ("ExpiredTokenException", 400)
    assert error.message == "Token expired: current date/time 2000 must be before the expiration date/time 1000"


def test_a_token_is_good_until_the_second_it_expires(issuer: Issuer) -> None:
    token = tokens.read(issuer.token(nbf=0, exp=1_000))
    tokens.verify(token, issuer.keys, 999.9)
    assert refusal(issuer.token(nbf=0, exp=1_000), issuer.keys, 1_000.0).code == "ExpiredTokenException"


def test_a_token_of_the_future_is_refused(issuer: Issuer) -> None:
    error = refusal(issuer.token(nbf=time.time() + 60), issuer.keys)
    assert (error.code, "not valid before" in error.message) == ("InvalidIdentityToken", True)


def test_a_claim_changed_after_signing_is_seen(issuer: Issuer) -> None:
    header, _, signature = issuer.token().split(".")
    other = issuer.token(sub="system:serviceaccount:risk:driver").split(".")[1]
    error = refusal(f"{header}.{other}.{signature}", issuer.keys)
    assert (error.code, "signature" in error.message) == ("InvalidIdentityToken", True)


def test_a_stranger_who_names_our_key_is_seen(issuer: Issuer) -> None:
    assert "signature" in refusal(Issuer().token(), issuer.keys).message


@pytest.mark.parametrize("header", [{"kid": "other"}, {"alg": "none"}, {"alg": "HS256"}, {"kid": None}])
def test_a_key_or_algorithm_that_the_issuer_does_not_have_is_refused(issuer: Issuer, header: dict) -> None:
    assert refusal(issuer.token(header), issuer.keys).message == tokens.NO_KEY


def test_a_token_without_signature_is_refused(issuer: Issuer) -> None:
    parts = issuer.token({"alg": "none"}).split(".")
    assert refusal(f"{parts[0]}.{parts[1]}.", issuer.keys).message == tokens.NO_KEY
    assert "signature" in refusal(".".join([*issuer.token().split(".")[:2], ""]), issuer.keys).message


def test_a_time_that_is_no_number_makes_no_token(issuer: Issuer) -> None:
    assert refusal(issuer.token(exp="tomorrow"), issuer.keys).message == NO_JWT
    assert refusal(issuer.token(exp=True), issuer.keys).message == NO_JWT


def test_a_signature_in_another_alphabet_is_no_token() -> None:
    claims = encoded(json.dumps({"iss": "a", "sub": "b", "exp": 1, "iat": 1}).encode())
    with pytest.raises(StsError, match="not a valid JWT"):
        tokens.read(f"{encoded(b'{}')}.{claims}.a+b/c")
