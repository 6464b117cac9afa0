"""Where the rows are: one module of `tables` for each service, imported when its first type is used."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Final

from local.aws.providers.aws.cloud import Models
from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.resource import Resource

if TYPE_CHECKING:
    from local.aws.providers.aws.rows import Row

TABLES: Final = {
    "ec2": ("ec2", "ec2_vpc", "ec2_routing", "ec2_security", "ec2_launch"),
    "vpc": ("ec2_security",),
    "iam": ("iam",),
    "eks": ("eks", "eks_nodes", "eks_access"),
    "kms": ("kms",),
    "cloudtrail": ("cloudtrail",),
    "cloudwatch": ("logs", "cloudwatch", "events"),
    "s3": ("s3",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
}
"""The modules of `tables` that hold the rows of each module of pulumi_aws."""


def rows(module: str) -> dict[str, tuple[Row, str]]:
    """Give the rows for a module of pulumi_aws, by token, each with the table that holds it."""
    result: dict[str, tuple[Row, str]] = {}
    for table in TABLES.get(module, ()):
        every: tuple[Row, ...] = importlib.import_module(f"local.aws.providers.aws.tables.{table}").ROWS
        result |= {row.type: (row, table) for row in every}
    return result


class Registry:
    """The resource types that are handled."""

    def __init__(self) -> None:
        self.models = Models()
        self._resources: dict[str, Resource] = {}
        self._lock = threading.Lock()

    def resource(self, token: str) -> Resource:
        """Give the type; raise `ProviderError` for one that is not handled."""
        with self._lock:
            if token not in self._resources:
                self._resources[token] = self._load(token)
            return self._resources[token]

    def _load(self, token: str) -> Resource:
        from local.aws.providers.aws import sdk  # noqa: PLC0415 - imports pulumi, which takes a while

        module = token.removeprefix("aws:").split("/")[0]
        found = rows(module).get(token)
        if found is None:
            raise ProviderError(
                f"the embedded cloud does not handle the type {token}; add a row for it to "
                "local/aws/providers/aws/tables/",
            )
        row, table = found
        return Resource(row, table, sdk.resource_type(token), self.models)
