"""The layout of one import of members, and what its columns are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cinemactl.importing.layouts.faults import LayoutUnknown, RecordsOfAnotherKind, listed
from cinemactl.importing.layouts.layout import layout_of
from cinemactl.importing.layouts.places import place_of
from cinemactl.importing.layouts.recognising import has_header
from cinemactl.importing.layouts.words import MEMBER_FIELDS, REJECTED_COLUMNS
from cinemactl.importing.uploads import shown


@dataclass(frozen=True, slots=True)
class MemberColumns:
    """Where in a record each field of MEMBER_FIELDS stands, of those the file has."""

    header: tuple[str, ...]
    has_header: bool
    places: Mapping[str, int]
    ignored: tuple[str, ...]


def chosen(filename: str, first: Sequence[str], options: Mapping[str, Any]) -> tuple[str, MemberColumns]:
    """Return the name of the layout in an import's options and what the columns of its file are.

    Raises LayoutUnknown, or RecordsOfAnotherKind for a file of anything else than members.
    """
    source = options["layout"]
    layout = layout_of(str(source["name"]), source)
    if layout.noun != "member":
        raise RecordsOfAnotherKind(
            f"{shown(filename)} holds {layout.holds or 'movies'} (layout {layout.name}), no members.",
            "Give a file with the columns handle, name and email.",
        )
    header = tuple(map(str.strip, first))
    found = {feed.field: place_of(filename, header, feed) for feed in layout.feeds}
    places = {field: place for field in MEMBER_FIELDS if (place := found.get(field)) is not None}
    if "handle" not in places:
        raise LayoutUnknown(
            f"No column of {shown(filename)} is called handle; it has {listed(header)}.",
            "A file of members has the columns handle, name and email.",
        )
    taken = set(places.values())
    ignored = [one for place, one in enumerate(header) if place not in taken and one not in ("", *REJECTED_COLUMNS)]
    return layout.name, MemberColumns(header, has_header(layout, first), places, tuple(ignored))
