"""The JSON Schema of a tenant's file, for editors: made from the dataclasses that the program reads it into.

`python -m tools.tenant_schema` writes it to where the tenants' files name it in their first line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from spec.tenant import TenantSpec

FILE = Path(__file__).parent.parent / "stacks" / "config" / "tenant.schema.json"
"""Where the schema is kept; the folder of the tenants' files holds nothing else."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, use_attribute_docstrings=True)
    content: TenantSpec


def schema() -> dict[str, Any]:
    """The schema: what the program's own reading knows of kinds and keys; its further checks are not in it."""
    whole = _File.model_json_schema()
    kinds: dict[str, Any] = whole["$defs"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A tenant of the platform",
        **_untitled(kinds.pop(TenantSpec.__name__)),
        "$defs": {name: _untitled(kinds[name]) for name in sorted(kinds)},
    }


def text() -> str:
    """The schema as the file holds it."""
    return f"{json.dumps(schema(), indent=2, ensure_ascii=False)}\n"


def _untitled(node: dict[str, Any]) -> dict[str, Any]:
    """Without titles, which only repeat names, and defaults of several keys, which each key says for itself."""
    kept = {
        key: value
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and "{" in json.dumps(value))
    }
    for key, value in kept.items():
        if isinstance(value, dict):
            kept[key] = _untitled(value)  # pyright: ignore[reportUnknownArgumentType] - JSON
        elif key == "anyOf":
            kept[key] = [_untitled(each) for each in value]
        elif key == "description":
            kept[key] = " ".join(value.split())
    return kept


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"wrote {FILE}")
