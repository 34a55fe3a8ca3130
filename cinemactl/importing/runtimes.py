"""The runtime in a cell, in any of the ways people write hours and minutes."""

from __future__ import annotations

import re
from functools import lru_cache

from cinemactl.catalogue import values
from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.refusing import DASHES

LONGEST = 40
MINUTE_WORD = "(?:minut(?:e|es|en|i|o|os)|mins?|m)"
HOUR_WORD = "(?:h(?:(?:ou)?rs?)?|std|stunden?|heures?|or[ae]|horas?)"
MINUTES = re.compile(rf"([0-9]{{1,6}}) ?(?:{MINUTE_WORD}\.?|['\u2019\u2032])", re.IGNORECASE)
HOURS = re.compile(
    rf"([0-9]{{1,4}}) ?{HOUR_WORD}\.?(?:(?:,| and|,? ?)? ?([0-9]{{1,2}}) ?(?:{MINUTE_WORD}\.?|['\u2019\u2032])?)?",
    re.IGNORECASE,
)
CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9])(?:\.0+)?)?")
# So many hours before one colon are taken for hours: `9:30` is more often a short film of nine minutes and a half.
MOST_CLOCK_HOURS = 4
ISO = re.compile(r"P(?:T(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,8})(?:\.0+)?S)?)", re.IGNORECASE)
OF_SERIES = re.compile(
    r"[0-9]+ ?(?:seasons?|episodes?|staffeln?|saisons?|series|temporadas?|stagion[ei])", re.IGNORECASE
)
HINT = "Give minutes as a whole number, such as 142."


def runtime_of(cell: str) -> int | None:
    """Return whole minutes, 1 to 60,000, from `142`, `142.0`, `142 min`, `90'`, `1h 52m`, `1:52`, `01:52:00`, `PT1H52M`.

    None for zero, as catalogues write that they know none, and for dashes. Raises ValueRefused for anything else: for
    seconds that make no whole minute, for `2 Seasons`, and for `9:30`, which is minutes and seconds as well as hours.
    """
    return _runtime_of(cell if len(cell) <= LONGEST else trimmed(cell))


@lru_cache(maxsize=4096)
def _runtime_of(cell: str) -> int | None:
    if len(cell) > LONGEST:
        raise ValueRefused("runtime", cell, "is not a number of minutes", HINT)
    given = " ".join(trimmed(cell).split())
    if given in DASHES:
        return None
    if (seconds := _seconds(cell, given)) is None:
        if OF_SERIES.fullmatch(given):
            reason = "is a number of seasons or episodes: it is a series and no movie"
            raise ValueRefused("runtime", cell, reason, "Leave the row out, or give the minutes.")
        return _unless_zero(cell)
    minutes, rest = divmod(seconds, 60)
    if rest:
        raise ValueRefused("runtime", cell, "is not a whole number of minutes", HINT)
    return values.runtime(str(minutes)) if minutes else None


def _seconds(cell: str, given: str) -> int | None:
    """Return the seconds of a runtime that is not a plain number; None when it is written in no known way."""
    if found := MINUTES.fullmatch(given):
        return int(found[1]) * 60
    if found := HOURS.fullmatch(given):
        return int(found[1]) * 3600 + int(found[2] or 0) * 60
    if found := ISO.fullmatch(given):
        return int(found[1] or 0) * 3600 + int(found[2] or 0) * 60 + int(found[3] or 0)
    if found := CLOCK.fullmatch(given):
        if found[3] is None and int(found[1]) > MOST_CLOCK_HOURS:
            reason = "could be hours and minutes, or minutes and seconds"
            raise ValueRefused("runtime", cell, reason, "Give minutes as a whole number, or 9h 30m.")
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    return None


def _unless_zero(cell: str) -> int | None:
    # `0` and `0.0`, but not `-0` or `0 seasons`.
    return None if re.fullmatch(r"0+(?:\.0+)?", trimmed(cell)) else values.runtime(cell)
