"""What a check reports: one thing that is wrong with what a person gave, and the way out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A value that cannot be accepted, in the words of whoever wrote it."""

    file: str = ""
    """File of the value; empty while the check knows only the value."""
    where: str = ""
    """Path of keys to the value, such as `roles[0].name`; empty for the whole file or a bare value."""
    given: str
    """What was written."""
    allowed: str
    """What may be written."""
    why: str
    """Whose rule it is, or what would go wrong."""
    write: str
    """What to write instead."""

    def within(self, place: str) -> Fault:
        """The same fault, seen from outside a place: a key, an index such as `[0]`, or a prefix such as `aws:`."""
        joint = "." if self.where and self.where[0] != "[" and place[-1] != ":" else ""
        return replace(self, where=f"{place}{joint}{self.where}")

    def of_file(self, file: str) -> Fault:
        """The same fault, in a file."""
        return replace(self, file=file)

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.file, self.where, self.given) if part)
        return f"{head}\n   allowed: {self.allowed}\n   why: {self.why}\n   write: {self.write}"
