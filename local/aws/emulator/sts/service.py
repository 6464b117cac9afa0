"""Answers the operations of STS that decide who becomes a role; moto answers the others."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from local.aws.emulator import faults
from local.aws.emulator.sts import parameters, roles, web_identity
from local.aws.emulator.sts.errors import StsError

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.principals import Caller

LOG = logging.getLogger(__name__)
HANDLED = frozenset({roles.OPERATION, web_identity.OPERATION})
"""The operations that are answered here."""
UNSIGNED = web_identity.OPERATION
"""The operation that needs no signature: the token speaks for its bearer."""
_REGION = "us-east-1"  # of the global endpoint, which unsigned requests without a Region's host mean


class Sts:
    """The operations, with the clusters whose tokens they know."""

    def __init__(self, eks: Eks) -> None:
        self._eks = eks

    def answer(self, operation: str, form: str, caller: Caller | None, region: str) -> faults.Fault:
        """Answer a request of the query protocol; `caller` is who signed it, if anybody did."""
        try:
            given = parameters.read(operation, form)
            if operation == web_identity.OPERATION:
                body = web_identity.assume(self._eks, given, region or _REGION)
            else:
                body = roles.assume(caller, given, region or _REGION)
        except StsError as error:
            LOG.info("%s refused: %s", operation, error)
            return faults.fault("sts", error.status, error.code, error.message, is_json=False)
        return faults.Fault(status=200, content_type="text/xml", body=body.encode())
