"""`cinemactl schedule import`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cinemactl.catalogue import places as world
from cinemactl.catalogue import values
from cinemactl.cli.import_file import delimiter_of, import_file
from cinemactl.cli.options import FormatOption, WaitOption
from cinemactl.cli.render import Format
from cinemactl.errors import UsageRefused


class DateOrder(StrEnum):
    """What stands first in dates such as 03/04/2026."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


def import_(
    file: Annotated[str, typer.Argument(help="CSV, XLSX, JSON or Parquet, packed or not; - is stdin.", metavar="FILE")],
    *,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="Which column is a field, by heading or number; repeatable.", metavar="FIELD=COLUMN"
        ),
    ] = None,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Add sites, screens and movies that are not known.")
    ] = False,
    timezone: Annotated[
        str | None, typer.Option(help="Time zone of new sites, such as Europe/Paris.", metavar="ZONE")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Country of new sites, such as FR.", metavar="COUNTRY")] = None,
    site: Annotated[
        str | None, typer.Option(help="Site of all rows, where no column names one.", metavar="SITE")
    ] = None,
    runtime: Annotated[
        str | None, typer.Option(help="Minutes of movies whose runtime nobody tells.", metavar="MINUTES")
    ] = None,
    date_order: Annotated[DateOrder | None, typer.Option(help="How dates such as 03/04/2026 are read.")] = None,
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
    layout: Annotated[
        str | None, typer.Option(help="Layout of the file (default: found out); see `import layouts`.", metavar="NAME")
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import screenings from a file as drafts. Rows that would overlap are set aside (exit code 6), the rest is applied.

    cinemactl schedule import week.csv --create-missing --timezone Europe/Paris --country FR
    """
    from cinemactl.programme import place_values

    if (timezone or country) and not create_missing:
        raise UsageRefused("--timezone and --country are of sites that are added.", "Give --create-missing too.")
    options = {
        "map": map_,
        "create_missing": create_missing,
        "timezone": None if timezone is None else place_values.timezone(timezone),
        "country": None if country is None else world.country(country),
        "site": site,
        "runtime": None if runtime is None else values.runtime(runtime),
        "date_order": date_order and date_order.value,
        "encoding": encoding,
        "delimiter": delimiter_of(delimiter),
        "header": header,
        "sheet": sheet,
        "layout": layout,
    }
    import_file("schedule", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)
