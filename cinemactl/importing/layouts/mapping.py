"""`--map FIELD=COLUMN`: what the user says of a file's columns, over what a layout says."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from cinemactl.importing.layouts.faults import MappingRefused, listed
from cinemactl.importing.layouts.layout import Feed, Heading, Layout, layout_of
from cinemactl.importing.layouts.recognising import has_header
from cinemactl.importing.layouts.suggesting import field_of
from cinemactl.importing.layouts.words import FIELDS_BY_NOUN, is_field, scheme_of, word
from cinemactl.importing.lists import LISTS

MOVIE = "movie"
CUSTOM = "custom"
SCHEMES = ("imdb_id", "tmdb_id", "movielens_id", "letterboxd_id", "eidr_id", "isan_id")
EXAMPLE = "Give it as FIELD=COLUMN, such as --map title='Film name' or --map year=3."


def mapped(layout: Layout, maps: Sequence[str], first: Sequence[str]) -> Layout:
    """Return a layout in which `maps` (FIELD=COLUMN, by heading or number from 1) decide about their fields and columns.

    They are fields of the layout's noun. A field of which a movie has several values may be mapped from several columns.
    Without a title, but with an id, rows add to movies that are known by it.
    Raises MappingRefused for a field or column that there is not.
    """
    header = list(layout.headings) if not has_header(layout, first) else list(first)
    told: dict[str, list[Heading]] = {}
    for one in maps:
        name, equals, column = one.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise MappingRefused(f"--map {one[:60]!r} is no field with its column.", EXAMPLE)
        field = _field(name, layout.noun)
        columns = told.setdefault(field, [])
        columns.append(column_of(field, column, header))
        if len(columns) > 1 and not (layout.noun == MOVIE and field in LISTS):
            raise MappingRefused(f"--map gives {field} twice.", "It is one value: name one column.")
    taken = {header[one - 1] if isinstance(one, int) else one for columns in told.values() for one in columns}
    kept = {feed.field: _source(feed) for feed in _left(layout, set(told), frozenset(map(word, taken)), header)}
    columns_told = {field: {"every": columns} for field, columns in told.items()}
    every = kept | columns_told
    source = {key: value for key, value in layout.source.items() if key not in {"name", "recognise"}}
    if layout.noun == MOVIE:
        source["adds"] = "title" not in every and any(map(scheme_of, every))
    return layout_of(CUSTOM, source | {"columns": every, "description": "columns told with --map"})


def _left(layout: Layout, fields: set[str], taken: frozenset[str], header: Sequence[str]) -> list[Feed]:
    """Return what a layout says of the other fields and columns that the file has."""
    left = []
    for feed in layout.feeds:
        headings = [one for one in feed.headings if word(_heading(one, header)) not in taken]
        has_one = any(word(_heading(one, header)) in set(map(word, header)) for one in headings)
        if feed.field not in fields and has_one:
            left.append(Feed(feed.field, tuple(headings), feed.every, feed.parser, feed.options))
    return left


def _heading(heading: Heading, header: Sequence[str]) -> str:
    if isinstance(heading, str):
        return heading
    return header[heading - 1] if 0 < heading <= len(header) else ""


def _source(feed: Feed) -> dict[str, object]:
    key = "every" if feed.every else "heading"
    return {key: list(feed.headings), "parser": feed.parser, **feed.options}


def _field(name: str, noun: str) -> str:
    given = name.strip().lower().replace("-", "_").replace(" ", "_")
    for field in (given, f"{given}s", field_of(noun).get(word(name), "")):
        if is_field(field, noun):
            return field
    known = [*FIELDS_BY_NOUN[noun], *(SCHEMES if noun == MOVIE else ())]
    near = get_close_matches(given[:60], known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Fields are: {', '.join(known)}."
    raise MappingRefused(f"There is no {noun} field {name.strip()[:60]!r}.", hint)


def column_of(field: str, column: str, header: Sequence[str]) -> Heading:
    """Return the heading, or the number from 1, that a user's `column` means; raises MappingRefused."""
    wanted = column.strip()
    for place, heading in enumerate(header, start=1):
        if heading.strip() == wanted or (word(wanted) and word(heading) == word(wanted)):
            return heading.strip() if word(heading) else place
    if wanted.isdecimal() and wanted.isascii() and 0 < int(wanted[:9]) <= len(header):
        return int(wanted)
    near = get_close_matches(word(wanted[:60]), {word(one[:60]): one for one in header}, n=3, cutoff=0.5)
    called = {word(one[:60]): one for one in header}
    hint = (
        f"Did you mean {' or '.join(repr(called[one]) for one in near)}?"
        if near
        else (f"It has {listed(header)}; a number from 1 to {len(header)} names one too.")
    )
    raise MappingRefused(f"The file has no column {wanted[:60]!r} for {field}.", hint)
