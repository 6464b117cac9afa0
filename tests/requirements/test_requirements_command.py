import json
from pathlib import Path

import pytest

from tools import requirements

DOCUMENT = """# Requirements

## CA Cluster access

| id | mark | what | from |
|---|---|---|---|
| CA-01 | P V | A Role. | guide |
| CA-02 | O D | A runbook. | guide |
| CA-03 | V D | A lint. | guide |

## NW Network

| id | mark | what | from |
|---|---|---|---|
| NW-01 | P | A policy. | blog |
| NW-02 | V | TLS. **AWS only:** no packets here. | guide |
"""

TOTAL = (
    "5 rows. Of 3 marked P or V, 1 are named by a test and 2 are not. Not counted: 1 that can be proved on AWS only."
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "requirements.md").write_text(DOCUMENT)
    return tmp_path


def write_test(checkout: Path, source: str) -> None:
    (checkout / "tests" / "deep" / "test_it.py").write_text("import pytest\n" + source)


def test_rows_marked_p_or_v_without_a_test_are_listed_by_area(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_test(checkout, '@pytest.mark.covers("CA-01")\ndef test_a() -> None: ...\n')

    assert requirements.main([], checkout) == 0

    assert capsys.readouterr().out.splitlines() == [
        "CA  Cluster access: 1 of 2 tested",
        "    CA-03  V D    A lint.",
        "NW  Network: 0 of 1 tested",
        "    NW-01  P      A policy.",
        TOTAL,
    ]


def test_the_summary_is_the_closing_line_alone(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_test(checkout, '@pytest.mark.covers("CA-01")\ndef test_a() -> None: ...\n')

    assert requirements.main(["--summary"], checkout) == 0
    assert capsys.readouterr().out.splitlines() == [TOTAL]


@pytest.mark.parametrize(
    "source",
    [
        '@pytest.mark.covers("CA-01", "CA-03")\ndef test_a() -> None: ...\n',
        '@pytest.mark.covers("CA-01")\n@pytest.mark.covers("CA-03")\nasync def test_a() -> None: ...\n',
        'class TestIt:\n    @pytest.mark.covers("CA-01", "CA-03")\n    def test_a(self) -> None: ...\n',
        'pytestmark = [pytest.mark.cloud, pytest.mark.covers("CA-01", "CA-03")]\n',
        'CASES = [pytest.param(1, marks=[pytest.mark.soak, pytest.mark.covers("CA-01", "CA-03")])]\n',
        'from pytest import mark\n@mark.covers("CA-01", "CA-03")\ndef test_a() -> None: ...\n',
    ],
)
def test_a_row_counts_wherever_pytest_accepts_the_mark(checkout: Path, source: str) -> None:
    write_test(checkout, source)

    assert requirements.main(["--strict", "CA"], checkout) == 0


def test_words_in_comments_and_strings_prove_nothing(checkout: Path) -> None:
    write_test(checkout, '# @pytest.mark.covers("CA-01")\nTEXT = \'@pytest.mark.covers("CA-01")\'\n')

    assert requirements.main(["--strict", "CA"], checkout) == 1


def test_tests_are_read_and_not_run(checkout: Path) -> None:
    write_test(checkout, 'raise RuntimeError\n@pytest.mark.covers("CA-01")\ndef test_a() -> None: ...\n')

    assert requirements.main([], checkout) == 0


def test_an_unknown_row_is_an_error_that_names_the_place(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_test(checkout, '@pytest.mark.covers("CA-01", "CA-99")\ndef test_a() -> None: ...\n')

    assert requirements.main([], checkout) == 1

    captured = capsys.readouterr()
    assert captured.err == "tests/deep/test_it.py:2: covers CA-99, but there is no such row.\n"
    assert captured.out == ""


def test_a_test_for_a_row_that_is_marked_aws_only_contradicts_it(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_test(checkout, '@pytest.mark.covers("NW-02")\ndef test_a() -> None: ...\n')

    assert requirements.main([], checkout) == 1
    assert "marked AWS only" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('ROW = "CA-01"\n@pytest.mark.covers(ROW)\ndef test_a() -> None: ...\n', "takes literal strings"),
        ('@pytest.mark.covers(*["CA-01"])\ndef test_a() -> None: ...\n', "takes literal strings"),
        ("@pytest.mark.covers()\ndef test_a() -> None: ...\n", "at least one"),
        ('@pytest.mark.covers("CA-01", reason="x")\ndef test_a() -> None: ...\n', "nothing else"),
        ("def test_a( -> None: ...\n", "does not parse"),
    ],
)
def test_a_mark_that_cannot_be_read_is_an_error(
    checkout: Path, capsys: pytest.CaptureFixture[str], source: str, message: str
) -> None:
    write_test(checkout, source)

    assert requirements.main([], checkout) == 1

    error = capsys.readouterr().err
    assert error.startswith("tests/deep/test_it.py:")
    assert message in error


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("| CA-04 | P V | Only three. |", "has 3 columns"),
        ("| CA-04 | P |  | guide |", "an empty one"),
        ("| CA-04 | V P | Wrong order. | guide |", "is marked 'V P'"),
        ("| CA-04 | X | Unknown mark. | guide |", "is marked 'X'"),
        ("| CA-01 | P | Again. | guide |", "is there twice"),
        ("| NW-09 | P | Astray. | guide |", "stands under CA"),
    ],
)
def test_a_malformed_row_is_an_error_that_names_its_line(
    checkout: Path, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    last = "| CA-03 | V D | A lint. | guide |\n"
    (checkout / "docs" / "requirements.md").write_text(DOCUMENT.replace(last, f"{last}{line}\n"))

    assert requirements.main([], checkout) == 1

    error = capsys.readouterr().err
    assert error.startswith("requirements.md:10: ")
    assert message in error


def test_a_document_without_rows_is_an_error(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "docs" / "requirements.md").write_text("# Requirements\n")

    assert requirements.main([], checkout) == 1
    assert "no row found" in capsys.readouterr().err


def test_a_missing_document_is_an_error_and_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert requirements.main([], tmp_path) == 1
    assert "requirements.md" in capsys.readouterr().err


def test_strict_fails_only_for_the_areas_it_names(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_test(checkout, '@pytest.mark.covers("CA-01", "CA-03")\ndef test_a() -> None: ...\n')

    assert requirements.main(["--strict", "CA"], checkout) == 0
    capsys.readouterr()
    assert requirements.main(["--strict", "CA", "NW"], checkout) == 1
    assert capsys.readouterr().err == "1 rows of CA, NW lack a test: NW-01.\n"


def test_strict_refuses_an_area_that_does_not_exist(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        requirements.main(["--strict", "ZZ"], checkout)

    assert stop.value.code == 2
    assert "no area ZZ; there are CA, NW" in capsys.readouterr().err


def test_json_names_the_tests_of_every_row(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_test(checkout, '@pytest.mark.covers("CA-01")\ndef test_a() -> None: ...\n')

    assert requirements.main(["--json"], checkout) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["areas"] == {"CA": "Cluster access", "NW": "Network"}
    assert [row["id"] for row in found["rows"]] == ["CA-01", "CA-02", "CA-03", "NW-01", "NW-02"]
    assert found["rows"][0] == {
        "id": "CA-01",
        "marks": ["P", "V"],
        "needsTest": True,
        "awsOnly": False,
        "tests": ["tests/deep/test_it.py:2"],
    }
    assert [row["needsTest"] for row in found["rows"]] == [True, False, True, True, False]


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        requirements.main(["--help"])

    assert "--strict CA ID" in capsys.readouterr().out
