"""`cinemactl schedule generate`, `copy`, `diff`, `apply`, `undo` and `publish`: the programme by plans."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinemactl.catalogue import values
from cinemactl.cli import edge, render, schedule_plan_view
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption
from cinemactl.cli.place_fields import SiteOption
from cinemactl.cli.render import Format
from cinemactl.cli.schedule_options import SiteOption as ScreenSiteOption
from cinemactl.errors import UsageRefused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cinemactl.programme.tables import SchedulePlan, Site

ApplyOption = Annotated[bool, typer.Option("--apply", help="Apply the plan at once.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Even with sold seats; says how many are affected.")]
PlanWeekOption = Annotated[str | None, typer.Option(help="The cinema week, such as 2026-W49.", metavar="WEEK")]
PlanArgument = Annotated[
    str | None,
    typer.Argument(
        help="A plan's number (default: the last one), or a week edited in a CSV or JSON file.", metavar="PLAN"
    ),
]
AllSitesOption = Annotated[bool, typer.Option("--all-sites", help="Every site, all of them or none.")]
UnchangedOption = Annotated[bool, typer.Option("--all", help="What stays as it is too.")]


def generate(
    movie: MovieArgument,
    *,
    screen: Annotated[list[str], typer.Option(help="SITE/SCREEN; may be given again.", metavar="SCREEN")],
    site: ScreenSiteOption = None,
    week: PlanWeekOption = None,
    day: Annotated[
        list[str] | None, typer.Option(help="2026-12-04, fri-sun, daily; may be given again.", metavar="DAYS")
    ] = None,
    earliest: Annotated[
        str | None, typer.Option(help="Earliest start (default: after opening).", metavar="TIME")
    ] = None,
    latest: Annotated[
        str | None, typer.Option(help="Latest start, as 25:30 (default: to be clear by closing).", metavar="TIME")
    ] = None,
    spacing: Annotated[
        int | None,
        typer.Option(min=1, help="Minutes from start to start (default: as soon as clear).", metavar="MINUTES"),
    ] = None,
    stagger: Annotated[
        int, typer.Option(min=0, max=720, help="Minutes that each further screen begins later.", metavar="MINUTES")
    ] = 0,
    runtime: Annotated[
        str | None, typer.Option(help="Minutes of the feature (default: the movie's).", metavar="MINUTES")
    ] = None,
    picture: Annotated[str | None, typer.Option(help="Picture format, such as 2D, 3D.", metavar="FORMAT")] = None,
    audio: Annotated[str | None, typer.Option(help="Language that is spoken.", metavar="LANGUAGE")] = None,
    subtitles: Annotated[str | None, typer.Option(help="Language of the subtitles.", metavar="LANGUAGE")] = None,
    captions: Annotated[str | None, typer.Option(help="open or closed.", metavar="CAPTIONS")] = None,
    price_category: Annotated[str | None, typer.Option(help="What a seat costs, in words.", metavar="TEXT")] = None,
    apply: ApplyOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Plan screenings of a movie, as many as fit on screens and days, on the start grid and around what stands.

    cinemactl schedule generate "Heat (1995)" --screen "Filmhaus/Screen 1" --week 2026-W49 --earliest 14:00 --latest 22:00
    """
    from cinemactl.programme import versions

    details = {
        "format": None if picture is None else versions.format_of(picture),
        "captions": None if captions is None else versions.captions_of(captions),
        "price_category": None
        if price_category is None
        else values.text("price_category", price_category, 100, one_line=True),
    }
    version = versions.version_of(None, audio, subtitles, None)
    minutes = None if runtime is None else values.runtime(runtime)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import find
        from cinemactl.programme.plans import days, generating

        found = find.find_movie(session, movie)
        of, on = _screens(session, site, screen)
        wish = generating.Wish(
            found,
            of,
            on,
            days.days_named(day or [], of.clock, datetime.now(UTC), week=week),
            earliest=None if earliest is None else days.minute_of(earliest),
            latest=None if latest is None else days.minute_of(latest),
            spacing=spacing,
            stagger=stagger,
            runtime=minutes,
            details=details | {"audio": version.audio, "subtitles": version.subtitles},
        )
        document, lines = _made(session, generating.generate(session, wish), apply=apply)
    _show(document, lines, format, dry_run=dry_run)


def copy(
    *,
    from_: Annotated[str, typer.Option("--from", help="The week that is copied.", metavar="WEEK")],
    to: Annotated[str, typer.Option(help="The week it is copied to.", metavar="WEEK")],
    site: SiteOption = None,
    apply: ApplyOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Plan the programme of one cinema week for another, at the same times; checked against the new week.

    cinemactl schedule copy --from 2026-W48 --to 2026-W49
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import places
        from cinemactl.programme.plans import copying

        made = copying.copy_week(session, places.the_site(session, site), from_, to)
        document, lines = _made(session, made, apply=apply)
    _show(document, lines, format, dry_run=dry_run)


def diff(
    plan: PlanArgument = None,
    *,
    published: Annotated[bool, typer.Option("--published", help="What has changed since the public was told.")] = False,
    week: PlanWeekOption = None,
    site: SiteOption = None,
    all_sites: AllSitesOption = False,
    all_: UnchangedOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show what a plan does, or what a week edited in a file would do, or what is otherwise than the public was told.

    cinemactl schedule diff week.csv
    """
    if published:
        if plan is not None:
            raise UsageRefused("--published and a plan contradict each other.", "Give one of them.")
        _diff_published(week, site, format, all_sites=all_sites)
        return
    with edge.unit_of_work() as session:
        from cinemactl.programme.plans import telling

        found = _plan(session, plan, week=week, site=site)
        document = telling.plan_document(session, found)
        lines = list(telling.plan_lines(session, found.id, unchanged=all_ or format is Format.JSON))
    _show(document, lines, format)


def apply(
    plan: PlanArgument = None,
    *,
    week: PlanWeekOption = None,
    site: SiteOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Apply a plan: exactly that, or nothing when the programme has changed since. A second time it changes nothing.

    cinemactl schedule apply 7
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme.plans import applying, telling

        done = applying.apply_plan(session, _plan(session, plan, week=week, site=site), force=force)
        document = telling.plan_document(session, done.plan) | {"seats_affected": done.seats}
        lines = list(telling.plan_lines(session, done.plan.id, unchanged=format is Format.JSON))
    if render.wanted(format):
        schedule_plan_view.plan(document, lines, format)
    _tell_seats(done.seats)
    said = "Applied" if done.changed else "Applied already, nothing was changed"
    render.note(f"{said}{render.dry(dry_run)}: plan {document['plan_id']}, {schedule_plan_view.summary(document)}.")
    schedule_plan_view.end(document)


def undo(*, force: ForceOption = False, dry_run: DryRunOption = False, format: FormatOption = Format.TABLE) -> None:
    """Take back the plan that was applied last: all is as it was before. Refused when any of it was changed since.

    cinemactl schedule undo
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme.plans import telling, undoing

        done = undoing.undo_last(session, force=force)
        document = telling.plan_document(session, done.plan) | {"seats_affected": done.seats}
    if format is not Format.TABLE:
        render.one({name: value for name, value in document.items() if name != "findings"}, format)
    _tell_seats(done.seats)
    render.note(f"Taken back{render.dry(dry_run)}: plan {document['plan_id']}, {schedule_plan_view.summary(document)}.")


def publish(
    *,
    week: Annotated[str, typer.Option(help="The cinema week, such as 2026-W49.", metavar="WEEK")],
    site: SiteOption = None,
    all_sites: AllSitesOption = False,
    force: Annotated[bool, typer.Option("--force", help="Even with errors that checks find.")] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Publish the drafts of a cinema week; `schedule diff --published` says what changes afterwards.

    cinemactl schedule publish --week 2026-W49
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme.plans import publishing

        found = _sites(session, site, every=all_sites)
        name = found[0].name if len(found) == 1 else f"{len(found)} sites"
        done = publishing.publish(session, found, week, force=force)
    if format is not Format.TABLE:
        render.one({"site": name, "week": week, "published": done.count, "errors": done.errors}, format)
    count = "1 screening" if done.count == 1 else f"{done.count} screenings"
    render.note(f"Published{render.dry(dry_run)}: {count} of {name} in {week}.")


def _diff_published(week: str | None, site: str | None, format: Format, *, all_sites: bool) -> None:
    with edge.unit_of_work() as session:
        from cinemactl.programme.plans import publishing

        lines = list(publishing.changed_since(session, _sites(session, site, every=all_sites), week))
    if format is Format.JSON:
        render.rows(lines, schedule_plan_view.COLUMNS, format)
    elif not schedule_plan_view.changes(lines, format):
        render.note("All is as the public was told.")


def _sites(session: Session, site: str | None, *, every: bool) -> list[Site]:
    """Return the site of a name, the only one there is, or every one; raises UsageRefused for a name and every one."""
    from cinemactl.programme import places

    if not every:
        return [places.the_site(session, site)]
    if site is not None:
        raise UsageRefused("--site and --all-sites contradict each other.", "Give one of them.")
    return places.every_site(session)


def _screens(session: Session, site: str | None, names: list[str]) -> tuple[Any, list[Any]]:
    """Return the screens of these names and their one site; raises UsageRefused when they are of several."""
    from cinemactl.programme import places

    of = None if site is None else places.find_site(session, site)
    found = [places.find_screen(session, of, name) for name in names]
    if len({one.id for one, _ in found}) > 1:
        raise UsageRefused("The screens are of several sites.", "Generate for one site after the other.")
    return found[0][0], list({screen.id: screen for _, screen in found}.values())


def _plan(session: Session, named: str | None, *, week: str | None, site: str | None) -> SchedulePlan:
    """Return the plan of a number, the last one without, or the one that a file makes."""
    from cinemactl.importing.uploads import name_of, opened
    from cinemactl.programme import places
    from cinemactl.programme.plans import applying, editing

    if named is None or (named.isascii() and named.isdecimal() and len(named) < len("2147483648")):
        if week is not None or site is not None:
            raise UsageRefused("--week and --site are for a file.", "Leave them out, or name a file.")
        return applying.get_plan(session, None if named is None else int(named))
    with opened(named, private=edge.settings().allow_private_urls) as (stream, _):
        content = stream.read()
    of = places.only_site(session) if site is None else places.find_site(session, site)
    return editing.plan_of_file(session, content, name_of(named), site=of, week=week)


def _made(session: Session, plan: SchedulePlan, *, apply: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from cinemactl.programme.plans import applying, telling

    if apply:
        applying.apply_plan(session, plan)
    return telling.plan_document(session, plan), list(telling.plan_lines(session, plan.id))


def _show(document: dict[str, Any], lines: list[dict[str, Any]], format: Format, *, dry_run: bool = False) -> None:
    if document["state"] == "planned" or render.wanted(format):
        schedule_plan_view.plan(document, lines, format)
    number = document["plan_id"]
    waits = (
        document["state"] == "planned" and not dry_run and any(document[name] for name in schedule_plan_view.CHANGING)
    )
    then = f" `cinemactl schedule apply {number}` applies it." if waits else ""
    state = "" if document["state"] == "planned" else f" ({document['state']})"
    render.note(f"Plan {number}{render.dry(dry_run)}{state}: {schedule_plan_view.summary(document)}.{then}")
    schedule_plan_view.end(document)


def _tell_seats(seats: int) -> None:
    if seats:
        render.warn(f"{seats} sold {'seat is' if seats == 1 else 'seats are'} affected.")
