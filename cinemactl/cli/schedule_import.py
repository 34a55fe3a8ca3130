"""`cinemactl schedule import`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cinemactl.catalogue import places as world
from cinemactl.catalogue import values
from cinemactl.cli.file_options import (
    DATE_OPTIONS,
    LAYOUT_OPTIONS,
    LENIENT_OPTIONS,
    TABLE_OPTIONS,
    FileArgument,
    PlanOnlyOption,
    RejectsOption,
    reading,
)
from cinemactl.cli.import_file import import_file
from cinemactl.cli.option_groups import with_options
from cinemactl.cli.options import FormatOption, WaitOption
from cinemactl.cli.render import Format
from cinemactl.errors import UsageRefused


@with_options(LAYOUT_OPTIONS | TABLE_OPTIONS | DATE_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_(
    file: FileArgument,
    *,
    options: dict[str, Any],
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
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import screenings from a file as drafts. Rows that would overlap are set aside (exit code 6), the rest is applied.

    What `schedule list` and `schedule export` write comes in too: new rows are drafts whatever their state, and what is
    cancelled there is cancelled here, or not made at all.

    cinemactl schedule import week.csv --create-missing --timezone Europe/Paris --country FR
    """
    from cinemactl.programme import place_values

    if (timezone or country) and not create_missing:
        raise UsageRefused("--timezone and --country are of sites that are added.", "Give --create-missing too.")
    options |= {
        "create_missing": create_missing,
        "timezone": None if timezone is None else place_values.timezone(timezone),
        "country": None if country is None else world.country(country),
        "site": site,
        "runtime": None if runtime is None else values.runtime(runtime),
    }
    import_file("schedule", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)
