"""What the output of the `go` command means when it fails, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN_LINES = 20
_FULL = ("no space left on device", "disk quota exceeded")
_UNREACHABLE = (
    "dial tcp",
    "no such host",
    "connection refused",
    "connection reset",
    "i/o timeout",
    "TLS handshake timeout",
    "network is unreachable",
    "proxyconnect",
    "module lookup disabled by GOPROXY=off",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway",
)


def disk_full(title: str, evidence: str) -> EngineError:
    """The error for a disk that filled up during a build; `evidence` is the line that said so."""
    return EngineError(
        f"{title}: the disk is full. Nothing half-built was kept. Free some space for the user's cache, for Go's own "
        "caches (`go env GOCACHE GOMODCACHE`) and for temporary files, then run this again; it goes on where it "
        f"stopped.\n{evidence}"
    )


def explain(title: str, text: str, log: Path) -> EngineError:
    """The error for a failed `go` command that printed `text`, which `log` keeps."""
    lines = text.splitlines()
    full = _last(lines, _FULL)
    if full:
        return disk_full(title, full)
    unreachable = _last(lines, _UNREACHABLE)
    if unreachable:
        return EngineError(
            f"{title}: the Go module source could not be reached. Check the network and the environment variables "
            f"GOPROXY and HTTPS_PROXY, then run this again; it goes on where it stopped.\n{unreachable}"
        )
    shown = "\n".join(lines[-_SHOWN_LINES:])
    return EngineError(f"{title}: the build failed. The end of its output follows; all of it is in {log}\n{shown}")


def _last(lines: list[str], signs: tuple[str, ...]) -> str:
    """The last line with one of the signs; empty when there is none."""
    return next((line for line in reversed(lines) if any(sign in line for sign in signs)), "")
