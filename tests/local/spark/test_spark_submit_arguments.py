"""How the words of spark-submit are cut and what they set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.spark.container.submit_arguments import parse

if TYPE_CHECKING:
    from pathlib import Path


def test_the_application_begins_at_the_first_word_that_is_neither_option_nor_value() -> None:
    words = ["--conf", "a=b", "-v", "--class=Main", "--jars", "x.jar", "local:///app.py", "--conf", "mine=1"]

    cut = parse(words)

    assert cut.options == ("--conf", "a=b", "-v", "--class=Main", "--jars", "x.jar")
    assert cut.application == ("local:///app.py", "--conf", "mine=1")
    assert cut.settings() == {"a": "b"}


def test_settings_put_in_win_over_all_before_and_leave_the_application_alone() -> None:
    cut = parse(["--conf", "a=1", "-c", "b=2", "app.py", "--conf", "a=9"])

    words = cut.with_settings({"a": "3", "c": "4=5"})

    assert parse(words).settings() == {"a": "3", "b": "2", "c": "4=5"}
    assert parse(words).application == ("app.py", "--conf", "a=9")


@pytest.mark.parametrize("words", [["--conf", "k=1", "--conf", "k=2"], ["--conf=k=1", "-c", "k=2"]])
def test_the_last_of_several_values_counts(words: list[str]) -> None:
    assert parse([*words, "app.py"]).settings() == {"k": "2"}


def test_conf_wins_over_the_properties_file(tmp_path: Path) -> None:
    file = tmp_path / "spark-defaults.conf"
    file.write_text("one 1\ntwo 2\n")

    assert parse(["--conf", "two=22", "--properties-file", str(file), "app.py"]).settings() == {"one": "1", "two": "22"}


def test_words_that_end_in_an_option_without_value_are_taken_as_they_are() -> None:
    assert parse(["--conf"]).application == ()
    assert parse([]).settings() == {}


@given(st.lists(st.text(max_size=8)), st.dictionaries(st.text("ab", min_size=1), st.text("xy=", max_size=4)))
def test_nothing_is_lost_or_reordered(words: list[str], settings: dict[str, str]) -> None:
    cut = parse(words)

    assert [*cut.options, *cut.application] == words
    added = cut.with_settings(settings)
    assert added[: len(cut.options)] == list(cut.options)
    assert added[len(cut.options) + 2 * len(settings) :] == list(cut.application)
