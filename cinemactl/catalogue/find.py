"""From the way a user names a movie to the movie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal, select, union
from sqlalchemy.orm import Session

from cinemactl.catalogue.identifiers import identifier
from cinemactl.catalogue.tables import Movie, MovieIdentifier, MovieTitle
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import Conflict, NotFound

YEAR_AT_END = 4
LARGEST_ID = 2**63 - 1
SHOWN_CANDIDATES = 10


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
        listed = "; ".join(f"{movie.id} {label(movie)}" for movie in candidates[:SHOWN_CANDIDATES])
        more = len(candidates) - SHOWN_CANDIDATES
        super().__init__(
            f"{reference!r} is the title of {len(candidates)} movies: {listed}{f'; and {more} more' if more > 0 else ''}.",
            f"Name one by its id, as in `cinemactl movie show {candidates[0].id}`, or by title and year.",
        )


@dataclass(frozen=True)
class Reference:
    """A title split from the year that follows it in parentheses."""

    title: str
    year: int | None


def label(movie: Movie) -> str:
    """Return a movie's title with its year, as people name it."""
    return f"{movie.title} ({movie.release_year})" if movie.release_year else movie.title


def find_movie(session: Session, reference: str) -> Movie:
    """Return the movie named by an id (`42`), an identifier (`imdb:tt0111161`) or a title (`Heat`, `Heat (1995)`).

    Digits are an id first; a movie called 1917 is then found as `title:1917`. Raises MovieNotFound or AmbiguousMovie.
    """
    scheme, colon, rest = reference.partition(":")
    scheme = scheme.strip().lower()
    if reference.strip().isascii() and reference.strip().isdecimal():
        if movie := _by_id(session, int(reference)):
            return movie
    elif colon and scheme == "id" and rest.strip().isdecimal():
        if movie := _by_id(session, int(rest)):
            return movie
        raise MovieNotFound(reference)
    elif colon and scheme == "title":
        return _by_title(session, rest.strip())
    elif colon and (movie := _by_identifier(session, scheme, rest)):
        return movie
    return _by_title(session, reference.strip())


def movies_titled(session: Session, title: str, year: int | None = None) -> list[Movie]:
    """Return the movies that have `title` among their titles, oldest id first; of `year` if that is given."""
    return list(session.scalars(select(Movie).where(Movie.id.in_(titled(title, year))).order_by(Movie.id)))


def titled(title: str, year: int | None = None):  # noqa: ANN201  (SQLAlchemy's own type of a union says nothing)
    """Return the selection of the ids of movies called `title`, accents and case aside, by any of their titles."""
    key = func.fold(literal(title))
    own = select(Movie.id).where(Movie.title_key == key)
    original = select(Movie.id).where(func.fold(Movie.original_title) == key)
    further = (
        select(MovieTitle.movie_id).join(Movie, Movie.id == MovieTitle.movie_id).where(MovieTitle.title_key == key)
    )
    found = (own, original, further)
    if year is not None:
        found = tuple(one.where(Movie.release_year == year) for one in found)
    return union(*found)


def _by_id(session: Session, movie_id: int) -> Movie | None:
    return session.get(Movie, movie_id) if movie_id <= LARGEST_ID else None


def _by_identifier(session: Session, scheme: str, value: str) -> Movie | None:
    try:
        scheme, value = identifier(scheme, value)
    except ValueRefused:
        return None
    return session.scalar(
        select(Movie)
        .join(MovieIdentifier, MovieIdentifier.movie_id == Movie.id)
        .where(MovieIdentifier.scheme == scheme, MovieIdentifier.value == value)
    )


def _by_title(session: Session, reference: str) -> Movie:
    found = movies_titled(session, reference)
    if not found and (split := _with_year(reference)):
        found = movies_titled(session, split.title, split.year)
    if not found:
        raise MovieNotFound(reference)
    if len(found) > 1:
        raise AmbiguousMovie(reference, found)
    return found[0]


def _with_year(reference: str) -> Reference | None:
    title, parenthesis, year = reference.removesuffix(")").rpartition("(")
    if parenthesis and reference.endswith(")") and len(year) == YEAR_AT_END and year.isdecimal() and title.strip():
        return Reference(title.strip(), int(year))
    return None


def _quoted(reference: str) -> str:
    from shlex import quote  # noqa: PLC0415  (only to word an error)

    return quote(reference[:200])
