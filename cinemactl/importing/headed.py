"""Files of records with one column a field: which column is which, by headings or as `--map FIELD=COLUMN` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cinemactl.errors import UsageRefused
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.faults import LayoutUnknown, MappingRefused, RecordsOfAnotherKind, listed
from cinemactl.importing.layouts.layout import Feed, Layout, layout_of
from cinemactl.importing.layouts.mapping import EXAMPLE, column_of
from cinemactl.importing.layouts.places import place_of
from cinemactl.importing.layouts.recognising import has_header, recognised
from cinemactl.importing.layouts.words import FIELDS_BY_NOUN, REJECTED_COLUMNS, word
from cinemactl.importing.uploads import shown


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a record each field stands, of those the file has."""

    header: tuple[str, ...]
    has_header: bool
    places: Mapping[str, int]
    ignored: tuple[str, ...]

    def heading(self, field: str) -> str | None:
        """Return the heading of a field, None when the file has no column of it."""
        place = self.places.get(field)
        return None if place is None else self.header[place]


@dataclass(frozen=True, slots=True)
class Records:
    """What a file of the noun's records is: `needed` are fields of each of which it has one at least."""

    noun: str
    plural: str
    needed: tuple[tuple[str, ...], ...]
    hint: str

    def choose(
        self, filename: str, rows: Sequence[Sequence[str]], options: Mapping[str, Any], home: Path
    ) -> dict[str, Any]:
        """Return an import's options with its whole layout in place of the name that was told.

        Raises LayoutUnknown, LayoutNotFound, LayoutRefused, MappingRefused, RecordsOfAnotherKind, and UsageRefused for
        `save_layout`.
        """
        if options.get("save_layout"):
            raise UsageRefused(f"Layouts of {self.plural} are not kept.", "Give --map each time.")
        name = options.get("layout")
        found = shelf.generic(self.noun) if options.get("map") else recognised(rows, home, self.noun)
        layout = shelf.named(home, name) if name else found
        resolved = {**options, "layout": dict(layout.source)}
        self.chosen(filename, rows[0], resolved)
        return resolved

    def chosen(self, filename: str, first: Sequence[str], options: Mapping[str, Any]) -> tuple[str, Columns]:
        """Return the name of the layout in an import's options and what the columns of its file are.

        Raises LayoutUnknown, MappingRefused, or RecordsOfAnotherKind for a file of anything else.
        """
        source = options["layout"]
        layout = layout_of(str(source["name"]), source)
        if layout.noun != self.noun:
            raise RecordsOfAnotherKind(
                f"{shown(filename)} holds {layout.holds or 'movies'} (layout {layout.name}), no {self.plural}.",
                self.hint,
            )
        header = tuple(map(str.strip, first))
        feeds = self._fed(layout, header, options.get("map") or ())
        found = {feed.field: place_of(filename, header, feed) for feed in feeds}
        places = {field: place for field, place in found.items() if place is not None}
        for fields in self.needed:
            if not any(field in places or options.get(field) for field in fields):
                raise LayoutUnknown(
                    f"No column of {shown(filename)} is called {' or '.join(fields)}; it has {listed(header)}.",
                    self.hint,
                )
        taken = set(places.values())
        ignored = (one for place, one in enumerate(header) if place not in taken and one not in ("", *REJECTED_COLUMNS))
        return layout.name, Columns(header, has_header(layout, first), places, tuple(ignored))

    def _fed(self, layout: Layout, header: Sequence[str], maps: Sequence[str]) -> list[Feed]:
        """Return what feeds each field, where `maps` say otherwise by them: a column told for one field feeds no other."""
        told: dict[str, Feed] = {}
        for one in maps:
            name, equals, column = one.partition("=")
            if not equals or not name.strip() or not column.strip():
                raise MappingRefused(f"--map {one[:60]!r} is no field with its column.", EXAMPLE)
            field = self._field(name, layout)
            if field in told:
                raise MappingRefused(f"--map gives {field} twice.", "Name one column.")
            told[field] = Feed(field, (column_of(field, column, header),), every=False, parser="plain", options={})
        taken = {
            word(header[one - 1] if isinstance(one, int) else one) for feed in told.values() for one in feed.headings
        }
        left = [
            replace(
                feed, headings=tuple(one for one in feed.headings if isinstance(one, int) or word(one) not in taken)
            )
            for feed in layout.feeds
            if feed.field not in told
        ]
        return [*told.values(), *left]

    def _field(self, name: str, layout: Layout) -> str:
        fields = FIELDS_BY_NOUN[self.noun]
        given = name.strip().lower().replace("-", "_").replace(" ", "_")
        called = {word(one): feed.field for feed in layout.feeds for one in feed.headings if isinstance(one, str)}
        for field in (given, called.get(word(name), "")):
            if field in fields:
                return field
        near = get_close_matches(given[:60], fields, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Fields are: {', '.join(fields)}."
        raise MappingRefused(f"There is no field {name.strip()[:60]!r} of {self.plural}.", hint)
