"""The role of another account by which a job reaches data there: what that account's owner writes.

A stack makes nothing in accounts that are not its own; these documents are for the owner of the data.
Source: EMR on EKS guide, "How to access a cross-account Amazon S3 bucket or DynamoDB table". Its samples allow `s3:*`
and `dynamodb:*`, and its trust lacks the session tags that Pod Identity carries along (EKS User Guide, "Pod Identity
session tags": they are transitive, so that taking a further role takes sts:TagSession on both sides).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import data_access, execution
from iam.documents import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.documents import Document
    from iam.s3 import Prefix


def trusted(*, role_arns: Sequence[str], tagged_session: bool) -> Document:
    """Trust in job roles, by their ARNs.

    Args:
        role_arns: ARNs of the job roles that may take the role.
        tagged_session: whether any of them comes by EKS Pod Identity.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": list(role_arns)},
            "Action": ["sts:AssumeRole", *(["sts:TagSession"] if tagged_session else [])],
        }
    )


def permitted(
    home: data_access.Home,
    *,
    read: Sequence[Prefix] = (),
    write: Sequence[Prefix] = (),
    read_tables: Sequence[str] = (),
    write_tables: Sequence[str] = (),
) -> Document:
    """What the role opens, at least one of these.

    Args:
        home: account and Region of the tables; buckets have neither in their ARNs.
        read: places whose objects may be read and listed.
        write: places whose objects may also be written and deleted.
        read_tables: DynamoDB tables whose items may be read.
        write_tables: DynamoDB tables whose items may also be put, changed and deleted.
    """
    return document(
        *execution.data(read=read, write=write, region=home.region),
        *data_access.dynamodb(home, read=read_tables, write=write_tables),
    )
