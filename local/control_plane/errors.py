"""What a control plane refuses."""

from __future__ import annotations


class ControlPlaneError(Exception):
    """A control plane cannot be started; the message says what was found and what to do."""


class RefusedError(Exception):
    """An instance may not join the cluster; the message says why."""
