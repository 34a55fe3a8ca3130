"""Which layout a file has, from its first row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.faults import RecordsOfAnotherKind
from cinemactl.importing.layouts.layout import Layout
from cinemactl.importing.layouts.words import is_numbered, without_rejected, word
from cinemactl.importing.uploads import shown

LOOKED_AT = 1000  # characters of a cell


def recognised(rows: Sequence[Sequence[str]], home: Path, noun: str = "movie") -> Layout:
    """Return the layout that asks for most of what the first rows of a file have: the user's own, a shipped, the generic.

    One of the noun's records comes before any other, which is recognised to be refused. Raises LayoutRefused for a layout
    of the user's that cannot be read.
    """
    every = [*shelf.own(home).values(), *shelf.shipped().values()]
    return best(rows, [one for one in every if one.noun == noun]) or best(rows, every) or shelf.generic(noun)


def best(rows: Sequence[Sequence[str]], layouts: Iterable[Layout]) -> Layout | None:
    """Return the first of those layouts that ask for most of what a file's first rows have, or None when none fits.

    The first of `rows` is the header, or names the columns of a file without one by their numbers, or is a row like others.
    """
    first = rows[1] if len(rows) > 1 and is_numbered(rows[0]) else rows[0]
    header = [word(heading) for heading in without_rejected(first)]
    scored = [(_fit(layout, first, header), layout) for layout in layouts]
    found = max(scored, key=lambda pair: pair[0], default=None)
    return found[1] if found and found[0] else None


def has_header(layout: Layout, first: Sequence[str]) -> bool:
    """Whether the first row of a file of that layout is no record: it has none unless reading or rejects gave it one."""
    return (
        not layout.headings
        or is_numbered(first)
        or list(map(word, layout.headings)) == [word(one) for one in without_rejected(first)]
    )


def demand_movies(name: str, layout: Layout) -> None:
    """Raise RecordsOfAnotherKind when a file of that layout holds no movies, nor anything to add to them."""
    if layout.noun != "movie":
        raise RecordsOfAnotherKind(
            f"{shown(name)} holds {layout.holds} (layout {layout.name}), no movies.",
            f"Import {layout.wanted}, or say which column is what with --map FIELD=COLUMN.",
        )


def _fit(layout: Layout, first: Sequence[str], header: Sequence[str]) -> int:
    """Return how many headings a layout asked for and found, or how many cells have the shape it asks for."""
    if layout.headers:
        fits = layout.headers.issubset(header) and layout.without.isdisjoint(header)
        return len(layout.headers) if fits else 0
    if not layout.headings:
        return 0
    if has_header(layout, first):
        return len(layout.headings)
    alike = len(first) == len(layout.headings) and len(layout.shape) == len(first)
    return len(first) if alike and all(map(_matches, layout.shape, first)) else 0


def _matches(pattern: re.Pattern[str], cell: str) -> bool:
    return bool(pattern.fullmatch(cell[:LOOKED_AT].strip()))
