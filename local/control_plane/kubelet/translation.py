"""Paths inside a container and where they lie on this machine; variables in texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_REFERENCE = re.compile(r"\$(?:(\$)|\(([^()]*)\))")


def translate(text: str, mounts: Mapping[str, Path]) -> str:
    """Return `text` with the mount path that it is or begins with (at a `/`) replaced by the folder behind it.

    Of several the longest counts. `mounts` holds mount paths without a slash at the end.
    """
    fitting = [path for path in mounts if text == path or text.startswith(f"{path}/")]
    if not fitting:
        return text
    path = max(fitting, key=len)
    return str(mounts[path]) + text.removeprefix(path)


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Return `text` with `$(NAME)` replaced by the variable, if there is one; `$$(NAME)` means `$(NAME)` itself."""

    def replacement(match: re.Match[str]) -> str:
        return "$" if match[1] else variables.get(match[2], match[0])

    return _REFERENCE.sub(replacement, text)
