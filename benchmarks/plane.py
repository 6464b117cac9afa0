"""How long one control plane takes from stopped to ready."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from local.control_plane import ControlPlane, ControlPlaneArgs
from local.engine import ensure


def start_seconds(runs: int) -> list[float]:
    """Seconds of each start on a folder that has been used before; the first start of all is not counted."""
    engine = ensure(lambda _: None)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        plane = ControlPlane(
            ControlPlaneArgs(
                name="bench",
                folder=Path(name) / "cluster",
                programs=engine.programs,
                definitions=engine.definitions,
                issuer="https://oidc.eks.us-west-2.amazonaws.com/id/00000000000000000000000000000000",
                service_cidr="172.20.0.0/16",
                region="us-west-2",
                aws_endpoint="http://127.0.0.1:1",
                authenticate=lambda _: None,
                authorize=lambda _: False,
            )
        )
        return [_start_and_stop(plane) for _ in range(runs + 1)][1:]


def _start_and_stop(plane: ControlPlane) -> float:
    begun = time.monotonic()
    plane.start()
    seconds = time.monotonic() - begun
    plane.stop()
    return seconds
