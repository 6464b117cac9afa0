"""Keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Tagging, Wait, Work

if TYPE_CHECKING:
    from collections.abc import Mapping


def change_rotation(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Turn the rotation of a key on, with its period, or off."""
    del olds
    period = {"RotationPeriodInDays": days} if (days := news.get("rotationPeriodInDays")) else {}
    if news.get("enableKeyRotation"):
        work.api("EnableKeyRotation", KeyId=work.id, **period)
    else:
        work.api("DisableKeyRotation", KeyId=work.id)


def change_enabled(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Enable or disable a key."""
    del olds
    work.api("EnableKey" if news.get("isEnabled") else "DisableKey", KeyId=work.id)


def same_key(desired: str, live: str) -> bool:
    """Compare keys that are named by id or ARN."""
    return desired.rsplit("/", 1)[-1] == live.rsplit("/", 1)[-1]


KEY: Final = Row(
    type="aws:kms/key:Key",
    service="kms",
    create=Call(operation="CreateKey"),
    id="KeyMetadata.KeyId",
    reads=(
        Read(operation="DescribeKey", request={"KeyId": "{id}"}, path="KeyMetadata"),
        Read(operation="GetKeyPolicy", request={"KeyId": "{id}", "PolicyName": "default"}),
        Read(
            operation="GetKeyRotationStatus",
            request={"KeyId": "{id}"},
            absent=("UnsupportedOperationException",),
        ),
        Read(operation="ListResourceTags", request={"KeyId": "{id}"}, path="Tags", into="tags", paged=True),
    ),
    updates=(
        Action(covers=frozenset({"isEnabled"}), run=change_enabled),
        Call(operation="UpdateKeyDescription", request={"KeyId": "{id}"}),
        Call(operation="PutKeyPolicy", request={"KeyId": "{id}", "PolicyName": "default"}),
        Action(covers=frozenset({"enableKeyRotation", "rotationPeriodInDays"}), run=change_rotation),
    ),
    delete=Call(
        operation="ScheduleKeyDeletion",
        request={"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays?}"},
    ),
    names={"enableKeyRotation": "KeyRotationEnabled", "isEnabled": "Enabled"},
    defaults={
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "isEnabled": True,
        "keyUsage": "ENCRYPT_DECRYPT",
    },
    settings=frozenset({"deletionWindowInDays"}),
    without=frozenset({"bypassPolicyLockoutSafetyCheck", "customKeyStoreId", "xksKeyId"}),
    tags=Tagging(tag="TagResource", untag="UntagResource", request={"KeyId": "{id}"}),
    wait=Wait(
        status="KeyState",
        ready=frozenset({"Enabled", "Disabled"}),
        gone=frozenset({"PendingDeletion", "PendingReplicaDeletion"}),
    ),
)

ALIAS: Final = Row(
    type="aws:kms/alias:Alias",
    service="kms",
    create=Call(operation="CreateAlias"),
    id="{name}",
    reads=(Read(operation="ListAliases", path="Aliases[?AliasName=='{id}'] | [0]", paged=True),),
    updates=(Call(operation="UpdateAlias", request={"AliasName": "{id}"}),),
    delete=Call(operation="DeleteAlias", request={"AliasName": "{id}"}),
    specials={"targetKeyId": Special(same=same_key)},
    computed={"targetKeyArn": "arn:{partition}:kms:{region}:{account}:key/{targetKeyId}"},
    autoname=AutoName(limit=256, form="alias/{}"),
)

ROWS: Final = (KEY, ALIAS)
