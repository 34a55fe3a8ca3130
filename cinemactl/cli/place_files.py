"""`import` and `export` of `cinemactl site` and `cinemactl screen`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.file_options import (
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TimezoneOption = Annotated[
    str | None, typer.Option(help="Time zone of new sites, where the file does not say it.", metavar="ZONE")
]
CountryOption = Annotated[
    str | None, typer.Option(help="Country of new sites, where the file does not say it.", metavar="COUNTRY")
]


@with_options(LAYOUT_OPTIONS | TABLE_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_sites(
    file: FileArgument,
    *,
    options: dict[str, Any],
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import sites from a file as `site export` writes it. What it does not say erases nothing; hours are a site's whole.

    cinemactl site import sites.csv
    """
    import_file("site", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


@with_options(LAYOUT_OPTIONS | TABLE_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_screens(
    file: FileArgument,
    *,
    options: dict[str, Any],
    site: Annotated[
        str | None, typer.Option(help="Whose screens all are, where the file does not say it.", metavar="SITE")
    ] = None,
    timezone: TimezoneOption = None,
    country: CountryOption = None,
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import screens from a file, and make the sites it names that are not there. What it does not say erases nothing.

    Of a site that is there nothing is changed: that is `site import`.

    cinemactl screen import screens.csv --timezone Europe/Berlin --country DE
    """
    from cinemactl.programme.place_values import SITE_VALUES

    told = {"name": site, "timezone": timezone, "country": country}
    of_site = {name: SITE_VALUES[name](text) for name, text in told.items() if text is not None}
    options |= {"site" if name == "name" else name: value for name, value in of_site.items()}
    import_file("screen", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


def export_sites(file: ExportFileArgument = Path("-"), *, format: ExportFormatOption = None) -> None:
    """Write all sites as CSV, JSON or JSON lines; `site import` reads them back.

    cinemactl site export sites.csv
    """
    with edge.unit_of_work() as session:
        from cinemactl.programme.place_cells import SITE_CELLS, site_rows

        count = _written(site_rows(session), SITE_CELLS, file, format)
    render.note(f"{count} {'site' if count == 1 else 'sites'} written.")


def export_screens(file: ExportFileArgument = Path("-"), *, format: ExportFormatOption = None) -> None:
    """Write all screens as CSV, JSON or JSON lines; `screen import` reads them back.

    cinemactl screen export screens.csv
    """
    with edge.unit_of_work() as session:
        from cinemactl.programme.place_cells import SCREEN_CELLS, screen_rows

        count = _written(screen_rows(session), (*SCREEN_CELLS, "timezone", "country"), file, format)
    render.note(f"{count} {'screen' if count == 1 else 'screens'} written.")


def _written(rows: Iterable[Mapping[str, Any]], fields: Sequence[str], file: Path, format: Format | None) -> int:
    with render.output(file) as stream:
        columns = [Column(name, name) for name in fields]
        return render.rows(rows, columns, format or format_of(file), stream=stream, fields=fields)
