"""Our Signature Version 4 against botocore's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.aws.emulator.sigv4 import InvalidSignatureError, Presigned, check, presign

URL = "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
HEADERS = {"host": "sts.us-west-2.amazonaws.com", "x-k8s-aws-id": "emr"}
MOST = timedelta(minutes=15)


def by_botocore(url=URL, token=None, **headers):
    request = AWSRequest(method="GET", url=url, headers={"x-k8s-aws-id": "emr", **headers})
    SigV4QueryAuth(Credentials("AKIAX", "secret", token), "sts", "us-west-2", expires=60).add_auth(request)
    signed: Any = request.url
    return signed


def now():
    return datetime.now(UTC)


@pytest.mark.parametrize("token", [None, "FwoG/+=token=="])
def test_what_botocore_signs_is_accepted(token):
    check(Presigned.parse(by_botocore(token=token)), HEADERS, "secret", now(), most=MOST)


def test_an_endpoint_with_a_port_is_accepted():
    parsed = Presigned.parse(by_botocore("http://127.0.0.1:5000/?Action=GetCallerIdentity&Version=2011-06-15"))
    check(parsed, {"host": "127.0.0.1:5000", "x-k8s-aws-id": "emr"}, "secret", now(), most=MOST)


def test_what_we_sign_is_accepted():
    url = presign(URL, HEADERS, ("AKIAX", "secret"), "us-west-2", now())
    check(Presigned.parse(url), HEADERS, "secret", now(), most=MOST)


@pytest.mark.parametrize(
    ("headers", "secret", "age", "problem"),
    [
        ({**HEADERS, "x-k8s-aws-id": "other"}, "secret", 0, "does not match"),
        (HEADERS, "guess", 0, "does not match"),
        (HEADERS, "secret", 16, "out of its time"),
        (HEADERS, "secret", -6, "out of its time"),
        ({"host": HEADERS["host"]}, "secret", 0, "signed headers"),
    ],
)
def test_another_cluster_secret_time_or_set_of_headers_is_refused(headers, secret, age, problem):
    later = now() + timedelta(minutes=age)
    with pytest.raises(InvalidSignatureError, match=problem):
        check(Presigned.parse(by_botocore()), headers, secret, later, most=MOST)


def test_a_changed_parameter_is_refused():
    changed = by_botocore().replace("GetCallerIdentity", "AssumeRole")
    with pytest.raises(InvalidSignatureError, match="does not match"):
        check(Presigned.parse(changed), HEADERS, "secret", now(), most=MOST)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("%2Fsts%2F", "%2Fs3%2F", "not signed with Signature Version 4 for STS"),
        ("AWS4-HMAC-SHA256", "AWS4-NONE", "not signed with Signature Version 4 for STS"),
        ("X-Amz-Date=", "X-Amz-Date=x", "is no time"),
    ],
)
def test_other_schemes_are_refused(old, new, problem):
    with pytest.raises(InvalidSignatureError, match=problem):
        check(Presigned.parse(by_botocore().replace(old, new)), HEADERS, "secret", now(), most=MOST)


def test_a_parameter_given_twice_is_refused():
    with pytest.raises(InvalidSignatureError, match="twice"):
        Presigned.parse(by_botocore() + "&Action=AssumeRole")
