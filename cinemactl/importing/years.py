"""The year in a cell, as IMDb, spreadsheets and people write it."""

from __future__ import annotations

import re
from functools import lru_cache

from cinemactl.catalogue import values
from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.refusing import DASHES

LONGEST = 60
# What IMDb writes behind the year of what is not an ordinary movie but may be shown as one.
KIND = r"(?: (?:TV Movie|TV Special|TV Short|Video|Short|Documentary))?"
NUMBER = r"(?:\([IVXLC]{1,6}\)|[IVXLC]{1,6})"
YEAR = re.compile(
    rf"(?:{NUMBER} ?)?(?P<open>\()?(?P<year>[0-9]{{4}})(?:\.0+)?"
    rf"(?:(?P<span> ?[-\u2013\u2014] ?)(?P<last>[0-9]{{4}})?)?{KIND}(?(open) ?\))"
)
DAY = re.compile(r"([0-9]{4})-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01])(?:[T ][0-9:.+Z ]*)?)?")
ZERO = re.compile(r"0+(?:\.0+)?")
SPAN = re.compile(r"\(?[0-9]{4} ?[-\u2013\u2014] ?(?:[0-9]{4} ?)?\)?")
HINT = "Give the year as four digits, such as 1994."


def year_of(cell: str) -> int | None:
    """Return the year of `2001`, `2001.0`, `(2001)`, `II 2015`, `(II) (2015)` or a day such as `2001-03-31`.

    Of a span such as `2006-2007` or `(2006- )` it is the first. None for zero and for dashes. Raises ValueRefused for
    anything else (`c. 1999`, `199?`), and for years before 1870 or after 2100.
    """
    return _year_of(cell if len(cell) <= LONGEST else trimmed(cell))


@lru_cache(maxsize=4096)
def _year_of(cell: str) -> int | None:
    given = trimmed(cell)
    if len(given) > LONGEST:
        raise ValueRefused("year", cell, "is not a year", HINT)
    if given in DASHES or ZERO.fullmatch(given):
        return None
    if found := YEAR.fullmatch(given):
        first = values.year(found["year"])
        if found["last"] and values.year(found["last"]) < first:
            raise ValueRefused("year", cell, "is a span of years that ends before it begins", HINT)
        return first
    if found := DAY.fullmatch(given):
        return values.year(found[1])
    return values.year(cell)


def is_span(cell: str) -> bool:
    """Whether a cell has the years from and to which something ran, such as `2006-2007` or `(2006- )`: a series."""
    return bool(SPAN.fullmatch(trimmed(cell[:LONGEST])))
