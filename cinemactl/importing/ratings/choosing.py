"""The layout of one import of ratings: named or recognised where it is asked for, and sent along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cinemactl.importing.layouts.faults import RecordsOfAnotherKind
from cinemactl.importing.layouts.layout import Layout, layout_of
from cinemactl.importing.ratings.columns import RatingColumns, rating_columns
from cinemactl.importing.uploads import shown


def chosen(filename: str, first: Sequence[str], options: Mapping[str, Any]) -> tuple[str, RatingColumns]:
    """Return the name of the layout in an import's options and what the columns of its file are.

    Raises LayoutUnknown, or RecordsOfAnotherKind for a file in which nobody rates a movie.
    """
    source = options["layout"]
    layout: Layout = layout_of(str(source["name"]), source)
    if layout.noun != "rating" or not layout.feeds:
        holds = layout.holds or "movies"
        raise RecordsOfAnotherKind(
            f"{shown(filename)} holds {holds} (layout {layout.name}), not what members gave to movies.",
            "Give a file with a column of members, of movies and of ratings, or name its --layout.",
        )
    scale, handle = options.get("scale"), str(options.get("member") or "")
    return layout.name, rating_columns(filename, first, layout, scale=scale and int(scale), handle=handle)
