"""From the way a user names a movie to the movie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import func, literal, select, union

from cinemactl.catalogue.identifiers import CHECKED_SCHEMES, identifier_of
from cinemactl.catalogue.tables import Movie, MovieIdentifier, MovieTitle
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

LARGEST_ID = 2**63 - 1
SHOWN_CANDIDATES = 10

# `Heat (1995)`, and the slug `heat-1995`.
_TITLE_AND_YEAR = re.compile(r"(.*[^\s-])(?:\s*\((\d{4})\)|[\s-](\d{4}))", re.ASCII | re.DOTALL)
_BARE_IMDB = re.compile(r"tt[0-9]{7,10}", re.ASCII)


class MovieNotFound(NotFound):
    """No movie has that id, identifier or title."""

    code = "movie-not-found"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"No movie is named {reference[:200]!r}.",
            f"Look for it with `cinemactl movie search {_quoted(reference)}`.",
        )


class AmbiguousMovie(Conflict):
    """Several movies have that title."""

    code = "movie-ambiguous"

    def __init__(self, reference: str, candidates: Sequence[Movie]) -> None:
        super().__init__(
            f"{reference!r} is the title of {len(candidates)} movies: {listed(candidates)}.",
            f"Name one by its id, as in `cinemactl movie show {candidates[0].id}`, or by title and year.",
        )


def label(movie: Movie) -> str:
    """Return a movie's title with its year, as people name it."""
    return f"{movie.title} ({movie.release_year})" if movie.release_year else movie.title


def listed(movies: Sequence[Movie]) -> str:
    """Return ids, titles and years of movies to choose from, in one line."""
    shown = "; ".join(f"{movie.id} {label(movie)}" for movie in movies[:SHOWN_CANDIDATES])
    more = len(movies) - SHOWN_CANDIDATES
    return f"{shown}; and {more} more" if more > 0 else shown


def find_movie(session: Session, reference: str) -> Movie:
    """Return the movie that `reference` names.

    That is an id (`42`), an identifier (`imdb:tt0111161`, `tt0111161`, or the movie's address at IMDb or TMDB), a title
    (`Heat`, `Heat (1995)`) or a slug (`heat-1995`). Digits are an id first; a movie called 1917 is then found as
    `title:1917`. Raises MovieNotFound, AmbiguousMovie, or ValueRefused for an identifier that cannot be one.
    """
    given = reference.strip()
    scheme, colon, rest = (part.strip() for part in given.partition(":"))
    if colon and scheme.lower() == "title":
        return _by_title(session, rest)
    if colon and scheme.lower() == "id":
        found = _by_id(session, rest)
        if found is None:
            raise MovieNotFound(reference)
        return found
    if found := _by_id(session, given) or _by_identifier(session, given):
        return found
    try:
        return _by_title(session, given)
    except MovieNotFound:
        if colon and scheme.lower() in CHECKED_SCHEMES:
            identifier_of(given)
        raise


def titled(title: str, year: int | None = None) -> CompoundSelect[int]:
    """Return the selection of the ids of movies called `title`, accents and case aside, by any of their titles."""
    key = func.fold(literal(title))
    further = (
        select(MovieTitle.movie_id).join(Movie, Movie.id == MovieTitle.movie_id).where(MovieTitle.title_key == key)
    )
    found = [
        select(Movie.id).where(Movie.title_key == key),
        select(Movie.id).where(func.fold(Movie.original_title) == key),
        further,
    ]
    return union(*(one if year is None else one.where(Movie.release_year == year) for one in found))


def _by_id(session: Session, given: str) -> Movie | None:
    if not (given.isascii() and given.isdecimal()) or len(given) > len(str(LARGEST_ID)):
        return None
    movie_id = int(given)
    return session.get(Movie, movie_id) if movie_id <= LARGEST_ID else None


def _by_identifier(session: Session, given: str) -> Movie | None:
    try:
        scheme, value = identifier_of(f"imdb:{given}" if _BARE_IMDB.fullmatch(given) else given)
    except ValueRefused:
        return None
    owned = select(MovieIdentifier.movie_id).where(MovieIdentifier.scheme == scheme, MovieIdentifier.value == value)
    return session.scalar(select(Movie).where(Movie.id.in_(owned)))


def _by_title(session: Session, given: str) -> Movie:
    found = _movies_titled(session, given)
    if not found and (split := _TITLE_AND_YEAR.fullmatch(given)):
        found = _movies_titled(session, split[1], int(split[2] or split[3]))
    if not found:
        raise MovieNotFound(given)
    if len(found) > 1:
        raise AmbiguousMovie(given, found)
    return found[0]


def _movies_titled(session: Session, title: str, year: int | None = None) -> list[Movie]:
    return list(session.scalars(select(Movie).where(Movie.id.in_(titled(title, year))).order_by(Movie.id)))


def _quoted(reference: str) -> str:
    from shlex import quote  # noqa: PLC0415  (only to word an error)

    return quote(reference[:200])
