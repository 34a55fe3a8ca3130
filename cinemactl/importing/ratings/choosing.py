"""The layout of one import of ratings: named or recognised where it is asked for, and sent along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cinemactl.errors import UsageRefused
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.faults import RecordsOfAnotherKind
from cinemactl.importing.layouts.layout import Layout, layout_of
from cinemactl.importing.layouts.recognising import recognised
from cinemactl.importing.ratings.columns import RatingColumns, rating_columns
from cinemactl.importing.uploads import shown

NOT_TAKEN = ("map", "save_layout")


def choose(filename: str, rows: Sequence[Sequence[str]], options: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return an import's options with its whole layout in place of the name that was told.

    `rows` are the file's first one or two, `home` where the user's own layouts are. Raises LayoutUnknown, LayoutNotFound,
    LayoutRefused, RecordsOfAnotherKind, and UsageRefused for options that ratings do not have.
    """
    if refused := [name for name in NOT_TAKEN if options.get(name)]:
        raise UsageRefused(f"Ratings are imported without {refused[0]}.", "Rename the columns in the file's header.")
    name = options.get("layout")
    layout = shelf.named(home, name) if name else recognised(rows, home, "rating")
    resolved = {**options, "layout": dict(layout.source)}
    chosen(filename, rows[0], resolved)
    return resolved


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
