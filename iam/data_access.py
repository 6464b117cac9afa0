"""Statements of a job role for what its tenant's file declares beside S3.

Sources: Service Authorization Reference of AWS Glue, DynamoDB, Secrets Manager, KMS and STS; Glue Developer Guide,
"Specifying AWS Glue resource ARNs" (a call on a table is judged on the catalog, the database and the table); KMS
Developer Guide, "kms:ViaService"; EKS User Guide, "Pod Identity session tags" (they are transitive, so that taking
a further role takes sts:TagSession).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from iam.documents import Statement

_READ_CATALOG = ("BatchGetPartition", "GetDatabase", "GetPartition", "GetPartitions", "GetTable", "GetTables")
_WRITE_CATALOG = (
    "BatchCreatePartition",
    "BatchDeletePartition",
    "BatchUpdatePartition",
    "CreatePartition",
    "CreateTable",
    "DeletePartition",
    "DeleteTable",
    "UpdatePartition",
    "UpdateTable",
)
_READ_ITEMS = ("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan")
_WRITE_ITEMS = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")
_DEFAULT_DATABASE = "default"
_SUFFIX_OF_SECRETS = "??????"


@dataclass(frozen=True, kw_only=True)
class Home:
    """The account and Region in which names without an ARN lie."""

    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS Region."""

    def arn(self, service: str, resource: str) -> str:
        """ARN, or pattern of ARNs, of something in it."""
        return f"arn:{names.partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"


def glue(home: Home, *, read: Sequence[str], write: Sequence[str]) -> list[Statement]:
    """Metadata of databases (`sales`) and tables (`sales.orders`).

    Spark asks for the database `default` whenever it opens a catalog, so its description is open to any reader.
    """
    if not read and not write:
        return []
    default = [home.arn("glue", "catalog"), home.arn("glue", f"database/{_DEFAULT_DATABASE}")]
    return [
        _allow("SeeDefaultDatabase", "glue", ["GetDatabase"], default),
        _allow("ReadCatalog", "glue", _READ_CATALOG, _of_catalog(home, [*read, *write])),
        *([_allow("WriteCatalog", "glue", _WRITE_CATALOG, _of_catalog(home, write))] if write else []),
    ]


def dynamodb(home: Home, *, read: Sequence[str], write: Sequence[str]) -> list[Statement]:
    """Items of tables and, for reading, of their indexes."""
    tables = {name: home.arn("dynamodb", f"table/{name}") for name in sorted({*read, *write})}
    readable = [arn for table in tables.values() for arn in (table, f"{table}/index/*")]
    return [
        *([_allow("ReadItems", "dynamodb", _READ_ITEMS, readable)] if readable else []),
        *([_allow("WriteItems", "dynamodb", _WRITE_ITEMS, [tables[name] for name in sorted(write)])] if write else []),
    ]


def secrets(home: Home, listed: Iterable[str]) -> list[Statement]:
    """Values of secrets, by name or ARN; Secrets Manager ends ARNs with a hyphen and six characters of its own."""
    arns = sorted(
        {
            secret if secret.startswith("arn:") else home.arn("secretsmanager", f"secret:{secret}-{_SUFFIX_OF_SECRETS}")
            for secret in listed
        }
    )
    return [_allow("ReadSecrets", "secretsmanager", ["DescribeSecret", "GetSecretValue"], arns)] if arns else []


def keys(
    home: Home, *, decrypt: Sequence[str], encrypt: Sequence[str], services: Sequence[str] = ("s3",)
) -> list[Statement]:
    """Use of keys, by ARN, only through the services whose data they encrypt.

    Writing takes kms:Decrypt as well, for objects that are uploaded in parts (S3 User Guide, of multipart uploads).
    """
    through = {"StringEquals": {"kms:ViaService": [f"{service}.{home.region}.amazonaws.com" for service in services]}}
    use = (
        ("DecryptData", ["Decrypt"], decrypt),
        ("EncryptData", ["Decrypt", "GenerateDataKey"], encrypt),
    )
    return [_allow(sid, "kms", actions, sorted(set(arns)), through) for sid, actions, arns in use if arns]


def assume(roles: Sequence[str], *, tagged_session: bool) -> list[Statement]:
    """Taking roles of other accounts; a session of Pod Identity carries tags along, which takes a right of its own."""
    actions = ["AssumeRole", *(["TagSession"] if tagged_session else [])]
    return [_allow("AssumeElsewhere", "sts", actions, sorted(set(roles)))] if roles else []


def _of_catalog(home: Home, listed: Sequence[str]) -> list[str]:
    arns = {home.arn("glue", "catalog")}
    for name in listed:
        database, _, table = name.partition(".")
        arns |= {home.arn("glue", f"database/{database}"), home.arn("glue", f"table/{database}/{table or '*'}")}
    return sorted(arns)


def _allow(
    sid: str,
    service: str,
    operations: Sequence[str],
    resources: Sequence[str],
    condition: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": [f"{service}:{operation}" for operation in operations],
        "Resource": list(resources),
        **({"Condition": condition} if condition else {}),
    }
