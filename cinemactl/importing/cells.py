"""What stands in a cell: how it is guarded against spreadsheets, when it says nothing, and from text to values.

Beside this module are the ways people write each kind of value: years, runtimes, dates, amounts, lists, literals,
title_cells; and mending, for the dirt in texts, and refusing, for the values that are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.identifiers import identifier
from cinemactl.catalogue.places import certificate
from cinemactl.importing.dates import ColumnDates, date_parser
from cinemactl.importing.lists import LISTS, list_parser
from cinemactl.importing.mending import Mended, is_clean
from cinemactl.importing.runtimes import runtime_of
from cinemactl.importing.title_cells import in_order
from cinemactl.importing.years import year_of

NOTHING = frozenset({"", "\\n", "n/a", "nan", "null", "<na>"})
LONGEST_NOTHING = max(map(len, NOTHING))
# With what, beside a space, a cell that says nothing may begin.
BEGINS_NOTHING = frozenset(one for word in NOTHING for one in (word[:1], word[:1].upper()))

# A text that a spreadsheet would run as a formula, and the same with the one quote more that keeps it from that.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")


def guarded(cell: str) -> str:
    """Return a cell as it can stand in a CSV file that somebody opens in a spreadsheet; a number is no formula."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell as it was before `guarded`, or any other CSV that cinemactl writes, guarded it."""
    return cell[1:] if cell[:1] == "'" and GUARDED.match(cell) else cell


def says_nothing(cell: str) -> bool:
    """Whether a cell is empty, or says so."""
    if len(cell) > LONGEST_NOTHING and not cell[0].isspace():
        return False
    return cell.strip().lower() in NOTHING


def parser_of(
    field: str,
    schemes: frozenset[str],
    *,
    date_order: str | None = None,
    dates: ColumnDates | None = None,
    reordered: bool = False,
    no_genres: frozenset[str] = frozenset(),
    mended: Mended | None = None,
) -> Callable[[str], Any]:
    """Return the function from a cell to the value of a field, or of an id in one of the schemes.

    It gives None for what stands for no value, such as a runtime of zero, and raises ValueRefused.

    `date_order` and `dates` are as in `date_parser`. With `reordered`, `Matrix, The` is the title `The Matrix`.
    `no_genres` are words, as `spelling_key` has them, that the file has among its genres and that name none. With
    `mended`, texts are mended first and what they had is counted there.
    """
    if field in schemes:
        return lambda cell: identifier(field, cell)
    if field == "release_date":
        return date_parser(date_order, dates)
    if field in LISTS:
        return list_parser(field, mended.mend if mended else str, no_genres)
    parse = _title_in_order if reordered and field in TITLES else PARSERS[field]
    return _mending(parse, mended, required=field == "title") if mended and field in MENDED else parse


def _mending(parse: Callable[[str], Any], mended: Mended, *, required: bool) -> Callable[[str], Any]:
    def parsed(cell: str) -> Any:  # noqa: ANN401  (as `parse` gives)
        if is_clean(cell):
            return parse(cell)
        tidy = mended.mend(cell)
        # `&nbsp;` says nothing, which shows only now.
        return None if tidy != cell and not required and not values.trimmed(tidy) else parse(tidy)

    return parsed


def _title_in_order(cell: str) -> str:
    return in_order(values.title(cell))


TITLES = frozenset({"title", "original_title"})
MENDED = TITLES | {"synopsis"}
PARSERS: dict[str, Callable[[str], Any]] = {
    "title": values.title,
    "original_title": values.title,
    "year": year_of,
    "runtime": runtime_of,
    "certificate": certificate,
    "synopsis": values.synopsis,
    "poster": lambda cell: values.url("poster", cell),
    "trailer": lambda cell: values.url("trailer", cell),
}
