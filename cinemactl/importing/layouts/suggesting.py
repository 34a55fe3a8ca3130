"""What the `--map` of a file that no layout fits would look like."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.words import word

NEAR = 0.72
SUGGESTED = ("year", "runtime", "genres", "directors", "imdb_id")
LOOKED_AT = 60  # columns, and characters of a heading


@cache
def field_of(noun: str = "movie") -> dict[str, str]:
    """Return which field each heading feeds that the noun's generic layout knows."""
    return {
        word(one): feed.field for feed in shelf.generic(noun).feeds for one in feed.headings if isinstance(one, str)
    }


def suggestion(header: Sequence[str]) -> str:
    """Return a sentence with the `--map` options that a file with these headings may want."""
    headings = [one.strip() for one in header[:LOOKED_AT]]
    chosen = {field: found for field in SUGGESTED if (found := _nearest(field, headings))}
    title = _nearest("title", [one for one in headings if one not in chosen.values()]) or next(
        (str(place) for place, one in enumerate(headings, start=1) if one not in chosen.values()), "1"
    )
    options = [f"--map {field}={shlex.quote(heading)}" for field, heading in {"title": title, **chosen}.items()]
    return f"Say which column is what, by its heading or its number, as in {' '.join(options)}."


def _nearest(field: str, headings: Sequence[str]) -> str:
    known = [one for one, fed in field_of().items() if fed == field]

    def likeness(heading: str) -> float:
        given = word(heading[:LOOKED_AT])
        parts = set(given.split())
        return max(1.0 if set(one.split()) <= parts else SequenceMatcher(None, given, one).ratio() for one in known)

    best = max(headings, key=likeness, default="")
    return best if best and likeness(best) >= NEAR else ""
