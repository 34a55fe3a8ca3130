"""The layout of one import: named, recognised, or told with `--map`; chosen where it is asked for, and sent along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.columns import Columns, columns_of
from cinemactl.importing.layouts.layout import Layout, layout_of
from cinemactl.importing.layouts.mapping import mapped
from cinemactl.importing.layouts.recognising import best, demand_movies, recognised

TOLD = ("map", "save_layout")


def choose(
    noun: str,
    chosen_of: Callable[[str, Sequence[str], Mapping[str, Any]], object],
    filename: str,
    rows: Sequence[Sequence[str]],
    *,
    options: Mapping[str, Any],
    home: Path,
) -> dict[str, Any]:
    """Return the options of an import of the noun's records with its whole layout in place of the name and the `--map`s.

    `rows` are the file's first one or two, `home` where the user's own layouts are; `chosen_of` is asked whether the noun's
    files can be of the layout. With `save_layout` it is kept in `home` by that name. Raises LayoutUnknown, LayoutNotFound,
    LayoutRefused, MappingRefused, RecordsOfAnotherKind, and what `chosen_of` raises.
    """
    name, maps, saved = options.get("layout"), options.get("map"), options.get("save_layout")
    if saved:
        shelf.savable(saved)
    layout = shelf.named(home, name) if name else recognised(rows, home, noun)
    if maps:
        layout = mapped(layout if layout.noun == noun else shelf.generic(noun), maps, rows[0])
    if saved:
        layout = layout_of(saved, {**layout.source, "name": saved})
    resolved = {key: value for key, value in options.items() if key not in TOLD} | {"layout": dict(layout.source)}
    chosen_of(filename, rows[0], resolved)
    if saved:
        shelf.save(home, saved, layout)
    return resolved


def chosen(filename: str, first: Sequence[str], options: Mapping[str, Any]) -> tuple[str, Columns]:
    """Return the name of the layout in an import's options and what the columns of its file are; raises LayoutUnknown.

    An import that was asked for without one has the shipped layout that its first row shows.
    """
    source = options.get("layout")
    if isinstance(source, dict):
        layout: Layout = layout_of(str(source["name"]), source)
    else:
        layout = best([first], shelf.shipped().values()) or shelf.generic()
    demand_movies(filename, layout)
    order = options.get("date_order")
    return layout.name, columns_of(
        filename,
        first,
        layout,
        include_series=bool(options.get("include_series")),
        date_order=str(order) if order else None,
        lenient=bool(options.get("lenient")),
    )
