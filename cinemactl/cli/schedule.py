"""`cinemactl schedule ...`: screenings, one by one; checks, plans and files are in modules of their own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinemactl.catalogue import values
from cinemactl.cli import (
    edge,
    render,
    schedule_checks,
    schedule_files,
    schedule_import,
    schedule_plans,
    schedule_show,
    schedule_view,
)
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.paging import noting_last
from cinemactl.cli.render import Format
from cinemactl.cli.schedule_options import (
    AtOption,
    DayOption,
    OnlySiteOption,
    ScreeningArgument,
    ScreenOption,
    SiteOption,
    UntilOption,
    WeekOption,
)
from cinemactl.errors import UsageRefused

if TYPE_CHECKING:
    from cinemactl.programme.checks import Finding

app = typer.Typer(no_args_is_help=True, help="Screenings: add, list, show, move, cancel, check, plan, export.")

STATES = ("draft", "published", "cancelled")


@app.command()
def add(
    movie: MovieArgument,
    *,
    screen: ScreenOption,
    at: AtOption,
    site: SiteOption = None,
    until: UntilOption = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="First day that weekdays are counted from.", metavar="DAY")
    ] = None,
    runtime: Annotated[
        str | None, typer.Option(help="Minutes of the feature (default: the movie's).", metavar="MINUTES")
    ] = None,
    picture: Annotated[
        str | None, typer.Option(help="Picture format, such as 2D, 3D, IMAX, 70mm.", metavar="FORMAT")
    ] = None,
    audio: Annotated[str | None, typer.Option(help="Language that is spoken.", metavar="LANGUAGE")] = None,
    subtitles: Annotated[str | None, typer.Option(help="Language of the subtitles.", metavar="LANGUAGE")] = None,
    captions: Annotated[str | None, typer.Option(help="open or closed.", metavar="CAPTIONS")] = None,
    price_category: Annotated[str | None, typer.Option(help="What a seat costs, in words.", metavar="TEXT")] = None,
    held_back: Annotated[int, typer.Option(min=0, help="Seats that are not sold.", metavar="SEATS")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Even with errors that checks find.")] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Add screenings of a movie on a screen as drafts: one, or one at each of the times.

    cinemactl schedule add "Heat (1995)" --screen "Filmhaus/Screen 1" --at "fri-sun 14:00,20:00" --until 2026-12-20
    """
    from cinemactl.programme import versions, when

    version = versions.version_of(picture, audio, subtitles, captions)
    minutes = None if runtime is None else values.runtime(runtime)
    category = None if price_category is None else values.text("price_category", price_category, 100, one_line=True)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import find
        from cinemactl.programme import listing, places, screenings

        found = find.find_movie(session, movie)
        is_new = found.runtime is None
        of, on = places.find_screen(session, None if site is None else places.find_site(session, site), screen)
        calendar = when.calendar(of.clock, datetime.now(UTC), since=from_, until=until)
        added = screenings.add_screenings(
            session,
            found,
            of,
            on,
            when.moments(at, calendar),
            runtime=minutes,
            version=version,
            price_category=category,
            held_back_seats=held_back,
            force=force,
        )
        shown = listing.documents(session, added.screenings)
    if is_new:
        render.note(f"The runtime of {shown[0]['title']} is known from now on: {minutes} minutes.")
    if len(shown) == 1:
        schedule_view.outcome(shown[0], format)
        render.note(f"Added{render.dry(dry_run)}: screening {shown[0]['id']}, {schedule_view.told(shown[0])}.")
    else:
        if render.wanted(format):
            schedule_view.screenings(shown, format)
        render.note(f"Added{render.dry(dry_run)}: {len(shown)} screenings.")
    _tell_findings(added.findings)
    _note_past(shown)


@app.command(name="list")
def list_(
    *,
    day: DayOption = None,
    week: WeekOption = None,
    movie: Annotated[str | None, typer.Option(help="Only those of this movie.", metavar="MOVIE")] = None,
    screen: Annotated[str | None, typer.Option(help="Only those on this screen.", metavar="SCREEN")] = None,
    site: OnlySiteOption = None,
    state: Annotated[
        list[str] | None, typer.Option(help="draft, published or cancelled; may be given again.", metavar="STATE")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after the screening of this number.", metavar="ID")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, those that are over too, streamed.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List screenings in the order of their starts: those of a day, of a week, or those that are not over yet.

    cinemactl schedule list --week 2026-W49 --screen "Filmhaus/Screen 1"
    """
    from cinemactl.programme import when

    if day is not None and week is not None:
        raise UsageRefused("--day and --week contradict each other.", "Give one of them.")
    if strange := [name for name in state or [] if name not in STATES]:
        raise UsageRefused(f"{strange[0][:40]!r} is no state of a screening.", f"States are {', '.join(STATES)}.")
    now = datetime.now(UTC)
    with edge.unit_of_work() as session:
        from cinemactl.catalogue import find
        from cinemactl.programme import listing, places, screenings

        of = None if site is None else places.find_site(session, site)
        on = None
        if screen is not None:
            of, on = places.find_screen(session, of, screen)
        clock = of.clock if of else when.UTC_CLOCK
        filters = listing.Filters(
            site_id=of.id if of else None,
            screen_id=on.id if on else None,
            movie_id=None if movie is None else find.find_movie(session, movie).id,
            states=state,
            days=None if day is None else listing.one_day(when.day(day, when.Calendar(clock, now))),
            week=week,
            ending_after=now if day is None and week is None and not all_ else None,
        )
        found = listing.list_screenings(
            session,
            filters,
            limit=None if all_ else limit + 1,
            after=None if after is None else screenings.find_screening(session, after),
        )
        last: list[dict[str, Any]] = []
        count = schedule_view.screenings(noting_last(found if all_ else islice(found, limit), last), format)
        more = not all_ and next(found, None) is not None
    if not count:
        render.note(
            "No screening is still to come; --all lists those that are over." if filters.ending_after else "None."
        )
    elif more:
        render.further(count, last[0]["id"])


@app.command()
def move(
    screening: ScreeningArgument,
    *,
    at: Annotated[
        str | None, typer.Option(help="New start; a time alone is one of its own day.", metavar="WHEN")
    ] = None,
    screen: Annotated[str | None, typer.Option(help="New screen.", metavar="SCREEN")] = None,
    site: SiteOption = None,
    runtime: Annotated[str | None, typer.Option(help="New minutes of the feature.", metavar="MINUTES")] = None,
    force: Annotated[bool, typer.Option("--force", help="Even with sold seats or errors that checks find.")] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Move a screening to another time or screen.

    cinemactl schedule move 42 --at 20:15 --screen "Screen 2"
    """
    from cinemactl.programme import when

    if at is None and screen is None and site is None and runtime is None:
        raise UsageRefused("Nothing to change was given.", "Say where to with --at or --screen.")
    minutes = None if runtime is None else values.runtime(runtime)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import listing, places, screenings

        found = screenings.find_screening(session, screening)
        of, on = screenings.target_of(session, found, None if site is None else places.find_site(session, site), screen)
        starts_at = None if at is None else when.moment(at, screenings.calendar_of(session, found, of))
        moved = screenings.move_screening(
            session, found, site=of, screen=on, starts_at=starts_at, runtime=minutes, force=force
        )
        shown = listing.document(session, found)
    schedule_view.outcome(shown, format)
    render.note(
        f"{'Moved' if moved else 'Unchanged'}{render.dry(dry_run)}: screening {shown['id']}, {schedule_view.told(shown)}."
    )
    if moved:
        _tell_whom_it_concerns(shown)
        _tell_findings(moved.findings)
        _note_past([shown])


@app.command()
def cancel(
    screening: ScreeningArgument,
    *,
    force: Annotated[bool, typer.Option("--force", help="Even with sold seats.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Cancel a screening, which frees its screen; what the public was told of is exported as cancelled.

    cinemactl schedule cancel 42
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import listing, screenings

        found = screenings.find_screening(session, screening)
        if found.published_at is not None and sys.stdin is not None and sys.stdin.isatty():
            edge.confirm(f"Cancel screening {found.id}, of which the public was told?", yes=yes or dry_run)
        changed = screenings.cancel_screening(session, found, force=force)
        shown = listing.document(session, found)
    schedule_view.outcome(shown, format)
    render.note(
        f"{'Cancelled' if changed else 'Cancelled already'}{render.dry(dry_run)}: "
        f"screening {shown['id']}, {schedule_view.told(shown)}."
    )
    if changed:
        _tell_whom_it_concerns(shown)


@app.command()
def remove(
    screening: ScreeningArgument,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Even with sold seats, even if the public was told of it.")
    ] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Remove a screening as if it had never been; `schedule cancel` keeps it.

    cinemactl schedule remove 42 --yes
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import listing, screenings

        found = screenings.find_screening(session, screening)
        screenings.raise_if_kept(found, force=force)
        shown = listing.document(session, found)
        edge.confirm(f"Remove screening {found.id}, {schedule_view.told(shown)}?", yes=yes or dry_run)
        screenings.remove_screening(session, found, force=force)
    if format is not Format.TABLE:
        schedule_view.outcome(shown, format)
    render.note(f"Removed{render.dry(dry_run)}: screening {shown['id']}, {schedule_view.told(shown)}.")
    _tell_whom_it_concerns(shown)


app.command()(schedule_show.show)
app.command()(schedule_checks.check)
app.command()(schedule_files.export)
app.command()(schedule_plans.generate)
app.command()(schedule_plans.copy)
app.command()(schedule_plans.diff)
app.command()(schedule_plans.apply)
app.command()(schedule_plans.undo)
app.command()(schedule_plans.publish)
app.command(name="import")(schedule_import.import_)


def _tell_findings(found: Sequence[Finding]) -> None:
    schedule_view.findings([one.as_json() for one in found], "`cinemactl schedule check`")


def _note_past(shown: Sequence[Mapping[str, Any]]) -> None:
    if past := sum(one["starts_at"] < datetime.now(UTC) for one in shown):
        whose = "its start is" if len(shown) == 1 else "a start is" if past == 1 else f"{past} starts are"
        render.found("warning", f"{whose} in the past.")


def _tell_whom_it_concerns(shown: Mapping[str, Any]) -> None:
    if shown["published_at"] is not None:
        render.warn("The public was told otherwise; exports say what is so from now on.")
    if shown["sold"]:
        render.warn(f"{shown['sold']} sold {'seat is' if shown['sold'] == 1 else 'seats are'} affected.")
