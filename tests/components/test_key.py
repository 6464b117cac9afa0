from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.key import Key, KeyArgs
from iam import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Recording

POLICY = keys.data_key(partition="aws", account="123456789012", region="us-west-2")


def program(*, retain: bool) -> Callable[[], Key]:
    return lambda: Key("data", KeyArgs(alias="emr-data", description="Data", policy=POLICY, retain=retain))


@pytest.mark.covers("SE-10")
def test_a_key_is_rotated_and_has_its_policy_and_alias(record: Callable[..., Recording]) -> None:
    recording = record(program(retain=True))
    key = recording.one("aws:kms/key:Key", "data-key")
    assert json.loads(key.inputs.pop("policy")) == POLICY
    assert key.inputs == {"description": "Data", "enableKeyRotation": True}  # KMS waits its most, 30 days
    assert recording.one("aws:kms/alias:Alias", "data-alias").inputs == {
        "name": "alias/emr-data",
        "targetKeyId": "data-key",
    }
    component = recording.one("tenancy:index:Key", "data")
    assert key.parent == component.urn
    assert recording.outputs[component.urn] == {"arn": "arn:aws:kms:us-west-2:123456789012:key/data-key"}


@pytest.mark.parametrize("retain", [True, False])
def test_a_key_and_the_alias_that_finds_it_stay_where_what_it_encrypts_stays(
    record: Callable[..., Recording], *, retain: bool
) -> None:
    recording = record(program(retain=retain))
    for kind in ("aws:kms/key:Key", "aws:kms/alias:Alias"):
        assert recording.one(kind).request.retainOnDelete is retain
