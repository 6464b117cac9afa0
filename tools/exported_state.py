"""Make of an exported state what `tests/cloud/states` keeps of a version: all but the places in somebody's files.

pulumi stack export --stack local | python -m tools.exported_state > tests/cloud/states/<tag>.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

_PLACES = ("sourcePosition", "stackTrace")


def main() -> None:
    """Copy standard input to standard output."""

    def without_places(value: dict[str, Any]) -> dict[str, Any]:
        return {key: part for key, part in value.items() if key not in _PLACES}

    json.dump(json.load(sys.stdin, object_hook=without_places), sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
