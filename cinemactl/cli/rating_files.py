"""`cinemactl rating import` and `export`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.import_file import delimiter_of, import_file
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption
from cinemactl.cli.render import Column, Format


class Scale(StrEnum):
    """The most there is to give in a file."""

    FIVE = "5"
    TEN = "10"
    HUNDRED = "100"


class DateOrder(StrEnum):
    """What stands first in dates such as 03/04/2024."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


LIST_COLUMNS = (
    Column("member", "member"),
    Column("movie_id", "movie", justify="right"),
    Column("title", "title"),
    Column("year", "year", justify="right"),
    Column("rating", "stars", justify="right"),
    Column("rated_at", "rated at"),
)
FIELDS = (*(column.name for column in LIST_COLUMNS), "source_value", "source_scale")


def import_(
    file: Annotated[str, typer.Argument(help="CSV, XLSX, JSON or Parquet, packed or not; - is stdin.", metavar="FILE")],
    *,
    member: Annotated[
        str | None, typer.Option(help="Whose ratings all are, in a file without a column of members.", metavar="HANDLE")
    ] = None,
    scale: Annotated[
        Scale | None, typer.Option(help="The most there is to give (default: what the layout says, else 5).")
    ] = None,
    date_order: Annotated[DateOrder | None, typer.Option(help="How dates such as 03/04/2024 are read.")] = None,
    dry_run: DryRunOption = False,
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
    layout: Annotated[
        str | None, typer.Option(help="Layout of the file (default: found out); see `import layouts`.", metavar="NAME")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import ratings from a file: MovieLens, MovieTweetings, Letterboxd, IMDb, or any with headings.

    The latest of several ratings by one member of one movie counts. On scales of 10 and 100, 0 is the worst and becomes
    half a star; on the scale of 5 it is no rating, and set aside.

    cinemactl rating import ratings.csv
    """
    options = {
        "member": member,
        "scale": scale and scale.value,
        "date_order": date_order and date_order.value,
        "encoding": encoding,
        "delimiter": delimiter_of(delimiter),
        "header": header,
        "sheet": sheet,
        "layout": layout,
    }
    import_file("rating", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


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
) -> None:
    """Write all ratings as CSV, JSON or JSON lines; `rating import` reads the CSV back.

    cinemactl rating export ratings.csv
    """
    from cinemactl.audience import ratings
    from cinemactl.cli.movie_files import format_of

    with edge.unit_of_work() as session, render.output(file) as stream:
        found = ratings.list_ratings(session, limit=None)
        count = render.rows(found, LIST_COLUMNS, format or format_of(file), stream=stream, fields=FIELDS)
    render.note(f"{count} {'rating' if count == 1 else 'ratings'} written.")
