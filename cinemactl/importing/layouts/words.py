"""The words of headings and of fields, as layouts, `--map` and files spell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cinemactl.importing.cells import PARSERS
from cinemactl.importing.lists import LISTS

FIELDS = (*PARSERS, "release_date", *LISTS)
RATING_FIELDS = ("member", "movie", "title", "year", "rating", "rated_at")
MEMBER_FIELDS = ("handle", "name", "email")
SITE_FIELDS = (
    *("site", "timezone", "country", "region", "city", "address", "url", "currency", "business_day_cut"),
    *("week_starts_on", "pre_show_minutes", "turnaround_minutes", "large_turnaround_minutes", "large_screen_seats"),
    *("start_grid_minutes", "hours", "checks"),
)
SCREEN_FIELDS = (
    *("site", "screen", "seats", "wheelchair_seats", "house_seats", "formats", "lobby", "pre_show_minutes"),
    *("turnaround_minutes", "timezone", "country", "region", "city", "address", "url", "currency"),
)
ADMISSION_FIELDS = (*("screening", "site", "screen", "starts_at", "date", "time", "sold", "gross", "member"),)
SCHEDULE_FIELDS = (
    *(
        "site",
        "screen",
        "movie",
        "title",
        "year",
        "imdb_id",
        "tmdb_id",
        "eidr_id",
        "starts_at",
        "date",
        "time",
        "runtime",
    ),
    *("version", "format", "audio", "subtitles", "captions", "seats", "sold", "price_category", "held_back_seats"),
    "state",
)
FIELDS_BY_NOUN = {
    "movie": FIELDS,
    "rating": RATING_FIELDS,
    "member": MEMBER_FIELDS,
    "site": SITE_FIELDS,
    "screen": SCREEN_FIELDS,
    "admission": ADMISSION_FIELDS,
    "schedule": SCHEDULE_FIELDS,
}
REJECTED_COLUMNS = ("rejected_line", "rejected_column", "rejected_reason")
ID = re.compile(r"([a-z][a-z0-9_-]{0,30})_id")


@lru_cache(maxsize=4096)
def word(heading: str) -> str:
    """Return a heading as it is compared: lower case, its words separated by single spaces, nothing else."""
    return " ".join(re.sub(r"[^\w]+|_", " ", heading).lower().split())


def words(headings: Sequence[str]) -> frozenset[str]:
    """Return the words of all headings."""
    return frozenset(map(word, headings))


def scheme_of(field: str) -> str:
    """Return the scheme whose ids a field such as `imdb_id` holds; empty for any other field."""
    found = ID.fullmatch(field)
    return found[1] if found else ""


def is_field(name: str, noun: str = "movie") -> bool:
    """Whether a record of the noun has such a field, or names a movie by ids in a scheme of that name."""
    return name in FIELDS_BY_NOUN.get(noun, FIELDS) or bool(scheme_of(name))


def is_numbered(header: Sequence[str]) -> bool:
    """Whether a header is none of the file's own, but the columns' numbers: `column_1`, `column_2`, and so on."""
    return all(heading == f"column_{number}" for number, heading in enumerate(header, start=1))


def without_rejected(header: Sequence[str]) -> list[str]:
    """Return a header without the columns that a file of rejects has before its own."""
    return [heading for heading in map(str.strip, header) if heading not in REJECTED_COLUMNS]
