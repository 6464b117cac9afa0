"""IAM policy documents as plain JSON values, and the sizes IAM accepts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from emr.fault import Fault

Statement = dict[str, Any]
"""One statement of a policy document."""

Document = dict[str, Any]
"""A policy document."""


@dataclass(frozen=True, kw_only=True)
class SizeLimit:
    """How long a kind of document may be; IAM does not count white space (IAM User Guide, "IAM quotas")."""

    what: str
    """The kind of document, in words."""
    characters: int
    """Greatest number of characters."""
    way_out: str
    """What to do about a longer one."""


TRUST_POLICY = SizeLimit(
    what="a role's trust policy",
    characters=2048,
    way_out="fewer service accounts for one role, or ask Service Quotas for up to 8,192 characters",
)
INLINE_POLICIES = SizeLimit(
    what="a role's inline policies together",
    characters=10240,
    way_out="fewer and shorter prefixes: a common parent instead of its folders",
)
MANAGED_POLICY = SizeLimit(
    what="a managed policy",
    characters=6144,
    way_out="fewer names in one platform: tenants in a platform of their own, administrators by one role",
)


def document(*statements: Statement) -> Document:
    """A policy document of some statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def render(policy: Document) -> str:
    """The document as text, without white space between its parts."""
    return json.dumps(policy, separators=(",", ":"))


def size(policy: Document) -> int:
    """Characters of the document as IAM counts them."""
    return sum(1 for character in render(policy) if not character.isspace())


def check_size(policy: Document, limit: SizeLimit) -> list[Fault]:
    """Whether IAM would find a document too long."""
    if (length := size(policy)) <= limit.characters:
        return []
    return [
        Fault(
            given=f"{limit.what} of {length} characters",
            allowed=f"at most {limit.characters} characters",
            why="IAM refuses longer ones",
            write=limit.way_out,
        )
    ]
