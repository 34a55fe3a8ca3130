"""`cinemactl rating import` and `export`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, render
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
from cinemactl.cli.option_groups import with_options
from cinemactl.cli.options import FormatOption, WaitOption
from cinemactl.cli.render import Column, Format


class Scale(StrEnum):
    """The most there is to give in a file."""

    FIVE = "5"
    TEN = "10"
    HUNDRED = "100"


LIST_COLUMNS = (
    Column("member", "member"),
    Column("movie_id", "movie", justify="right"),
    Column("title", "title"),
    Column("year", "year", justify="right"),
    Column("rating", "stars", justify="right"),
    Column("rated_at", "rated at"),
)
FIELDS = (*(column.name for column in LIST_COLUMNS), "source_value", "source_scale")


@with_options(TABLE_OPTIONS | DATE_OPTIONS | LAYOUT_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_(
    file: FileArgument,
    *,
    options: dict[str, Any],
    member: Annotated[
        str | None, typer.Option(help="Whose ratings all are, in a file without a column of members.", metavar="HANDLE")
    ] = None,
    scale: Annotated[
        Scale | None, typer.Option(help="The most there is to give (default: what the layout says, else 5).")
    ] = None,
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import ratings from a file: MovieLens, MovieTweetings, Letterboxd, IMDb, or any with headings.

    The latest of several ratings by one member of one movie counts. On scales of 10 and 100, 0 is the worst and becomes
    half a star; on the scale of 5 it is no rating, and set aside.

    cinemactl rating import ratings.csv
    """
    options |= {"member": member, "scale": scale and scale.value}
    import_file("rating", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


def export(
    file: ExportFileArgument = Path("-"),
    *,
    format: ExportFormatOption = None,
) -> None:
    """Write all ratings as CSV, JSON or JSON lines; `rating import` reads the CSV back.

    cinemactl rating export ratings.csv
    """
    from cinemactl.audience import ratings

    with edge.unit_of_work() as session, render.output(file) as stream:
        found = ratings.list_ratings(session, limit=None)
        count = render.rows(found, LIST_COLUMNS, format or format_of(file), stream=stream, fields=FIELDS)
    render.note(f"{count} {'rating' if count == 1 else 'ratings'} written.")
