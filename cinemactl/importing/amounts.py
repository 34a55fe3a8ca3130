"""Numbers in cells, with the thousands separators and decimal marks of any country.

What is certain is read: a mark that stands twice separates thousands, and of two different marks the last is the
decimal one. `1,234` alone is read as thousands and `1.23` and `1,23` as decimals, as nearly everybody means them;
`1.234` alone can be either and is refused unless the caller knows the mark of the column, or wants a whole number.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.refusing import DASHES

LONGEST = 60
MOST_DIGITS = 18
SIGNS = re.compile(
    r"(?P<before>(?:US|CA|AU|A|C|HK|NZ|R)?[$\u20ac\xa3\xa5\u20b9\u20a9\u20bd]|[A-Z]{3}(?=[ 0-9]))?"
    r" ?(?P<number>-?[0-9][0-9.,' ]*?) ?(?P<after>[$\u20ac\xa3\xa5\u20b9\u20a9\u20bd]|[A-Z]{3}|kr\.?|z\u0142)?"
)
SPACES = str.maketrans(dict.fromkeys("\xa0\u202f\u2009\u2007", " ") | {"\u2019": "'"})
# Thousands in threes; in India the hundreds of thousands and all above them in twos.
GROUPED = {
    mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+|[1-9][0-9]?(?:{sign}[0-9]{{2}})+{sign}[0-9]{{3}}")
    for mark, sign in ((",", ","), (".", r"\."), (" ", " "), ("'", "'"))
}
OUT_OF = re.compile(r"(.+?) ?(?:/|out of) ?([0-9]{1,4})")
RATING = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,6})?")


@lru_cache(maxsize=16_384)
def amount_of(cell: str, field: str = "number", *, mark: str | None = None, whole: bool = False) -> Decimal | None:
    """Return the number of `1234`, `28,341,469`, `$1,234.00`, `1.234,56 €` or `1 234`; None for dashes.

    `mark` is the decimal mark of the column, `.` or `,`, if known. With `whole`, `1.234` are thousands as well, for it
    could not be a whole number otherwise. Raises ValueRefused for what is no number, and for what could be two.
    """
    given = trimmed(cell[: LONGEST + 1]).translate(SPACES)
    if given in DASHES:
        return None
    found = SIGNS.fullmatch(given) if len(cell) <= LONGEST else None
    if not found or sum(map(str.isdigit, found["number"])) > MOST_DIGITS:
        raise _refused(field, cell, "is not a number" if given else "is empty")
    number = found["number"]
    minus, digits = ("-", number[1:]) if number[0] == "-" else ("", number)
    return Decimal(minus + _plain(field, cell, digits, mark, whole=whole))


def whole_of(cell: str, field: str = "number", *, mark: str | None = None) -> int | None:
    """Return a whole number that is not negative, such as seats or votes, written as in `amount_of`; None for dashes.

    `1234.0` is one. `1.000` alone could be one or a thousand and is refused unless `mark` is known.
    """
    if cell.isdecimal() and cell.isascii() and len(cell) <= MOST_DIGITS:
        return int(cell)
    found = amount_of(cell, field, mark=mark, whole=True)
    if found is None:
        return None
    if found < 0 or found != found.to_integral_value():
        reason = "is negative" if found < 0 else "is not a whole number"
        raise ValueRefused(field, cell, reason, "Give a whole number, 0 or more.")
    return int(found)


@lru_cache(maxsize=4096)
def rating_of(cell: str, field: str = "rating", *, most: int = 10) -> Decimal | None:
    """Return a rating from 0 to `most`, such as `7`, `3.5`, `3,5` or `8/10`; None for dashes.

    A comma is a decimal mark there. Raises ValueRefused for anything else, and for one that is out of another number.
    """
    given = trimmed(cell[: LONGEST + 1])
    if given in DASHES:
        return None
    if len(cell) > LONGEST:
        raise _refused(field, cell, "is not a rating")
    if found := OUT_OF.fullmatch(given):
        given, scale = found[1], int(found[2])
        if scale != most:
            raise _refused(field, cell, f"is out of {scale} and not out of {most}")
    if not RATING.fullmatch(given):
        raise _refused(field, cell, "is not a rating" if given else "is empty")
    rating = Decimal(given.replace(",", "."))
    if rating > most:
        raise _refused(field, cell, f"is not between 0 and {most}")
    return rating


def _plain(field: str, cell: str, digits: str, mark: str | None, *, whole: bool) -> str:
    """Return digits with their marks as Python writes a number."""
    if digits.isdigit():
        return digits
    if mark is None:
        mark = _mark_of(field, cell, digits, whole=whole)
    before, _, after = digits.rpartition(mark) if mark in digits else (digits, "", "")
    if mark in digits and not (before and after.isdigit()):
        raise _refused(field, cell, "has its marks where no number has them")
    separators = {one for one in before if not one.isdigit()}
    if separators and not (len(separators) == 1 and GROUPED[separators.pop()].fullmatch(before)):
        raise _refused(field, cell, "has its marks where no number has them")
    return f"{''.join(filter(str.isdigit, before))}.{after or 0}"


def _mark_of(field: str, cell: str, digits: str, *, whole: bool) -> str:
    """Return which sign is the decimal mark, by the number alone."""
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        return "," if digits.rindex(",") > digits.rindex(".") else "."
    if comma > 1 or point > 1:
        return "." if comma else ","
    if comma:
        return "." if GROUPED[","].fullmatch(digits) else ","
    if point and GROUPED["."].fullmatch(digits):
        if not whole or digits.endswith(".000"):
            raise _refused(field, cell, "has a point that could separate thousands or decimals")
        return ","
    return "."


def _refused(field: str, cell: str, reason: str) -> ValueRefused:
    return ValueRefused(field, cell, reason, "Give digits, with a point before decimals, such as 1234.5.")
