"""`cinemactl site ...`: cinema buildings, how they tell the time and when they are open."""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from typing import Annotated

import typer

from cinemactl.cli import edge, place_files, render
from cinemactl.cli.option_groups import with_options
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.place_fields import SITE_OPTIONS, SiteArgument, SiteGiven, clearable, site_given, site_name
from cinemactl.cli.render import Column, Format
from cinemactl.errors import UsageRefused


class Keep(StrEnum):
    """What screenings keep when their site gets another time zone."""

    LOCAL_TIMES = "local-times"
    MOMENTS = "moments"


app = typer.Typer(no_args_is_help=True, help="Sites: cinema buildings, their time zones, days and hours.")

COLUMNS = (
    Column("name", "name"),
    Column("city", "city"),
    Column("country", "country"),
    Column("timezone", "time zone"),
    Column("screens", "screens", justify="right"),
    Column("seats", "seats", justify="right"),
    Column("id", "id", justify="right"),
)
CLEARABLE = ("country", "region", "city", "address", "url", "currency", "week_starts_on", "hours", "checks")


@app.command()
@with_options(SITE_OPTIONS, "given", site_given)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the site is called, once.")],
    *,
    given: SiteGiven,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Add a site.

    cinemactl site add Filmhaus --timezone Europe/Berlin --country DE --hours "mon-thu 14:00-25:00; fri-sun 10:00-26:00"
    """
    columns = {"name": site_name(name)} | given.columns
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import sites

        shown = sites.document(session, sites.add_site(session, columns, hours=given.hours, checks=given.checks))
    render.outcome(shown, format, title=shown["name"])
    render.note(f"Added{render.dry(dry_run)}: site {shown['name']}.")


@app.command(name="list")
def list_(
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this site.", metavar="SITE")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List sites by their names, a page at a time."""
    with edge.unit_of_work() as session:
        from cinemactl.programme import places, sites

        found = sites.list_sites(
            session,
            limit=None if all_ else limit + 1,
            after=None if after is None else places.find_site(session, after),
        )
    page = found if all_ else list(islice(found, limit))
    render.rows(page, COLUMNS, format, fields=list(page[0]) if page else None)
    if not page:
        render.note("There is no site yet." if after is None else "There are no more.")
    elif len(page) < len(found):
        render.further(len(page), repr(page[-1]["name"]))


@app.command()
def show(site: SiteArgument, *, format: FormatOption = Format.TABLE) -> None:
    """Show one site: what it says itself, and what is in effect where it says nothing.

    cinemactl site show Filmhaus
    """
    with edge.unit_of_work() as session:
        from cinemactl.programme import places, sites

        shown = sites.document(session, places.find_site(session, site))
    render.one(shown, format, title=shown["name"])


@app.command()
@with_options(SITE_OPTIONS, "given", site_given)
def edit(
    site: SiteArgument,
    *,
    given: SiteGiven,
    name: Annotated[str | None, typer.Option(help="A new name.", metavar="NAME")] = None,
    clear: Annotated[
        list[str] | None,
        typer.Option(help="Empty a field, such as region or hours; may be given again.", metavar="FIELD"),
    ] = None,
    keep: Annotated[
        Keep | None,
        typer.Option(
            help="With another time zone, screenings to come keep their local-times (and are moved), or all their moments."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Change the time zone although screenings would read otherwise.")
    ] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Change what is given of a site, and nothing else. Hours given for a day go over those it had; `usual` takes them back.

    Screenings that stand keep their moments: new minutes of pre-show and turnaround count from the next one on.
    Another time zone needs --keep where any would read otherwise; --keep local-times needs --force for sold ones.

    cinemactl site edit Filmhaus --hours "mon-thu 14:00-25:00" --closed 2026-12-24 --hours "2026-12-25 usual"
    """
    columns = given.columns | ({} if name is None else {"name": site_name(name)})
    if keep is not None and "timezone" not in columns:
        raise UsageRefused("--keep says what screenings keep in another time zone.", "Give --timezone too.")
    cleared = clearable(clear, CLEARABLE, "site")
    if not any((columns, given.hours, given.checks, cleared)):
        raise UsageRefused("Nothing to change was given.", "See `cinemactl site edit --help` for what can be changed.")
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import places, sites

        found = places.find_site(session, site)
        done = sites.edit_site(
            session,
            found,
            columns,
            hours=given.hours,
            checks=given.checks,
            clear=cleared,
            local_times=keep is Keep.LOCAL_TIMES,
            force=force or keep is Keep.MOMENTS,
        )
        shown = sites.document(session, found)
    render.outcome(shown, format, title=shown["name"])
    render.note(f"{'Changed' if done.changed else 'Unchanged'}{render.dry(dry_run)}: site {shown['name']}.")
    if done.moved:
        were = "1 screening was" if done.moved == 1 else f"{done.moved} screenings were"
        render.note(f"{were} moved{render.dry(dry_run)} to the same time of day in {shown['timezone']}.")
    if done.shifted:
        keep_theirs = "1 screening keeps its moment and reads"
        if done.shifted > 1:
            keep_theirs = f"{done.shifted} screenings keep their moments and read"
        render.warn(f"{keep_theirs} otherwise in {shown['timezone']}.")
    if done.in_other_weeks:
        count = "1 screening is" if done.in_other_weeks == 1 else f"{done.in_other_weeks} screenings are"
        render.warn(f"{count} in another cinema week now than before.")


@app.command()
def remove(
    site: SiteArgument,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Even with screenings and bookings, and these with it.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Remove a site with its screens; refused while screenings or bookings stand there."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import places, sites
        from cinemactl.programme.standing import standing_at

        found = places.find_site(session, site)
        if not force:
            sites.raise_if_in_use(session, found)
        standing = standing_at(session, found)
        also = f" and what stands there: {standing}" if standing else ""
        screens = sites.document(session, found)["screens"]
        edge.confirm(f"Remove site {found.name} with {screens} screens{also}?", yes=yes or dry_run)
        sites.remove_site(session, found, force=force)
    render.note(f"Removed{render.dry(dry_run)}: site {found.name}{f', {standing}' if standing else ''}.")


app.command(name="import")(place_files.import_sites)
app.command(name="export")(place_files.export_sites)
