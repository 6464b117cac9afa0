from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.spark_submit import OWN, SETTINGS, parse

GUIDE = (
    "--conf spark.executor.instances=2 --conf spark.executor.memory=2G --conf spark.executor.cores=2 "
    "--conf spark.driver.cores=1"
)


def test_the_guide_s_parameters_are_four_settings() -> None:
    parsed = parse(GUIDE)
    assert parsed.faults == ()
    assert parsed.main_class is None
    assert parsed.settings == {
        "spark.executor.instances": "2",
        "spark.executor.memory": "2G",
        "spark.executor.cores": "2",
        "spark.driver.cores": "1",
    }


def test_quotes_class_flags_and_the_form_with_an_equals_sign_are_read() -> None:
    parsed = parse(
        "--verbose --class com.example.Main --conf=spark.a=b=c -c 'spark.driver.extraJavaOptions=-Dx=1 -Dy=2' "
        '--name "two words" --py-files s3://b/a.py,s3://b/b.py --executor-memory=3g'
    )
    assert parsed.faults == ()
    assert parsed.main_class == "com.example.Main"
    assert parsed.settings == {
        "spark.a": "b=c",
        "spark.driver.extraJavaOptions": "-Dx=1 -Dy=2",
        "spark.app.name": "two words",
        "spark.submit.pyFiles": "s3://b/a.py,s3://b/b.py",
        "spark.executor.memory": "3g",
    }


@pytest.mark.parametrize(("option", "key"), SETTINGS.items())
def test_an_option_stands_for_its_setting(option: str, key: str) -> None:
    assert parse(f"{option} 1").settings == {key: "1"}


def test_an_option_beats_conf_and_that_is_said() -> None:
    parsed = parse("--driver-memory 4g --conf spark.driver.memory=2g")
    assert parsed.settings == {"spark.driver.memory": "4g"}
    (fault,) = parsed.faults
    assert "would be '4g'" in fault.why
    assert parse("--driver-memory 4g --conf spark.driver.memory=4g").faults == ()


def test_of_two_values_the_last_counts_and_that_is_said() -> None:
    parsed = parse("--conf spark.a=1 --conf spark.a=2 --conf spark.b=1 --conf spark.b=1")
    assert parsed.settings == {"spark.a": "2", "spark.b": "1"}
    (fault,) = parsed.faults
    assert "'2'" in fault.why


@pytest.mark.parametrize("option", OWN)
def test_what_emr_gives_itself_cannot_be_given(option: str) -> None:
    text = option if option in ("--help", "--version") else f"{option} x"
    (fault,) = parse(f"{text} --conf spark.a=1").faults
    assert (fault.given, fault.why) == (option, OWN[option])
    assert parse(f"{text} --conf spark.a=1").settings == {"spark.a": "1"}


@pytest.mark.parametrize(
    ("text", "given", "write"),
    [
        ("--conf spark.a", "--conf spark.a", "--conf spark.a=<value>"),
        ("--conf", "--conf", "--conf <value>"),
        ("--confg spark.a=1", "--confg", "--conf"),
        ("--executor-memroy 2g", "--executor-memroy", "--executor-memory"),
        ("\N{EM DASH}conf spark.a=1", "'\N{EM DASH}conf'", "--conf"),
        ("spark.a=1", "'spark.a=1'", "--conf spark.a=1"),
        ("arguments_list", "'arguments_list'", "the program in entryPoint, its arguments in entryPointArguments"),
        ("--name 'open", "--name 'open", "the missing quote"),
        ("''", "''", "the program in entryPoint, its arguments in entryPointArguments"),
    ],
)
def test_what_spark_submit_would_not_take_is_named(text: str, given: str, write: str) -> None:
    (fault,) = parse(text).faults
    assert (fault.given, fault.write) == (given, write)


NAMES = st.from_regex(r"spark\.[a-zA-Z.]{1,20}", fullmatch=True)


@given(st.dictionaries(NAMES, st.text(min_size=1, max_size=20)))
def test_any_setting_that_is_quoted_comes_back(settings: dict[str, str]) -> None:
    words = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    parsed = parse(shlex.join(words))
    assert parsed.settings == settings
    assert parsed.faults == ()


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert isinstance(parse(text).faults, tuple)
