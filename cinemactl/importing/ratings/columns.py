"""From a file's header and its layout to the columns that say who rated which movie, how and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cinemactl.errors import UsageRefused
from cinemactl.importing.layouts.faults import LayoutUnknown, listed
from cinemactl.importing.layouts.layout import Layout
from cinemactl.importing.layouts.places import place_of
from cinemactl.importing.layouts.recognising import has_header
from cinemactl.importing.layouts.words import REJECTED_COLUMNS, is_numbered, scheme_of
from cinemactl.importing.uploads import shown

HINT = "A file of ratings has columns called member, movie (or title and year, or imdb_id), rating and date."


@dataclass(frozen=True, slots=True)
class RatingColumns:
    """Where in a record each thing stands; None where it does not. `ids` are schemes with their positions.

    `scale` is what the layout or the user said of it, None when nobody did; `handle` is the member whose ratings all are,
    empty when a column says whose each is.
    """

    header: tuple[str, ...]
    has_header: bool
    ignored: tuple[str, ...]
    ids: tuple[tuple[str, int], ...]
    member: int | None
    movie: int | None
    title: int | None
    year: int | None
    rating: int
    rated_at: int | None
    scale: int | None
    handle: str

    def heading(self, position: int | None) -> str | None:
        """Return what the file calls a column."""
        return None if position is None else self.header[position]


def rating_columns(
    name: str, first: Sequence[str], layout: Layout, *, scale: int | None = None, handle: str = ""
) -> RatingColumns:
    """Match the first row of a file to the fields of a layout of ratings; `scale` and `handle` are what the user said.

    Raises LayoutUnknown when no column, or more than one, has the ratings, the members or the movies; UsageRefused for a
    `handle` when a column has the members.
    """
    headed = has_header(layout, first)
    numbered = is_numbered(first) and len(first) == len(layout.headings)
    header = tuple(map(str.strip, first)) if headed and not numbered else layout.headings
    found = {feed.field: place for feed in layout.feeds if (place := place_of(name, header, feed)) is not None}
    ids = tuple((scheme_of(field), place) for field, place in found.items() if scheme_of(field))
    if "rating" not in found:
        raise LayoutUnknown(f"No column of {shown(name)} is called rating; it has {listed(header)}.", HINT)
    if not ids and "movie" not in found and "title" not in found:
        raise LayoutUnknown(f"No column of {shown(name)} says which movie was rated; it has {listed(header)}.", HINT)
    if "member" not in found and not handle:
        raise LayoutUnknown(
            f"No column of {shown(name)} says who rated; it has {listed(header)}.",
            "If all are one member's, say whose: --member HANDLE.",
        )
    if "member" in found and handle:
        raise UsageRefused(
            f"The column {header[found['member']]!r} says who rated, and --member says that it was {handle[:60]!r}.",
            "Leave --member out, or take the column away.",
        )
    taken = set(found.values())
    ignored = (one for place, one in enumerate(header) if place not in taken and one not in ("", *REJECTED_COLUMNS))
    places = {field: found.get(field) for field in ("member", "movie", "title", "year", "rated_at")}
    return RatingColumns(
        header=header,
        has_header=headed,
        ignored=tuple(ignored),
        ids=ids,
        rating=found["rating"],
        scale=scale or layout.scale,
        handle=handle,
        **places,
    )
