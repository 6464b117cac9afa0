"""The one error that this package raises for what a user can meet."""

from __future__ import annotations


class EngineError(Exception):
    """The engine cannot be provided. The text says why and what to do; print it without a traceback."""
