"""`make requirements`: which rows of docs/requirements.md no test proves.

A row is proved by the tests that name it with `@pytest.mark.covers("CA-12")`. Only rows marked P (provisioned) or
V (checked) need a test, and not those that can be proved on AWS only. Tests are parsed, never imported.
"""

import argparse
import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AREA = re.compile(r"^## (?P<code>[A-Z]{2}) (?P<title>.+)$")
ROW = re.compile(r"^\| *(?P<id>[A-Z]{2}-\d+) *\|")
MARKS = "PVOD"
COLUMNS = ("id", "mark", "what", "from")
SHOWN = 100  # characters of a row's text in a listing

Claims = Mapping[str, Sequence[str]]
"""Row id -> the places (`file:line`) of the tests that name it."""


class RequirementsError(Exception):
    """The rows or the tests contradict themselves; the message holds one problem a line."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of docs/requirements.md."""

    id: str
    """Area and number, for example CA-12."""
    marks: tuple[str, ...]
    """Out of P, V, O and D, in this order."""
    text: str
    """What the row says, in Markdown."""

    @property
    def area(self) -> str:
        """The two letters that begin the id."""
        return self.id[:2]

    @property
    def aws_only(self) -> bool:
        """Whether the row says that no test on the embedded cloud can prove it."""
        return "**AWS only:**" in self.text

    @property
    def needs_test(self) -> bool:
        """Whether a test is owed: marked P or V, and not for AWS only."""
        return bool({"P", "V"} & set(self.marks)) and not self.aws_only


@dataclass(frozen=True, kw_only=True)
class Document:
    """What docs/requirements.md holds, in its order."""

    areas: Mapping[str, str]
    """Two letters -> the area's title."""
    rows: Mapping[str, Row]
    """Id -> row."""

    def untested(self, claims: Claims, area: str) -> list[Row]:
        """The rows of an area that owe a test and have none."""
        return [row for row in self.rows.values() if row.area == area and row.needs_test and row.id not in claims]


def read(path: Path) -> Document:
    """Reads the document; RequirementsError names every malformed or repeated row."""
    areas: dict[str, str] = {}
    rows: dict[str, Row] = {}
    problems: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if heading := AREA.match(line):
            areas[heading["code"]] = heading["title"]
        if found := ROW.match(line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            problem = _problem(found["id"], cells, rows, list(areas))
            if problem:
                problems.append(f"{path.name}:{number}: {found['id']} {problem}")
            else:
                rows[found["id"]] = Row(id=found["id"], marks=tuple(cells[1].split()), text=cells[2])
    if not rows and not problems:
        problems.append(f"{path.name}: no row found; a row is `| CA-01 | P V | what | from |` under `## CA title`.")
    _refuse(problems)
    return Document(areas=areas, rows=rows)


def _problem(row: str, cells: Sequence[str], known: Mapping[str, Row], areas: Sequence[str]) -> str | None:
    if len(cells) != len(COLUMNS) or not all(cells):
        return f"has {len(cells)} columns or an empty one; the columns are {', '.join(COLUMNS)}."
    if not cells[1].split() or cells[1].split() != [mark for mark in MARKS if mark in cells[1]]:
        return f"is marked {cells[1]!r}; allowed are P, V, O and D, once each, in this order."
    if row in known:
        return "is there twice; ids are unique and never reused."
    if not areas or row[:2] != areas[-1]:
        return f"stands under {areas[-1] if areas else 'no area'}; it belongs to the area that its id names."
    return None


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise RequirementsError("\n".join(problems))


def claimed(tests: Path) -> Claims:
    """What the tests say they prove; RequirementsError names files that do not parse and ids that are no literals."""
    claims: dict[str, list[str]] = {}
    problems: list[str] = []
    for path in sorted(tests.rglob("*.py")):
        name = path.relative_to(tests.parent).as_posix()
        try:
            calls = list(_covers_calls(ast.parse(path.read_text(encoding="utf-8"))))
        except SyntaxError as error:
            problems.append(f"{name}:{error.lineno}: does not parse: {error.msg}.")
            continue
        for call in calls:
            place = f"{name}:{call.lineno}"
            if call.keywords or not call.args:
                problems.append(f"{place}: covers(...) takes row ids, at least one, and nothing else.")
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    claims.setdefault(argument.value, []).append(place)
                else:
                    problems.append(f"{place}: covers(...) takes literal strings, since tests are not run here.")
    _refuse(problems)
    return claims


def _covers_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every `pytest.mark.covers(...)`: a decorator, a `pytestmark` or the mark of a parameter."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="covers", value=ast.Attribute(attr="mark") | ast.Name(id="mark"))):
                yield node
            case _:
                pass


def compare(document: Document, claims: Claims) -> None:
    """Refuses tests that name rows which do not exist or which say that they cannot be tested."""
    unknown = {row: "there is no such row" for row in claims if row not in document.rows}
    contradicted = {
        row.id: "that row is marked AWS only, so one of the two is wrong"
        for row in document.rows.values()
        if row.aws_only and row.id in claims
    }
    _refuse([f"{', '.join(claims[row])}: covers {row}, but {why}." for row, why in (unknown | contradicted).items()])


def summary(document: Document, claims: Claims) -> str:
    """The counts only, one line."""
    owed = [row for row in document.rows.values() if row.needs_test]
    named = sum(row.id in claims for row in owed)
    aws_only = sum(row.aws_only for row in document.rows.values())
    return (
        f"{len(document.rows)} rows. Of {len(owed)} marked P or V, {named} are named by a test and "
        f"{len(owed) - named} are not. Not counted: {aws_only} that can be proved on AWS only."
    )


def listing(document: Document, claims: Claims) -> str:
    """The rows without a test for people, by area, with counts."""
    owed = Counter(row.area for row in document.rows.values() if row.needs_test)
    lines: list[str] = []
    for area, title in document.areas.items():
        missing = document.untested(claims, area)
        lines.append(f"{area}  {title}: {owed[area] - len(missing)} of {owed[area]} tested")
        for row in missing:
            text = row.text if len(row.text) <= SHOWN else row.text[:SHOWN] + " ..."
            lines.append(f"    {row.id}  {' '.join(row.marks):<5}  {text}")
    return "\n".join([*lines, summary(document, claims)])


def as_json(document: Document, claims: Claims) -> str:
    """Every row with the tests that name it, for other programs."""
    rows = [
        {"id": row.id, "marks": row.marks, "needsTest": row.needs_test, "awsOnly": row.aws_only}
        | {"tests": claims.get(row.id, [])}
        for row in document.rows.values()
    ]
    return json.dumps({"areas": document.areas, "rows": rows}, indent=2)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs the command on the checkout at `root`; returns the exit code: 1 for contradictions and an unmet --strict."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.requirements",
        description="Lists the rows of docs/requirements.md marked P or V that no test names, by area.",
        epilog="Example: python -m tools.requirements --strict CA ID   exits 1 if a row of CA or ID lacks a test.",
    )
    form = parser.add_mutually_exclusive_group()
    form.set_defaults(write=listing)
    form.add_argument(
        "--json", dest="write", action="store_const", const=as_json, help="every row with the tests that name it"
    )
    form.add_argument("--summary", dest="write", action="store_const", const=summary, help="the counts in one line")
    parser.add_argument("--strict", nargs="+", default=[], metavar="AREA", help="exit 1 if an area lacks a test")
    options = parser.parse_args(arguments)
    try:
        document = read(root / "docs" / "requirements.md")
        claims = claimed(root / "tests")
        compare(document, claims)
    except (RequirementsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    unknown = [area for area in options.strict if area not in document.areas]
    if unknown:
        parser.error(f"no area {', '.join(unknown)}; there are {', '.join(document.areas)}")
    print(options.write(document, claims))
    missing = [row.id for area in options.strict for row in document.untested(claims, area)]
    if missing:
        print(f"{len(missing)} rows of {', '.join(options.strict)} lack a test: {', '.join(missing)}.", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
