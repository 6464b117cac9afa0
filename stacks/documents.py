"""YAML files as plain values; whatever cannot be read is a fault, also what YAML itself would let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from emr.fault import Fault

if TYPE_CHECKING:
    from pathlib import Path


class _Loader(yaml.CSafeLoader):
    """Safe YAML in which a mapping has each key once; YAML's own rule, which PyYAML does not enforce."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Make a dictionary of a node."""
        keys: set[Any] = set()
        for key_node, _ in node.value:
            key: Any = self.construct_object(key_node, deep=True)  # pyright: ignore[reportUnknownMemberType]
            if key in keys:
                problem = f"the key {key!r} stands there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            keys.add(key)
        return super().construct_mapping(node, deep)


def read(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The mapping that a file holds, and what kept it from being read."""
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        return {}, [_unreadable(f"{error.problem} ({place})")]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError) as error:
        return {}, [_unreadable(str(error))]
    if not isinstance(content, dict):
        return {}, [_unreadable("no mapping of keys" if content is not None else "an empty file")]
    return content, []  # pyright: ignore[reportUnknownVariableType]


def _unreadable(problem: str) -> Fault:
    return Fault(
        given=problem,
        allowed="YAML 1.1 in UTF-8: one mapping, each key once",
        why="what cannot be read cannot be built, and must not be taken for nothing",
        write="the file again, for instance after one of the examples in stacks/config/tenants",
    )
