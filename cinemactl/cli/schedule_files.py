"""`cinemactl schedule export`: what the public is told, as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.render import Format
from cinemactl.cli.schedule_options import OnlySiteOption, WeekOption
from cinemactl.errors import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinemactl.programme.exports.source import PublicScreening
    from cinemactl.programme.tables import Site


class ExportFormat(StrEnum):
    """What the public's programme is written as."""

    ICAL = "ical"
    JSONLD = "jsonld"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


ENDINGS = {
    ".ics": ExportFormat.ICAL,
    ".jsonld": ExportFormat.JSONLD,
    ".json": ExportFormat.JSON,
    ".html": ExportFormat.HTML,
    ".htm": ExportFormat.HTML,
}


def export(
    file: Annotated[Path | None, typer.Argument(help="Where to (default: stdout).", metavar="FILE")] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The same as FILE; - is stdout.", metavar="FILE")
    ] = None,
    format: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            help="ical, jsonld, csv, json or html (default: by the file's ending, else csv).",
            case_sensitive=False,
            show_default=False,
        ),
    ] = None,
    week: WeekOption = None,
    site: OnlySiteOption = None,
    all_: Annotated[bool, typer.Option("--all", help="All that was ever published, past weeks too.")] = False,
) -> None:
    """Write what is published: of a week, or from this cinema week on. Cancelled screenings are there as such.

    An HTML page is of one week of one site, this week if none is named; it prints on one A4 sheet.

    cinemactl schedule export --format html --week 2026-W49 --site Filmhaus --output week.html
    """
    if file is not None and output is not None:
        raise UsageRefused("A file was named twice.", "Name it once: FILE, or --output FILE.")
    if all_ and week is not None:
        raise UsageRefused("--all and --week contradict each other.", "Give one of them.")
    if all_ and format is ExportFormat.HTML:
        raise UsageRefused("An HTML page is of one week.", "Name it with --week.")
    target = file or output or Path("-")
    chosen = format or ENDINGS.get(target.suffix.lower(), ExportFormat.CSV)
    with edge.unit_of_work() as session:
        from cinemactl.programme import places
        from cinemactl.programme.exports import source

        is_page = chosen is ExportFormat.HTML
        where = places.the_site(session, site) if is_page or site is not None else None
        if is_page and where is not None:
            week = week or source.current_week(where)
        found = list(source.public_screenings(session, site=where, week=week, everything=all_))
        with render.output(target) as stream:
            _write(stream, chosen, found, where, week)
    render.note(f"{len(found)} {'screening' if len(found) == 1 else 'screenings'} written.")


def _write(
    stream: TextIO, chosen: ExportFormat, found: Sequence[PublicScreening], site: Site | None, week: str | None
) -> None:
    if chosen in {ExportFormat.CSV, ExportFormat.JSON}:
        from cinemactl.programme.exports.source import FIELDS

        rows = (one.document() for one in found)
        render.rows(rows, (), Format(chosen.value), stream=stream, fields=FIELDS)
        return
    # These formats are UTF-8, and their line ends their own, wherever they go.
    stream.flush()
    stream.buffer.write(_text(chosen, found, site, week).encode())
    stream.buffer.flush()


def _text(chosen: ExportFormat, found: Sequence[PublicScreening], site: Site | None, week: str | None) -> str:
    if chosen is ExportFormat.ICAL:
        from cinemactl.programme.exports.ical import calendar

        return calendar(found, site.name if site else "Programme")
    if chosen is ExportFormat.HTML and site is not None and week is not None:
        from cinemactl.programme.exports.html import week_page

        return week_page(site, site.clock.week_named(week), found)
    from cinemactl.programme.exports.jsonld import graph

    return graph(found) + "\n"
