"""`cinemactl movie attach`, `import` and `export`: what goes in and out by files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cinemactl.cli import edge, movie_graph, movie_view, render
from cinemactl.cli.import_file import delimiter_of, import_file
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption
from cinemactl.cli.render import Format
from cinemactl.errors import UsageRefused


class Overwrite(StrEnum):
    """What of a movie that is known here a file goes over."""

    ALL = "all"
    MISSING = "missing"
    NONE = "none"


class DateOrder(StrEnum):
    """What comes first in a date: the day, the month or the year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


def attach(
    movie: MovieArgument,
    source: Annotated[str, typer.Argument(help="A file (- for stdin) or an http(s) URL.", metavar="FILE|URL")],
    *,
    kind: Annotated[
        str, typer.Option("--as", help="poster or trailer (default: by what the file is).", metavar="KIND")
    ] = "",
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Attach a poster (JPEG, PNG, WebP) or a trailer (MP4, WebM, QuickTime, Matroska), kept by its content's hash.

    cinemactl movie attach "Heat (1995)" heat.jpg
    """
    folder = edge.settings().media_folder
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import documents, find, media

        found = find.find_movie(session, movie)
        attached = media.attach(session, found, source, folder=folder, kind=kind, dry_run=dry_run)
        shown = documents.document(session, found)
    movie_view.outcome(shown, format)
    where = shown[attached] if "://" in shown[attached] else folder / shown[attached]
    render.note(f"Attached{render.dry(dry_run)} to movie {shown['id']} as {attached}: {where}")


def import_(
    file: Annotated[str, typer.Argument(help="CSV, XLSX, JSON or Parquet, packed or not; - is stdin.", metavar="FILE")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan only: say what would happen.")] = False,
    wait: WaitOption = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the file (default: found out).", metavar="NAME")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Delimiter of the file (default: found out).", metavar="CHARACTER")
    ] = None,
    header: Annotated[
        str | None, typer.Option(help="Line of the header, or none (default: found out).", metavar="N|none")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook (default: the first with a table).", metavar="NAME")
    ] = None,
    date_order: Annotated[
        DateOrder | None, typer.Option("--date-order", help="Order of dates such as 03/04/2024 (default: found out).")
    ] = None,
    overwrite: Annotated[
        Overwrite, typer.Option(help="What the file goes over: all it says, missing values alone, or none.")
    ] = Overwrite.ALL,
    layout: Annotated[
        str | None, typer.Option(help="Layout of the file (default: found out); see `import layouts`.", metavar="NAME")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="Which column is a field, by heading or number; repeatable.", metavar="FIELD=COLUMN"
        ),
    ] = None,
    save_layout: Annotated[
        str | None, typer.Option(help="Keep the layout, with its --map, by this name.", metavar="NAME")
    ] = None,
    include_series: Annotated[bool, typer.Option("--include-series", help="Import series and episodes too.")] = False,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Drop and count values that cannot be used, not their rows.")
    ] = False,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import movies from a file. Rows that cannot be used are set aside in a file of their own (exit code 6).

    cinemactl movie import movies.csv --map title="Film name" --map year=3 --save-layout mine
    """
    options = {
        "encoding": encoding,
        "delimiter": delimiter_of(delimiter),
        "header": header,
        "sheet": sheet,
        "date_order": date_order.value if date_order else None,
        "overwrite": overwrite.value,
        "layout": layout,
        "map": map_,
        "save_layout": save_layout,
        "include_series": include_series,
        "lenient": lenient,
    }
    import_file("movie", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


def export(
    file: Annotated[Path, typer.Argument(help="Where to; - is stdout.", metavar="FILE")] = Path("-"),
    *,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="How it is written (default: by the file's ending, else csv).",
            case_sensitive=False,
            show_default=False,
        ),
    ] = None,
    graph: Annotated[
        bool,
        typer.Option(
            "--graph", help="Movies, people, genres, keywords as a graph: FILE.graphml, or a folder for Neo4j."
        ),
    ] = False,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="A vector for each movie, as Parquet for a vector store.")
    ] = False,
) -> None:
    """Write the whole catalogue as CSV, JSON or JSON lines; `movie import` reads the CSV back.

    cinemactl movie export movies.csv
    """
    if graph or vectors:
        if format is not None or (graph and vectors):
            raise UsageRefused("--graph, --vectors and --format exclude each other.", "Give one of them.")
        movie_graph.export_graph(file) if graph else movie_graph.export_vectors(file)
        return
    from cinemactl.catalogue import documents, exporting, listing

    chosen = format or format_of(file)
    with edge.unit_of_work() as session, render.output(file) as stream:
        found = documents.documents(session, listing.list_movies(session, limit=None))
        if chosen is Format.CSV:
            rows = (exporting.flat(one) for one in found)
            count = render.rows(rows, (), chosen, stream=stream, fields=exporting.CSV_FIELDS)
        else:
            count = render.rows(found, movie_view.LIST_COLUMNS, chosen, stream=stream)
    render.note(f"{count} {'movie' if count == 1 else 'movies'} written.")


def format_of(file: Path) -> Format:
    """Return the format that a file's ending tells, CSV when it tells none."""
    return {".json": Format.JSON, ".jsonl": Format.JSONL}.get(file.suffix.lower(), Format.CSV)
