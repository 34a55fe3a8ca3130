"""`cinemactl screen ...`: the auditoriums of a site."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, place_files, render
from cinemactl.cli.option_groups import with_options
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.place_fields import SCREEN_OPTIONS, ScreenArgument, SiteOption, clearable, screen_given, screen_name
from cinemactl.cli.render import Column, Format
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Screens: the auditoriums of a site, their seats and formats.")

COLUMNS = (
    Column("site", "site"),
    Column("name", "screen"),
    Column("seats", "seats", justify="right"),
    Column("wheelchair_seats", "wheelchair", justify="right"),
    Column("house_seats", "house", justify="right"),
    Column("formats", "formats", show=", ".join),
    Column("lobby", "lobby"),
    Column("id", "id", justify="right"),
)
CLEARABLE = ("lobby", "pre_show_minutes", "turnaround_minutes")


@app.command()
@with_options(SCREEN_OPTIONS, "given", screen_given)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the screen is called, once at its site.")],
    *,
    site: SiteOption = None,
    given: dict[str, Any],
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Add a screen to a site.

    cinemactl screen add "Screen 1" --site Filmhaus --seats 240 --wheelchair-seats 4 --formats 2D,3D
    """
    columns = {"name": screen_name(name)} | given
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import places, screens

        at = places.the_site(session, site)
        shown = screens.document(at, screens.add_screen(session, at, columns))
    render.outcome(shown, format, title=_title(shown))
    render.note(f"Added{render.dry(dry_run)}: screen {_title(shown)}.")


@app.command(name="list")
def list_(
    *,
    site: Annotated[str | None, typer.Option(help="Only those of this site.", metavar="SITE")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this screen.", metavar="SITE/SCREEN")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List screens by their sites and names, a page at a time.

    cinemactl screen list --site Filmhaus
    """
    with edge.unit_of_work() as session:
        from cinemactl.programme import places, screens

        at = None if site is None else places.find_site(session, site)
        found = screens.list_screens(
            session,
            site=at,
            limit=None if all_ else limit + 1,
            after=None if after is None else places.find_screen(session, at, after),
        )
    page = found if all_ else list(islice(found, limit))
    render.rows(page, COLUMNS, format, fields=list(page[0]) if page else None)
    if not page:
        render.note("There is no such screen." if after is None else "There are no more.")
    elif len(page) < len(found):
        render.further(len(page), repr(_title(page[-1])))


@app.command()
def show(screen: ScreenArgument, *, site: SiteOption = None, format: FormatOption = Format.TABLE) -> None:
    """Show one screen: what it says itself, and what is in effect where its site decides.

    cinemactl screen show "Filmhaus/Screen 1"
    """
    with edge.unit_of_work() as session:
        from cinemactl.programme import places, screens

        at = None if site is None else places.find_site(session, site)
        shown = screens.document(*places.find_screen(session, at, screen))
    render.one(shown, format, title=_title(shown))


@app.command()
@with_options(SCREEN_OPTIONS, "given", screen_given)
def edit(
    screen: ScreenArgument,
    *,
    site: SiteOption = None,
    given: dict[str, Any],
    name: Annotated[str | None, typer.Option(help="A new name.", metavar="NAME")] = None,
    clear: Annotated[
        list[str] | None, typer.Option(help="Empty a field: lobby, pre-show, turnaround.", metavar="FIELD")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Fewer seats than are sold for screenings to come.")] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Change what is given of a screen, and nothing else. Screenings that stand keep their moments.

    cinemactl screen edit "Filmhaus/Screen 1" --turnaround 20
    """
    columns = given | ({} if name is None else {"name": screen_name(name)})
    cleared = clearable(clear, CLEARABLE, "screen")
    if not columns and not cleared:
        raise UsageRefused(
            "Nothing to change was given.", "See `cinemactl screen edit --help` for what can be changed."
        )
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import places, screens

        at, found = places.find_screen(session, None if site is None else places.find_site(session, site), screen)
        changed = screens.edit_screen(session, at, found, columns, clear=cleared, force=force)
        shown = screens.document(at, found)
    render.outcome(shown, format, title=_title(shown))
    render.note(f"{'Changed' if changed else 'Unchanged'}{render.dry(dry_run)}: screen {_title(shown)}.")


@app.command()
def remove(
    screen: ScreenArgument,
    *,
    site: SiteOption = None,
    force: Annotated[bool, typer.Option("--force", help="Even with screenings, and these with it.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Remove a screen; refused while screenings stand on it."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme import places, screens
        from cinemactl.programme.standing import standing_on

        at, found = places.find_screen(session, None if site is None else places.find_site(session, site), screen)
        named = places.label(at, found)
        if not force:
            screens.raise_if_in_use(session, at, found)
        standing = standing_on(session, found)
        also = f" and what stands on it: {standing}" if standing else ""
        edge.confirm(f"Remove screen {named}{also}?", yes=yes or dry_run)
        screens.remove_screen(session, at, found, force=force)
    render.note(f"Removed{render.dry(dry_run)}: screen {named}{f', {standing}' if standing else ''}.")


app.command(name="import")(place_files.import_screens)
app.command(name="export")(place_files.export_screens)


def _title(shown: dict[str, Any]) -> str:
    return f"{shown['site']}/{shown['name']}"
