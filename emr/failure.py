"""What an error of a job run is known to mean."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that may have caused an error."""

    what: str
    """The cause."""
    remedy: str
    """What to do about it."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A kind of error, known by its text."""

    name: str
    """A short name for it."""
    where: str
    """Where the text is seen."""
    pattern: re.Pattern[str]
    """What occurs in the text, with every run of white space as one space."""
    causes: tuple[Cause, ...]
    """All causes known; where a text has several, it does not tell which it was."""
    reason: str = ""
    """The job run's `failureReason`; empty where it has none of its own."""


def failure(name: str, where: str, pattern: str, *causes: tuple[str, str], reason: str = "") -> Failure:
    """A failure from its pattern and its pairs of cause and remedy."""
    return Failure(
        name=name,
        where=where,
        pattern=re.compile(pattern, re.IGNORECASE),
        causes=tuple(Cause(what=what, remedy=remedy) for what, remedy in causes),
        reason=reason,
    )
