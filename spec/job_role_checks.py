"""What is checked about what a job role opens, each fault under its key of the role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emr.fault import Fault
from iam import s3
from spec.statement_checks import check_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spec.job_role import JobRoleSpec
    from spec.place import Place

    Check = Callable[[str, Place], list[Fault]]

_CATALOG = re.compile(r"[a-z0-9_-]{1,255}(\.[a-z0-9_-]{1,255})?")
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_SECRET_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:([a-z0-9-]+):(\d{12}):secret:[A-Za-z0-9/_+=.@-]{1,512}")
_KEY_ARN = re.compile(r"arn:([a-z-]+):kms:([a-z0-9-]+):\d{12}:key/[A-Za-z0-9-]{1,128}")
_ROLE_ARN = re.compile(r"arn:([a-z-]+):iam::(\d{12}):role/[A-Za-z0-9_+=,.@/-]{1,576}")
_TRUST_DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,62}")


def check_opened(role: JobRoleSpec, place: Place) -> list[Fault]:
    """What is wrong with what a role opens."""
    lists: tuple[tuple[str, Sequence[str], Check], ...] = (
        ("read", role.read, _check_place_in_s3),
        ("write", role.write, _check_place_in_s3),
        ("glue.read", role.glue.read, _check_catalog),
        ("glue.write", role.glue.write, _check_catalog),
        ("dynamodb.read", role.dynamodb.read, _check_table),
        ("dynamodb.write", role.dynamodb.write, _check_table),
        ("keys.decrypt", role.keys.decrypt, _check_key),
        ("keys.encrypt", role.keys.encrypt, _check_key),
        ("secrets", role.secrets, _check_secret),
        ("assume", role.assume, _check_role_elsewhere),
    )
    return [
        *(
            fault.within(f"{key}[{index}]")
            for key, listed, check in lists
            for index, text in enumerate(listed)
            for fault in check(text, place)
        ),
        *(fault.within("statements") for fault in check_statements(role.statements, place)),
        *_check_trust_domain(role.trust_domain),
    ]


def _check_place_in_s3(uri: str, place: Place) -> list[Fault]:
    if faults := s3.check_prefix(uri):
        return faults
    bucket = s3.prefix(uri).bucket
    if bucket not in (place.logs_bucket, place.artefacts_bucket, place.audit_bucket):
        return []
    return [
        Fault(
            given=repr(uri),
            allowed="buckets other than the platform's own",
            why=f"{bucket} holds what belongs to all tenants; a role already reads its tenant's programs and uploads "
            "its tenant's logs there",
            write="nothing for logs and programs; else a prefix in a bucket of the team",
        )
    ]


def _check_catalog(name: str, _: Place) -> list[Fault]:
    if _CATALOG.fullmatch(name):
        return []
    return [
        Fault(
            given=repr(name),
            allowed="database or database.table, of lower-case letters, digits, _ and -",
            why="a wildcard would open databases of other teams; a database stands for all its tables",
            write=_slug(name, r"[^a-z0-9_.-]+") or "sales",
        )
    ]


def _check_table(name: str, place: Place) -> list[Fault]:
    if _TABLE.fullmatch(name):
        return []
    elsewhere = name.startswith("arn:") and f":{place.account}:" not in name
    return [
        Fault(
            given=repr(name),
            allowed="the name of a DynamoDB table: 3 to 255 letters, digits, _ . and -",
            why="it becomes an ARN in the platform's account and Region, and tables of another account are reached "
            "by a role there",
            write="the ARN of a role of that account under assume"
            if elsewhere
            else name.rpartition("/")[2] or "a name",
        )
    ]


def _check_secret(text: str, place: Place) -> list[Fault]:
    if not text.startswith("arn:"):
        if _SECRET.fullmatch(text):
            return []
    elif (found := _SECRET_ARN.fullmatch(text)) and found.groups() == (place.region, place.account):
        return []
    return [
        Fault(
            given=repr(text),
            allowed=f"the name of a secret, or its whole ARN in account {place.account} and Region {place.region}",
            why="a wildcard would open other teams' secrets, and one of another account or Region is not reached so",
            write="the secret's name, such as analytics/warehouse",
        )
    ]


def _check_key(text: str, place: Place) -> list[Fault]:
    found = _KEY_ARN.fullmatch(text)
    if found and found.groups() == (place.partition, place.region):
        return []
    return [
        Fault(
            given=repr(text),
            allowed=f"arn:{place.partition}:kms:{place.region}:<account>:key/<id>",
            why="IAM judges the use of a key by its own ARN, never by an alias, and data is encrypted in its Region",
            write="the ARN that `aws kms describe-key --key-id <alias or id>` prints",
        )
    ]


def _check_role_elsewhere(text: str, place: Place) -> list[Fault]:
    found = _ROLE_ARN.fullmatch(text)
    if found and found.group(1) == place.partition and found.group(2) != place.account:
        return []
    here = bool(found) and found.group(2) == place.account
    return [
        Fault(
            given=repr(text),
            allowed=f"arn:{place.partition}:iam::<account>:role/<name> of an account other than {place.account}",
            why="a role of the platform's own account could be another tenant's"
            if here
            else "IAM takes nothing else as a role, and a wildcard would open every role of that account",
            write="what that role opens, among read, write and the other keys of this role"
            if here
            else f"arn:{place.partition}:iam::210987654321:role/reader",
        )
    ]


def _check_trust_domain(text: str) -> list[Fault]:
    if _TRUST_DOMAIN.fullmatch(text):
        return []
    return [
        Fault(
            where="trustDomain",
            given=repr(text),
            allowed="up to 63 lower-case letters, digits and hyphens, a letter first",
            why="it is a name that roles of like trust share",
            write=_slug(text, r"[^a-z0-9-]+").strip("-0123456789")[:63] or "tenant",
        )
    ]


def _slug(text: str, strange: str) -> str:
    return re.sub(strange, "-", text.lower()).strip("-.")
