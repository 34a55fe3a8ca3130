"""From a record to what it says of a movie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.layouts import SCHEME_NAMES, Columns

ROLES = {"directors": "director", "writers": "writer", "cast": "cast"}
IDS = "ids"
GUARD = "'"


class CellRefused(Exception):
    """A cell holds no value of its column: `column` is the header's word, `reason` a sentence."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def values_of(columns: Columns, record: Sequence[str]) -> dict[str, Any]:
    """Return what a record says of a movie, by field; what it says nothing of is not there.

    `ids` are (scheme, value); directors, writers and cast (name, character). Raises CellRefused for the first cell that
    holds no value of its column.
    """
    said: dict[str, Any] = {}
    ids: list[tuple[str, str]] = []
    for column in columns.used:
        cell = record[column.position]
        if cell[:1] == GUARD:
            cell = unguarded(cell)
        field = column.field
        if field != "title" and says_nothing(cell):
            continue
        try:
            value = column.parse(cell)
        except ValueRefused as refused:
            raise CellRefused(column.heading, f"{refused.message} {refused.hint}".rstrip()) from None
        if value is None:
            continue
        if field in SCHEME_NAMES:
            ids.append(value)
        elif field == IDS:
            ids += value
        else:
            said[field] = value
    if ids:
        said[IDS] = ids if len(ids) == 1 else sorted(set(ids))
    date = said.get("release_date")
    if date and said.setdefault("year", date.year) != date.year:
        reason = f"The release date {date} is not in the year {said['year']}."
        raise CellRefused(columns.heading("release_date"), reason)
    return said
