"""`cinemactl movie similar` and `connected`: what is near a movie, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format

NAMES_SHOWN = 3


def _because(reasons: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['what']} {_listed(one['names'])} {one['points']:.2f}" for one in reasons)


def _listed(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(islice(names, NAMES_SHOWN)) + (f" and {more} more" if more > 0 else "")


def _named(end: Mapping[str, Any]) -> str:
    return f"{end['title']} ({end['year']})" if end["year"] else str(end["title"])


SIMILAR_COLUMNS = (
    Column("id", "id", justify="right"),
    Column("title", "title"),
    Column("year", "year", justify="right"),
    Column("score", "score", justify="right", show="{:.3f}".format),
    Column("because", "because", show=_because),
)
CONNECTED_COLUMNS = (
    Column("movie", "from", show=_named),
    Column("person", "person"),
    Column("next", "to", show=_named),
    Column("roles", "as"),
)


def similar(
    movie: MovieArgument,
    *,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many.", metavar="N")] = 10,
    exact: Annotated[
        bool, typer.Option("--exact", help="Compare with every movie, without the index: slower, and misses nothing.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="First describe the movies that are new or were changed, by a job.")
    ] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show the movies most like one, and why: people, genres, keywords, synopsis, year.

    cinemactl movie similar "Heat (1995)"
    """
    if refresh:
        _refresh()
    with edge.unit_of_work() as session:
        from cinemactl.catalogue import find
        from cinemactl.recommend.similar import similar_movies

        found = similar_movies(session, find.find_movie(session, movie), limit=top, exact=exact)
    render.rows(found, SIMILAR_COLUMNS, format)
    if not found:
        render.note("No movie has anything in common with it.")


def connected(
    one: MovieArgument,
    other: MovieArgument,
    *,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show the shortest chain of people that leads from one movie to another.

    cinemactl movie connected "Heat (1995)" "Amélie (2001)"
    """
    with edge.unit_of_work() as session:
        from cinemactl.catalogue import find
        from cinemactl.catalogue.connected import connected as chain

        found = chain(session, find.find_movie(session, one), find.find_movie(session, other))
    if format in {Format.JSON, Format.JSONL}:
        render.rows(found, (), format)
        return
    shown = ({**step, "roles": _roles(step)} for step in found)
    render.rows(shown if format is Format.TABLE else map(_flat, found), CONNECTED_COLUMNS, format, fields=FLAT_FIELDS)
    render.note(f"{len(found)} {'step' if len(found) == 1 else 'steps'}.")


FLAT_FIELDS = ("movie_id", "title", "year", "roles", "person", "next_id", "next_title", "next_year", "next_roles")


def _flat(step: Mapping[str, Any]) -> dict[str, Any]:
    movie, following = step["movie"], step["next"]
    return {
        "movie_id": movie["id"],
        **{name: movie[name] for name in ("title", "year", "roles")},
        "person": step["person"],
        **{f"next_{name}": following[name] for name in ("id", "title", "year", "roles")},
    }


def _roles(step: Mapping[str, Any]) -> str:
    first, second = (", ".join(step[end]["roles"]) for end in ("movie", "next"))
    return first if first == second else f"{first}, then {second}"


def _refresh() -> None:
    from cinemactl.cli.import_file import user
    from cinemactl.cli.waiting import cancel_after_interrupt, dispatch, wait_for
    from cinemactl.jobs.ask import ask
    from cinemactl.jobs.manage import raise_for_outcome

    with edge.unit_of_work() as session:
        job_id = ask(session, "refresh-vectors", {}, queue=edge.settings().queue, asked_by=user()).id
    try:
        dispatch(job_id)
        ended = wait_for(job_id, "Describing movies")
    except KeyboardInterrupt:
        raise cancel_after_interrupt(job_id) from None
    raise_for_outcome(ended)
    render.note(f"{(ended.report or {}).get('computed', 0)} movies described.")
