"""From a record to what it says of a movie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from string import ascii_letters, digits
from typing import Any

from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.cells import BEGINS_NOTHING, unguarded
from cinemactl.importing.findings import Findings
from cinemactl.importing.layouts.columns import Columns, KindColumn
from cinemactl.importing.refusing import sentence_of

ROLES = {"directors": "director", "writers": "writer", "cast": "cast"}
IDS = "ids"
# With what most cells begin that are neither guarded nor say nothing.
PLAIN = frozenset(ascii_letters + digits) - BEGINS_NOTHING


class CellRefused(Exception):
    """A cell holds no value of its column: `column` is the header's word, `reason` a sentence."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def values_of(columns: Columns, record: Sequence[str]) -> dict[str, Any]:
    """Return what a record says of a movie, by field; what it says nothing of is not there.

    `ids` are (scheme, value); directors, writers and cast (name, character). Raises CellRefused for the first cell that
    holds no value of its column; in a lenient import such a cell other than a title says nothing and is counted.
    """
    found, empty = columns.found, columns.empty
    if columns.kind:
        _demand_a_movie(columns.kind, record)
    said: dict[str, Any] = {}
    ids: list[tuple[str, str]] = []
    for position, heading, field, parse, is_id in columns.each:
        cell = record[position]
        if cell[:1] not in PLAIN:
            cell = unguarded(cell)
            if field != "title" and (not cell or empty(cell)):
                continue
        try:
            value = parse(cell)
        except ValueRefused as refused:
            if field == "title":
                raise CellRefused(heading, sentence_of(refused)) from None
            _drop(heading, sentence_of(refused), found)
            continue
        if value is None:
            continue
        if is_id:
            ids += value
        elif field not in said:
            said[field] = value
        else:
            said[field] = list(dict.fromkeys([*said[field], *value]))
    _identify(columns, said, ids)
    _agree_on_the_year(columns, said)
    return said


def _demand_a_movie(kind: KindColumn, record: Sequence[str]) -> None:
    if fault := kind.fault(record[kind.position]):
        raise CellRefused(kind.heading, fault)


def _identify(columns: Columns, said: dict[str, Any], ids: list[tuple[str, str]]) -> None:
    if ids:
        said[IDS] = ids if len(ids) == 1 else sorted(set(ids))
    elif columns.adds:
        raise CellRefused(None, "It has no id that tells which movie it is about.")


def _drop(heading: str | None, reason: str, found: Findings) -> None:
    """Count a value that is done without; raises CellRefused when none may be."""
    if not found.does_without(heading, reason):
        raise CellRefused(heading, reason) from None


def _agree_on_the_year(columns: Columns, said: dict[str, Any]) -> None:
    """Let the year be that of the title and of the release date; raises CellRefused when they contradict each other."""
    released: date | None = said.get("release_date")
    if type(title := said.get("title")) is dict:
        _unfold(columns, said, title, released)
    if not released or said.setdefault("year", released.year) == released.year:
        return
    if not columns.year_decides:
        reason = f"The release date {released} is not in the year {said['year']}."
        _drop(columns.heading("release_date"), reason, columns.found)
    del said["release_date"]


def _unfold(columns: Columns, said: dict[str, Any], title: dict[str, Any], released: date | None) -> None:
    """Put what a cell of a title says in its place; a year that is not the row's is part of the title or a contradiction."""
    said["title"] = title["title"]
    if "further_titles" in title:
        said["further_titles"] = [*said.get("further_titles", ()), *title["further_titles"]]
    year = title.get("title_year")
    if "dated_title" in title and year != (said.get("year") or (released.year if released else year)):
        said["title"] = title["dated_title"]
    elif year and said.setdefault("year", year) != year:
        reason = f"The year {year} in the title is not the year {said['year']}."
        raise CellRefused(columns.heading("year"), reason)
