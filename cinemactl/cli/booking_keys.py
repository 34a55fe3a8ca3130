"""`cinemactl booking key ...`: when a key (KDM) opens a movie on a screen."""

from __future__ import annotations

from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.place_fields import SiteOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="Keys (KDM): when a movie opens on a screen.")

COLUMNS = (
    Column("id", "id", justify="right"),
    Column("title", "movie"),
    Column("site", "site"),
    Column("screen", "screen"),
    Column("valid_from", "valid from"),
    Column("valid_until", "valid until"),
)
FIELDS = ("id", "movie_id", "title", "site", "screen", "valid_from", "valid_until")


@app.command()
def add(
    movie: MovieArgument,
    *,
    valid_from: Annotated[str, typer.Option(help="From when it opens the movie.", metavar="MOMENT")],
    valid_until: Annotated[str, typer.Option(help="Until when.", metavar="MOMENT")],
    site: SiteOption = None,
    screen: Annotated[str | None, typer.Option(help="The screen (default: all of the site).", metavar="SCREEN")] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Note a key's window. A moment without offset is local time of the site.

    cinemactl booking key add Heat --valid-from 2026-12-03T05:00:00Z --valid-until 2026-12-10T04:59:00Z
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import find
        from cinemactl.programme import places
        from cinemactl.programme.bookings import keys

        opened = find.find_movie(session, movie)
        if screen is None:
            where, on = places.the_site(session, site), None
        else:
            where, on = places.find_screen(session, None if site is None else places.find_site(session, site), screen)
        window = keys.moment(where, valid_from), keys.moment(where, valid_until)
        shown = keys.key_document(session, keys.add_key(session, opened, where, on, window).id)
    render.outcome(shown, format, title=shown["title"])
    render.note(f"Noted{render.dry(dry_run)}: key {shown['id']} for {shown['title']}.")


@app.command(name="list")
def list_(
    *,
    site: SiteOption = None,
    movie: Annotated[str | None, typer.Option(help="Only this movie's.", metavar="MOVIE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List key windows, in local time of their sites."""
    with edge.unit_of_work() as session:
        from cinemactl.catalogue import find
        from cinemactl.programme import places
        from cinemactl.programme.bookings import keys

        found = keys.list_keys(
            session,
            site=None if site is None else places.find_site(session, site),
            movie=None if movie is None else find.find_movie(session, movie),
        )
        count = render.rows(found, COLUMNS, format, fields=FIELDS)
    if not count:
        render.note("There is no such key.")


@app.command()
def remove(
    key: Annotated[int, typer.Argument(min=1, metavar="KEY", help="The number of a key.")],
    *,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Remove a key's window."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme.bookings import keys

        shown = keys.key_document(session, key)
        edge.confirm(f"Remove key {key} for {shown['title']} at {shown['site']}?", yes=yes or dry_run)
        keys.remove_key(session, key)
    render.note(f"Removed{render.dry(dry_run)}: key {key} for {shown['title']} at {shown['site']}.")
