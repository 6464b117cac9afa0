"""Reading what java.util.Properties writes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.spark.container.properties import read


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("key value", {"key": "value"}),
        ("key=value", {"key": "value"}),
        ("key : value  ", {"key": "value"}),
        ("  key\t=\tvalue", {"key": "value"}),
        ("# key=value", {}),
        ("! key=value", {}),
        ("", {}),
        ("key", {"key": ""}),
        (r"spark.master=k8s\://https\://127.0.0.1\:6443", {"spark.master": "k8s://https://127.0.0.1:6443"}),
        (r"a\ b=c", {"a b": "c"}),
        (r"key=\u00e9\tx", {"key": "é\tx"}),
        ("key=one,\\\n    two", {"key": "one,two"}),
        ("key=back\\\\\nother=2", {"key": "back\\", "other": "2"}),
        ("key=-Da=b -Dc=d", {"key": "-Da=b -Dc=d"}),
        ("key=1\nkey=2", {"key": "2"}),
    ],
)
def test_a_file_is_read_as_java_reads_it(tmp_path: Path, line: str, expected: dict[str, str]) -> None:
    file = tmp_path / "spark.properties"
    file.write_text(line)

    assert read(file) == expected


def stored(text: str) -> str:
    """As java.util.Properties stores it."""
    return "".join(f"\\{each}" if each in "\\=:#! " else each for each in text)


@given(st.dictionaries(st.text("ab.=: #!\\", min_size=1), st.text("xy=:/\\#! ", max_size=9)))
def test_what_java_stores_is_read_back(settings: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spark.properties"
        file.write_text("".join(f"{stored(key)}={stored(value)}\n" for key, value in settings.items()))

        assert read(file) == {key: value.strip() for key, value in settings.items()}
