"""What a job execution role may do: nothing beyond the places a tenant has declared.

Sources: EMR on EKS guide, "Create a job execution role" (its sample opens every bucket and log group); Service
Authorization Reference for Amazon S3 and CloudWatch Logs.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from iam import keys
from iam.documents import document
from iam.names import partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from iam.documents import Document, Statement
    from iam.s3 import Prefix


def permissions(
    *,
    region: str,
    account: str,
    log_group: str,
    logs: Prefix,
    logs_key: str,
    artefacts: Prefix,
    artefacts_key: str,
    read: Sequence[Prefix],
    write: Sequence[Prefix],
    others: Sequence[Statement] = (),
) -> Document:
    """The permissions policy of a role.

    Args:
        region: AWS Region of the log group.
        account: account of the log group, twelve digits.
        log_group: name of the log group that jobs write to.
        logs: place to which EMR's log sidecar uploads, with this role.
        logs_key: ARN of the KMS key that encrypts that place.
        artefacts: place of programs and pod templates, which jobs may read.
        artefacts_key: ARN of the KMS key that encrypts that place.
        read: places whose objects jobs may read and list.
        write: places whose objects jobs may also write and delete.
        others: statements for what lies elsewhere (`iam.data_access`); by default none.
    """
    part = partition(region)
    groups = f"arn:{part}:logs:{region}:{account}:log-group"
    statements: list[Statement] = [
        {
            "Sid": "WriteLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": f"{groups}:{log_group}:*",
        },
        # The call lists log groups, so it cannot be granted on one of them.
        {"Sid": "FindLogs", "Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": f"{groups}:*"},
    ]
    statements += _objects("UploadLogs", ["s3:PutObject"], [logs], part)
    statements.append(keys.writing_through_s3("EncryptLogs", logs_key, region))
    statements += _objects("ReadArtefacts", ["s3:GetObject"], [artefacts], part)
    statements.append(keys.reading_through_s3("DecryptArtefacts", artefacts_key, region))
    return document(*statements, *data(read=read, write=write, region=region), *others)


def data(*, read: Sequence[Prefix], write: Sequence[Prefix], region: str) -> list[Statement]:
    """The statements about objects in S3.

    Args:
        read: places whose objects may be read and listed.
        write: places whose objects may also be written and deleted.
        region: AWS Region, for its partition.
    """
    part = partition(region)
    return [
        *_objects("ReadData", ["s3:GetObject"], [*read, *write], part),
        *_objects(
            "WriteData",
            ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
            write,
            part,
        ),
        *_listing([*read, *write], part),
    ]


def _objects(sid: str, actions: list[str], prefixes: Iterable[Prefix], part: str) -> list[Statement]:
    resources = sorted({prefix.objects_arn(part) for prefix in prefixes})
    return [{"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}] if resources else []


def _listing(prefixes: Iterable[Prefix], part: str) -> list[Statement]:
    """One statement a bucket: the condition on the listed prefix holds for that bucket only."""
    keys: dict[str, set[str]] = defaultdict(set)
    for prefix in prefixes:
        keys[prefix.bucket_arn(part)].add(f"{prefix.key}*")
    return [
        {
            "Sid": f"ListData{number}",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": bucket,
            "Condition": {"StringLike": {"s3:prefix": sorted(keys[bucket])}},
        }
        for number, bucket in enumerate(sorted(keys), start=1)
    ]
