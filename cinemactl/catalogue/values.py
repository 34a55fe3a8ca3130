"""The rules for the single values of a movie: from text to value, or refused with the reason and the way out.

Command options and the cells of imported files go through the same functions, so none of them reads a database, and
those whose values repeat remember them. Beside this module: genres; identifiers; places, which are languages,
countries and their certificates.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from cinemactl.errors import UsageRefused

TITLE_MOST = 500
INDEXED_BYTES = 2000  # of a title as it is looked up; an entry of an index holds a little more
SYNOPSIS_MOST = 20_000
PERSON_MOST = 200
KEYWORD_MOST = 100
URL_MOST = 2000
RUNTIME_MOST = 60_000
FIRST_YEAR, LAST_YEAR = 1870, 2100

SHOWN_MOST = 60
_ACRONYMS = {"eidr": "EIDR", "imdb": "IMDb", "isan": "ISAN", "tmdb": "TMDB", "url": "URL"}


class ValueRefused(UsageRefused):
    """One value is not acceptable: `field` names which, `value` is what was given, `reason` says what is wrong."""

    code = "value-refused"

    def __init__(self, field: str, value: str, reason: str, hint: str = "") -> None:
        label = " ".join(_ACRONYMS.get(word, word) for word in field.split("_"))
        shown = value if len(value) <= SHOWN_MOST else value[: SHOWN_MOST - 1] + "…"
        super().__init__(f"The {label} {shown!r} {reason}." if value else f"The {label} {reason}.", hint)
        self.field = field
        self.value = value
        self.reason = reason


# The information separators U+001C to U+001F are no edges, although Python counts them as whitespace: they are refused.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_ZERO_WIDTH = "\xad\u180e\u200b\u200e\u200f\u2060\ufeff"
_EDGES = _SPACES + _ZERO_WIDTH
# A joiner at the end of a word belongs to it (Malayalam, Sinhala); at the beginning it has nothing to join.
_LEADING_EDGES = _EDGES + "\u200c\u200d"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def trimmed(text: str) -> str:
    """Return `text` without the whitespace, no-break spaces and zero-width characters around it."""
    return text.rstrip(_EDGES).lstrip(_LEADING_EDGES)


def spelling_key(text: str) -> str:
    """Return what is left of a name when case, accents, spaces and punctuation do not matter."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return "".join(filter(str.isalnum, text.casefold().replace("&", "and")))


def refuse_control_characters(field: str, value: str) -> None:
    """Raise ValueRefused when `value` has a control character or half of a surrogate pair in it."""
    if found := _FORBIDDEN.search(value):
        what = "half a character" if found.group() >= "\ud800" else "the control character"
        raise ValueRefused(
            field,
            value,
            f"has {what} U+{ord(found.group()):04X} in it",
            "Take it out; in a file it often means that the encoding is another than the one it was read with.",
        )


def text(field: str, value: str, most: int, *, one_line: bool = False) -> str:
    """Return free text in NFC, trimmed, with single spaces between words, of 1 to `most` characters.

    Line ends are kept as newlines with at most one blank line in a row; with `one_line` they become spaces. Raises
    ValueRefused when nothing is left, when it is too long, and for control characters and lone surrogates.
    """
    if 0 < len(value) <= most and value.isascii() and value.isprintable() and "  " not in value:
        tidy = value.strip(" ")
    else:
        refuse_control_characters(field, value)
        tidy = trimmed(unicodedata.normalize("NFC", value))
        if one_line:
            tidy = " ".join(tidy.split())
        else:
            lines = (" ".join(line.split()) for line in tidy.splitlines())
            tidy = re.sub(r"\n{3,}", "\n\n", trimmed("\n".join(lines)))
    if not tidy:
        raise ValueRefused(field, value, "is empty", f"Give 1 to {most:,} characters.")
    if len(tidy) > most:
        raise ValueRefused(field, value, f"has more than {most:,} characters", f"Shorten it: it has {len(tidy):,}.")
    return tidy


def _name(field: str, value: str, most: int) -> str:
    tidy = text(field, value, most, one_line=True)
    if not tidy.isascii() and len(unicodedata.normalize("NFKC", tidy).encode()) > INDEXED_BYTES:
        raise ValueRefused(field, value, "is longer than it looks", "Write out its ligatures and shorten it.")
    return tidy


def title(value: str) -> str:
    """Return a title on one line, of 1 to 500 characters. Raises ValueRefused as `text` does."""
    return _name("title", value, TITLE_MOST)


def synopsis(value: str) -> str:
    """Return a synopsis, its line ends kept, of 1 to 20,000 characters. Raises ValueRefused as `text` does."""
    return text("synopsis", value, SYNOPSIS_MOST)


def keyword(value: str) -> str:
    """Return a keyword on one line, of 1 to 100 characters. Raises ValueRefused as `text` does."""
    return text("keyword", value, KEYWORD_MOST, one_line=True)


def person(value: str) -> str:
    """Return a person's name on one line, of 1 to 200 characters. Raises ValueRefused as `text` does."""
    return _name("person", value, PERSON_MOST)


def cast(value: str) -> tuple[str, str | None]:
    """Return the name and the character of `Tim Robbins as Andy Dufresne`, or the name and None when no `as` follows.

    Raises ValueRefused when one side of the `as` is missing, and as `text` does for either side.
    """
    refuse_control_characters("cast", value)
    name, found, character = f" {' '.join(trimmed(value).split())} ".partition(" as ")
    if not found:
        return _name("cast", name, PERSON_MOST), None
    if not name.strip() or not character.strip():
        missing = "character" if name.strip() else "person"
        raise ValueRefused("cast", value, f"names no {missing}", "Give it as in 'Tim Robbins as Andy Dufresne'.")
    return _name("cast", name, PERSON_MOST), text("cast", character, PERSON_MOST, one_line=True)


_MINUTES = re.compile(r"(-?[0-9]+)(?:\.0+)?(?: ?m(?:in(?:ute)?s?)?\.?)?", re.IGNORECASE | re.ASCII)
_HOURS = re.compile(
    r"([0-9]+) ?h(?:(?:ou)?rs?)?\.?(?: ?([0-9]+)(?: ?m(?:in(?:ute)?s?)?\.?)?)?", re.IGNORECASE | re.ASCII
)
_ISO_DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?", re.IGNORECASE | re.ASCII)
_FRACTION = re.compile(r"-?[0-9]*[.,][0-9]+")
_YEAR = re.compile(r"(-?[0-9]+)(?:\.0+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=4096)
def runtime(value: str) -> int:
    """Return whole minutes, 1 to 60,000, from `142`, `142.0`, `142 min`, `2h`, `1h 52m`, `PT2H` or `PT1H52M`.

    Raises ValueRefused for anything else.
    """
    given = trimmed(value)
    if found := _MINUTES.fullmatch(given):
        minutes = _number(found[1])
    elif found := _HOURS.fullmatch(given) or _ISO_DURATION.fullmatch(given):
        minutes = 60 * _number(found[1] or "0") + _number(found[2] or "0")
    else:
        whole = "whole " if _FRACTION.match(given) else ""
        reason = f"is not a {whole}number of minutes" if given else "is empty"
        raise ValueRefused("runtime", value, reason, "Give minutes as a whole number, such as 142.")
    if not 1 <= minutes <= RUNTIME_MOST:
        reason = f"is not between 1 and {RUNTIME_MOST:,} minutes"
        raise ValueRefused("runtime", value, reason, "Give minutes as a whole number, such as 142.")
    return minutes


@lru_cache(maxsize=4096)
def year(value: str) -> int:
    """Return a year from 1870 to 2100, also from `2001.0` as spreadsheets write it; raises ValueRefused otherwise."""
    found = _YEAR.fullmatch(trimmed(value))
    if not found:
        reason = "is not a year" if trimmed(value) else "is empty"
        raise ValueRefused("year", value, reason, "Give the year as four digits, such as 1994.")
    number = _number(found[1])
    _refuse_other_years("year", value, number)
    return number


@lru_cache(maxsize=65_536)
def release_date(value: str) -> date:
    """Return the day of `YYYY-MM-DD`, in the years 1870 to 2100; raises ValueRefused otherwise."""
    given = trimmed(value)
    hint = "Give the date as YYYY-MM-DD, such as 1994-09-23."
    if not _DATE.fullmatch(given):
        raise ValueRefused("release_date", value, "is not a date as YYYY-MM-DD" if given else "is empty", hint)
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise ValueRefused("release_date", value, "is no day of the calendar", hint) from None
    _refuse_other_years("release_date", value, day.year)
    return day


def _number(digits: str) -> int:
    # Python refuses to convert thousands of digits; every number here has an upper bound far below this one.
    return int(digits) if len(digits) <= 18 else 10**18  # noqa: PLR2004  (see above)


def _refuse_other_years(field: str, value: str, number: int) -> None:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        reason = f"is not between {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueRefused(field, value, reason, "Movies have four-digit years, such as 1994.")


_CREDENTIALS = re.compile(r"^([a-z+.-]*:)?/*[^/?#]*@", re.IGNORECASE)


def url(field: str, value: str) -> str:
    """Return a web address: http or https, with a host, without user and password, at most 2,000 characters.

    Raises ValueRefused otherwise; what stands before an @ in the host's place is shown in no message.
    """
    given = trimmed(value)
    shown = _CREDENTIALS.sub(r"\1//***@", given)
    hint = "Give the whole address, such as https://example.org/poster.jpg."
    refuse_control_characters(field, shown)
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueRefused(field, shown, "is not an address that can be read", hint) from None
    if parts.scheme not in {"http", "https"}:
        raise ValueRefused(field, shown, "does not begin with http:// or https://" if given else "is empty", hint)
    if "@" in parts.netloc:
        raise ValueRefused(field, shown, "has a user or a password in it", "Take out what stands before the @.")
    if not host or not any(map(str.isalnum, host)):
        raise ValueRefused(field, shown, "has no host", hint)
    if "\\" in given or any(map(str.isspace, given)):
        raise ValueRefused(field, shown, "has a space or a backslash in it", "Write a space as %20.")
    if len(given) > URL_MOST:
        raise ValueRefused(field, shown, f"has more than {URL_MOST:,} characters", "Give a shorter address.")
    return given
