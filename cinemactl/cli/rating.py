"""`cinemactl rating ...`: stars, one by one; files are in a module of their own."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, rating_files, render
from cinemactl.cli.member import MemberArgument
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.paging import noting_last
from cinemactl.cli.rating_files import FIELDS, LIST_COLUMNS
from cinemactl.cli.render import Format
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Ratings: members' stars for movies, one by one or by the million.")


@app.command()
def add(
    member: MemberArgument,
    movie: MovieArgument,
    stars: Annotated[str, typer.Argument(metavar="STARS", help="0.5 to 5 in halves.")],
    *,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Give a movie a member's stars, in place of any given before.

    cinemactl rating add anna "Heat (1995)" 4.5
    """
    from cinemactl.audience import scales

    given = scales.stars_exactly(stars)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import members, ratings
        from cinemactl.catalogue import find

        found, rated = members.find_member(session, member), find.find_movie(session, movie)
        changed = ratings.rate(session, found, rated, given)
        shown = next(ratings.list_ratings(session, member=found, movie=rated, limit=1))
    render.outcome(shown, format)
    said = "Rated" if changed else "Unchanged"
    render.note(f"{said}{render.dry(dry_run)}: {shown['title']}, {shown['rating']} by {shown['member']}.")


@app.command(name="list")
def list_(
    *,
    member: Annotated[str | None, typer.Option(help="Only this member's.", metavar="MEMBER")] = None,
    movie: Annotated[str | None, typer.Option(help="Only those of this movie.", metavar="MOVIE")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[
        str | None, typer.Option(help="Go on after this rating, as the last page said.", metavar="KEY")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, streamed.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List ratings by member and movie, a page at a time.

    cinemactl rating list --member anna
    """
    with edge.unit_of_work() as session:
        from cinemactl.audience import members, ratings
        from cinemactl.catalogue import find

        found = ratings.list_ratings(
            session,
            member=None if member is None else members.find_member(session, member),
            movie=None if movie is None else find.find_movie(session, movie),
            limit=None if all_ else limit + 1,
            after=None if after is None else _page_start(after),
        )
        last: list[dict[str, Any]] = []
        page = found if all_ else islice(found, limit)
        count = render.rows(noting_last(page, last), LIST_COLUMNS, format, fields=FIELDS)
        more = not all_ and next(found, None) is not None
    if not count:
        render.note("There is no such rating.")
    elif more:
        render.further(count, f"{last[0]['member']}:{last[0]['movie_id']}")


@app.command()
def remove(
    member: MemberArgument, movie: MovieArgument, *, yes: YesOption = False, dry_run: DryRunOption = False
) -> None:
    """Take a rating back.

    cinemactl rating remove anna "Heat (1995)" --yes
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import members, ratings
        from cinemactl.catalogue import find

        found, rated = members.find_member(session, member), find.find_movie(session, movie)
        edge.confirm(f"Remove the rating of {find.label(rated)} by {found.handle}?", yes=yes or dry_run)
        ratings.remove_rating(session, found, rated)
    render.note(f"Removed{render.dry(dry_run)}: the rating of {find.label(rated)} by {found.handle}.")


app.command(name="import")(rating_files.import_)
app.command()(rating_files.export)


def _page_start(after: str) -> tuple[str, int]:
    """Return handle and movie of `HANDLE:MOVIE`; raises UsageRefused."""
    handle, _, movie = after.rpartition(":")
    if not handle or not movie.isascii() or not movie.isdecimal() or int(movie[:19]) >= 2**31:
        raise UsageRefused(f"A page cannot begin after {after!r}.", "Give what the last page said, such as anna:42.")
    return handle, int(movie)
