"""How settings are written into files: Java properties, Hadoop's XML, shell exports."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRINTABLE_ASCII = range(0x20, 0x7F)


def java_properties(settings: Mapping[str, str]) -> str:
    """A properties file (java.util.Properties, `load`), which is what spark-submit and Log4j read."""
    return "".join(f"{_key(key)}={_value(value)}\n" for key, value in settings.items())


def hadoop_xml(settings: Mapping[str, str]) -> str:
    """A Hadoop configuration file such as core-site.xml."""
    properties = "".join(
        f"  <property><name>{escape(key)}</name><value>{escape(value)}</value></property>\n"
        for key, value in settings.items()
    )
    return f'<?xml version="1.0"?>\n<configuration>\n{properties}</configuration>\n'


def shell_exports(settings: Mapping[str, str]) -> str:
    """A file such as spark-env.sh, which a shell reads; values are taken as they are."""
    return "".join(f"export {key}={shlex.quote(value)}\n" for key, value in settings.items())


def _key(text: str) -> str:
    return "".join(f"\\{character}" if character in " =:#!" else _escaped(character) for character in text)


def _value(text: str) -> str:
    """Only leading blanks need an escape: the reader skips them."""
    written = "".join(_escaped(character) for character in text)
    return f"\\{written}" if written.startswith(" ") else written


def _escaped(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if ord(character) in _PRINTABLE_ASCII:
        return character
    # Two units of UTF-16 for what lies beyond the basic plane, as Java reads it.
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
