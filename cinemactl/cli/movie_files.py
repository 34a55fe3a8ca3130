"""`cinemactl movie attach`, `import` and `export`: what goes in and out by files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, movie_graph, movie_view, render
from cinemactl.cli.file_options import (
    DATE_OPTIONS,
    LAYOUT_OPTIONS,
    LENIENT_OPTIONS,
    TABLE_OPTIONS,
    ExportFileArgument,
    ExportFormatOption,
    FileArgument,
    PlanOnlyOption,
    RejectsOption,
    format_of,
    reading,
)
from cinemactl.cli.import_file import import_file
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.option_groups import with_options
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption
from cinemactl.cli.render import Format
from cinemactl.errors import UsageRefused


class Overwrite(StrEnum):
    """What of a movie that is known here a file goes over."""

    ALL = "all"
    MISSING = "missing"
    NONE = "none"


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


@with_options(TABLE_OPTIONS | DATE_OPTIONS | LAYOUT_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_(
    file: FileArgument,
    *,
    options: dict[str, Any],
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    overwrite: Annotated[
        Overwrite, typer.Option(help="What the file goes over: all it says, missing values alone, or none.")
    ] = Overwrite.ALL,
    include_series: Annotated[bool, typer.Option("--include-series", help="Import series and episodes too.")] = False,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import movies from a file. Rows that cannot be used are set aside in a file of their own (exit code 6).

    cinemactl movie import movies.csv --map title="Film name" --map year=3 --save-layout mine
    """
    options |= {"overwrite": overwrite.value, "include_series": include_series}
    import_file("movie", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


def export(
    file: ExportFileArgument = Path("-"),
    *,
    format: ExportFormatOption = None,
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
