"""A plan file: the screenings of a week as CSV or JSON, as they were listed or exported, edited by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cinemactl.catalogue.values import ValueRefused, refuse_control_characters
from cinemactl.errors import UsageRefused

MOST_BYTES = 50_000_000
GUARD = "'"
FORMULA = "=+-@\t\r"
HINT = "`cinemactl schedule list --week 2026-W49 --all --format csv` writes such a file."


class PlanFileRefused(UsageRefused):
    """A plan file says what cannot be."""

    code = "plan-file-refused"

    def __init__(self, reason: str, hint: str = "Correct the file; nothing was changed.") -> None:
        super().__init__(reason, hint)


@dataclass(frozen=True, slots=True)
class Row:
    """One screening of a file: where it stands, and its cells by their headings; one that is not there is not told.

    `line` is the number of a line, or of an entry of JSON, from 1; `unit` says which.
    """

    line: int
    cells: Mapping[str, str]
    unit: str = "line"

    def refused(self, reason: str) -> PlanFileRefused:
        """Return the refusal of the file for what is wrong with this row."""
        return PlanFileRefused(f"{self.unit.capitalize()} {self.line} {reason}")


def rows_in(content: bytes, name: str) -> list[Row]:
    """Return the screenings of a plan file, CSV or JSON; `name` is what it is called. Raises PlanFileRefused."""
    if len(content) > MOST_BYTES:
        raise PlanFileRefused(f"{name} has more than {MOST_BYTES:,} bytes: it is no plan file.", HINT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanFileRefused(f"{name} is no text in UTF-8.", "Save it as UTF-8.") from None
    read = _json_rows if text.lstrip()[:1] in {"[", "{"} else _csv_rows
    rows = [row for row in read(text, name) if any(row.cells.values())]
    if not rows:
        raise PlanFileRefused(f"{name} lists no screenings.", HINT)
    for row in rows:
        _refuse_half_characters(row)
    return rows


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [heading.strip().lower() for heading in next(reader, [])]
        if "starts_at" not in header:
            raise PlanFileRefused(f"{name} has no column starts_at: it is no plan file.", HINT)
        if twice := {heading for heading in header if heading and header.count(heading) > 1}:
            raise PlanFileRefused(f"{name} has two columns {min(twice)!r}.")
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if len(cells) > len(header):
                raise PlanFileRefused(f"Line {line} has {len(cells)} cells, more than the {len(header)} headings.")
            yield Row(line, {head: _plain(cell) for head, cell in zip(header, cells, strict=False) if head})
    except csv.Error as error:
        raise PlanFileRefused(f"Line {reader.line_num} of {name} cannot be read: {error}.") from None


def _json_rows(text: str, name: str) -> Iterator[Row]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        told = "it is nested too deep" if isinstance(error, RecursionError) else str(error)[:200]
        raise PlanFileRefused(f"{name} is no valid JSON: {told}.") from None
    if isinstance(found, dict):
        found = found.get("screenings")
    if not isinstance(found, list):
        raise PlanFileRefused(f"{name} is no list of screenings.", HINT)
    for number, one in enumerate(found, start=1):
        if not isinstance(one, dict):
            raise PlanFileRefused(f"Entry {number} of {name} is no screening.", HINT)
        yield Row(number, {str(key).lower(): _written(value) for key, value in one.items()}, "entry")


def _refuse_half_characters(row: Row) -> None:
    """Raise PlanFileRefused for a heading or a cell that is no text: half a character, or one that only steers."""
    for heading, cell in row.cells.items():
        try:
            refuse_control_characters("heading", heading)
            refuse_control_characters(heading, cell)
        except ValueRefused as refused:
            raise row.refused(f"cannot be read: {refused.message}") from None


def _plain(cell: str) -> str:
    """Return a cell without the quote that keeps a spreadsheet from running it."""
    guarded = cell[:1] == GUARD and cell.lstrip(GUARD)[:1] in tuple(FORMULA)
    return (cell[1:] if guarded else cell).strip()


def _written(value: Any) -> str:  # noqa: ANN401  (what JSON has)
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value)
