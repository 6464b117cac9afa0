from collections import Counter

from tools import requirements

ROWS = {
    "CA": 26, "ID": 26, "PM": 23, "NW": 19, "RM": 19, "CO": 5, "SE": 15, "VC": 9,
    "JR": 23, "ER": 23, "PT": 17, "MO": 14, "XA": 10, "TG": 11, "EQ": 5, "MI": 5,
}  # fmt: skip


def test_no_row_was_lost_added_or_renumbered() -> None:
    document = requirements.read(requirements.ROOT / "docs" / "requirements.md")

    assert len(document.rows) == 250
    assert dict(Counter(row.area for row in document.rows.values())) == ROWS
    assert list(document.rows) == [f"{area}-{number:02}" for area in ROWS for number in range(1, ROWS[area] + 1)]
    assert list(document.areas) == list(ROWS)


def test_the_tests_of_this_repository_name_rows_that_exist() -> None:
    document = requirements.read(requirements.ROOT / "docs" / "requirements.md")

    requirements.compare(document, requirements.claimed(requirements.ROOT / "tests"))
