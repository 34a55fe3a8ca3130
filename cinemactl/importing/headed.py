"""Files of records with one column a field: which column is which, by headings or as `--map FIELD=COLUMN` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cinemactl.importing.layouts.faults import LayoutUnknown, RecordsOfAnotherKind, listed
from cinemactl.importing.layouts.layout import layout_of
from cinemactl.importing.layouts.places import place_of
from cinemactl.importing.layouts.recognising import has_header
from cinemactl.importing.layouts.words import REJECTED_COLUMNS
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
        found = {feed.field: place_of(filename, header, feed) for feed in layout.feeds}
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
