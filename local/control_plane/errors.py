"""The one error a person meets when a control plane cannot be started."""

from __future__ import annotations


class ControlPlaneError(Exception):
    """A control plane cannot be started; the message says what was found and what to do."""
