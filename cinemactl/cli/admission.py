"""`cinemactl admission ...`: seats sold, and who attended."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
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
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption
from cinemactl.cli.paging import noting_last
from cinemactl.cli.render import Column, Format
from cinemactl.cli.schedule_options import DayOption, ScreeningArgument, WeekOption
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Admissions: seats sold of screenings, and who attended them.")

PLACE_COLUMNS = (
    Column("screening", "screening", justify="right"),
    Column("starts_at", "start", least=16),
    Column("site", "site", least=12),
    Column("screen", "screen", least=12),
    Column("title", "title", least=16),
)
COLUMNS = (
    *PLACE_COLUMNS,
    Column("sold", "sold", justify="right"),
    Column("seats", "seats", justify="right"),
    Column("occupancy", "full", justify="right", show=lambda share: f"{share:.0%}"),
    Column("gross", "gross", justify="right", spare=1),
)
MEMBER_COLUMNS = (Column("member", "member"), *PLACE_COLUMNS, Column("seats", "seats", justify="right"))
EXPORT_FIELDS = ("screening", "site", "screen", "starts_at", "title", "sold", "seats", "gross")


@app.command()
def add(
    screening: ScreeningArgument,
    sold: Annotated[
        int, typer.Argument(metavar="SEATS", help="How many seats were sold in all, or to the member.", min=0)
    ],
    *,
    gross: Annotated[str | None, typer.Option(help="What was taken for them.", metavar="AMOUNT")] = None,
    member: Annotated[str | None, typer.Option(help="Whose seats they are.", metavar="MEMBER")] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Say how many seats of a screening were sold, in place of what was known; or how many a member had, 0 for none.

    cinemactl admission add 42 118 --gross 1062.50
    """
    from cinemactl.catalogue.values import ValueRefused
    from cinemactl.importing.amounts import amount_of

    amount = None if gross is None else amount_of(gross, "gross")
    if amount is not None and amount < 0:
        raise ValueRefused("gross", gross or "", "is negative", "Give what was taken.")
    if amount is not None and member is not None:
        raise UsageRefused("The gross of one member's seats is not kept.", "Leave --gross or --member out.")
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import admissions, members
        from cinemactl.programme import listing, screenings

        found = screenings.find_screening(session, screening)
        if member is None:
            changed = admissions.record_sold(session, found, sold, gross=amount)
        else:
            changed = admissions.record_attendance(session, members.find_member(session, member), found, sold)
        shown = admissions.document(listing.document(session, found))
    render.outcome(shown, format, title=f"{shown['title']} on {shown['site']}/{shown['screen']}")
    said = "Recorded" if changed else "Unchanged"
    render.note(
        f"{said}{render.dry(dry_run)}: {sold} {f'of {member} ' if member else ''}at screening {shown['screening']}."
    )


@app.command(name="list")
def list_(
    *,
    day: DayOption = None,
    week: WeekOption = None,
    movie: Annotated[str | None, typer.Option(help="Only those of this movie.", metavar="MOVIE")] = None,
    site: Annotated[str | None, typer.Option(help="Only those of this site.", metavar="SITE")] = None,
    member: Annotated[str | None, typer.Option(help="What this member attended instead.", metavar="MEMBER")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after the screening of this number.", metavar="ID")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, streamed.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List the screenings of which admissions are known, by their starts, a page at a time; or what a member attended.

    cinemactl admission list --week 2026-W49 --site Filmhaus
    """
    from cinemactl.programme import when

    if day is not None and week is not None:
        raise UsageRefused("--day and --week contradict each other.", "Give one of them.")
    if member is not None and any(one is not None for one in (day, week, movie, site, after)):
        raise UsageRefused("--member lists all that a member attended.", "Leave the other options out.")
    with edge.unit_of_work() as session:
        from cinemactl.audience import admissions, members
        from cinemactl.catalogue import find
        from cinemactl.programme import listing, places, screenings

        if member is not None:
            attended = admissions.list_attendance(session, members.find_member(session, member))
            if not render.rows(attended, MEMBER_COLUMNS, format, fields=list(attended[0]) if attended else None):
                render.note(f"It is not known that {member} attended anything.")
            return
        of = None if site is None else places.find_site(session, site)
        calendar = when.Calendar(of.clock if of else when.UTC_CLOCK, datetime.now(UTC))
        filters = listing.Filters(
            site_id=of.id if of else None,
            movie_id=None if movie is None else find.find_movie(session, movie).id,
            days=None if day is None else listing.one_day(when.day(day, calendar)),
            week=week,
            sold=True,
        )
        found = admissions.list_admissions(
            session,
            filters,
            limit=None if all_ else limit + 1,
            after=None if after is None else screenings.find_screening(session, after),
        )
        last: list[dict[str, Any]] = []
        page = noting_last(found if all_ else islice(found, limit), last)
        count = render.rows(page, COLUMNS, format, fields=admissions.FIELDS)
        more = not all_ and next(found, None) is not None
    if not count:
        render.note("No admissions are known there.")
    elif more:
        render.further(count, last[0]["screening"])


@app.command(name="import")
@with_options(LAYOUT_OPTIONS | TABLE_OPTIONS | DATE_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_(
    file: FileArgument,
    *,
    options: dict[str, Any],
    site: Annotated[
        str | None, typer.Option(help="Where all screenings are, where the file does not say it.", metavar="SITE")
    ] = None,
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import seats sold, by the screening's number or by site, screen and start (starts_at, or date and time).

    A row with a member says how many of the seats that member had, one unless sold says more, and changes nothing of the
    sum; members who are not there are made.

    cinemactl admission import boxoffice.csv --map sold=Tickets
    """
    options |= {"site": site}
    import_file("admission", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


@app.command()
def export(file: ExportFileArgument = Path("-"), *, format: ExportFormatOption = None) -> None:
    """Write all known admissions as CSV, JSON or JSON lines; `admission import` reads the CSV back.

    cinemactl admission export admissions.csv
    """
    with edge.unit_of_work() as session, render.output(file) as stream:
        from cinemactl.audience import admissions
        from cinemactl.programme.listing import Filters

        found = admissions.list_admissions(session, Filters(sold=True), limit=None)
        count = render.rows(found, COLUMNS, format or format_of(file), stream=stream, fields=EXPORT_FIELDS)
    render.note(f"Admissions of {count} {'screening' if count == 1 else 'screenings'} written.")
