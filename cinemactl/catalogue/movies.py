"""Adding, editing and removing a movie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, tuple_

from cinemactl.catalogue import parts
from cinemactl.catalogue.documents import document
from cinemactl.catalogue.fields import CLEARABLE
from cinemactl.catalogue.find import label, listed, titled
from cinemactl.catalogue.locks import lock_movies, lock_titles
from cinemactl.catalogue.references import counted, references_to, remove_references
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import ROLES, Movie, MovieIdentifier
from cinemactl.errors import Conflict, NotFound, UsageRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from cinemactl.catalogue.fields import MovieFields


class MovieExists(Conflict):
    """What is to be added may be a movie that is there already."""

    code = "movie-exists"

    def __init__(self, candidates: Sequence[Movie]) -> None:
        super().__init__(
            f"The catalogue has it already: {listed(candidates)}.",
            f"Change it with `cinemactl movie edit {candidates[0].id}`, or add a namesake with --another.",
        )


class MovieInUse(Conflict):
    """A movie that is to be removed has screenings, ratings or the like."""

    code = "movie-in-use"

    def __init__(self, movie: Movie, used: str) -> None:
        super().__init__(
            f"{label(movie)} is in use: {used}.", "With --force it is removed and these with it; this cannot be undone."
        )


def add_movie(session: Session, fields: MovieFields, *, another: bool = False) -> Movie:
    """Add a movie and return it.

    Raises MovieExists when a movie of that title and year (or of unknown year) could be the same one, unless `another`
    says it is not; IdentifierTaken when an identifier is another movie's, whatever `another` says.
    """
    if not fields.title:
        raise UsageRefused("A movie needs a title.", "Give one, as in `cinemactl movie add 'Heat'`.")
    lock_titles(session, _titles(fields))
    if not another and (candidates := same_movies(session, fields)):
        raise MovieExists(candidates)
    movie = Movie(**fields.given())
    session.add(movie)
    session.flush()
    parts.add_identifiers(session, movie, fields.ids)
    parts.replace_titles(session, movie, fields.titles)
    parts.replace_people(session, movie, fields.people, ())
    refresh_search(session, [movie.id])
    session.refresh(movie)
    return movie


def get_or_add_movie(session: Session, fields: MovieFields) -> tuple[Movie, bool]:
    """Return the one movie that `fields` is, and whether it had to be added; one that is there is left as it is.

    Raises MovieExists when it could be several.
    """
    lock_titles(session, _titles(fields))
    candidates = identified_movies(session, fields.ids) or same_movies(session, fields)
    if not candidates:
        try:
            with session.begin_nested():
                return add_movie(session, fields), True
        except parts.IdentifierTaken:  # at this very moment, by somebody with another title
            candidates = identified_movies(session, fields.ids)
    if len(candidates) > 1:
        raise MovieExists(candidates)
    return candidates[0], False


def identified_movies(session: Session, ids: Sequence[tuple[str, str]]) -> list[Movie]:
    """Return the movies that have one of these identifiers."""
    pairs = tuple_(MovieIdentifier.scheme, MovieIdentifier.value)
    owners = select(MovieIdentifier.movie_id).where(pairs.in_(ids))
    return list(session.scalars(select(Movie).where(Movie.id.in_(owners)).order_by(Movie.id)))


def same_movies(session: Session, fields: MovieFields) -> list[Movie]:
    """Return the movies that `fields` could be: same title, no other year, no other value in a scheme it brings."""
    of_the_title = select(Movie).where(Movie.id.in_(titled(fields.title or "")))
    if fields.release_year is not None:
        of_the_title = of_the_title.where(func.coalesce(Movie.release_year, fields.release_year) == fields.release_year)
    if fields.ids:
        of_the_title = of_the_title.where(
            ~select(MovieIdentifier.movie_id)
            .where(
                MovieIdentifier.movie_id == Movie.id,
                or_(*(and_(MovieIdentifier.scheme == s, MovieIdentifier.value != v) for s, v in fields.ids)),
            )
            .exists()
        )
    return list(session.scalars(of_the_title.order_by(Movie.id)))


def edit_movie(
    session: Session,
    movie: Movie,
    fields: MovieFields,
    *,
    clear: Iterable[str] = (),
    remove_ids: Iterable[tuple[str, str]] = (),
) -> bool:
    """Change what is given of a movie, empty the fields of CLEARABLE in `clear`, and return whether anything changed.

    Lists are replaced: genres, languages, countries, keywords and further titles whole, people by role, identifiers by
    scheme. Raises IdentifierTaken, NotFound for an identifier to remove that the movie does not have, and UsageRefused
    for a year in which the release date is not.
    """
    lock_titles(session, [movie.title, *_titles(fields)])
    lock_movies(session, movie)
    before = document(session, movie)
    for name in clear:
        _clear(session, movie, name)
    for scheme, value in remove_ids:
        _remove_identifier(session, movie, scheme, value)
    for name, value in fields.given().items():
        setattr(movie, name, value)
    _refuse_a_date_of_another_year(movie)
    session.flush()
    if fields.ids:
        parts.replace_identifiers(session, movie, fields.ids)
    if fields.titles:
        parts.replace_titles(session, movie, fields.titles)
    if fields.people:
        parts.replace_people(session, movie, fields.people, {person.role for person in fields.people})
    changed = document(session, movie) != before
    if changed:
        touch(session, movie)
    return changed


def touch(session: Session, movie: Movie) -> None:
    """Note that a movie was changed now, and bring up to date what a search sees of it."""
    movie.updated_at = func.now()
    session.flush()
    refresh_search(session, [movie.id])
    session.refresh(movie)


def remove_movie(session: Session, movie: Movie, *, force: bool = False) -> None:
    """Remove a movie; raises MovieInUse with their counts when screenings, ratings or the like refer to it.

    With `force` those are removed too.
    """
    lock_titles(session, [movie.title])
    lock_movies(session, movie)
    if not force:
        _raise_if_in_use(session, movie)
    remove_references(session, movie.id)
    session.delete(movie)
    session.flush()


def _raise_if_in_use(session: Session, movie: Movie) -> None:
    if counts := references_to(session, movie.id):
        raise MovieInUse(movie, ", ".join(counted(count, table) for table, count in counts.items()))


def _titles(fields: MovieFields) -> list[str]:
    given = (fields.title, fields.original_title, *(further.title for further in fields.titles))
    return [title for title in given if title]


def _refuse_a_date_of_another_year(movie: Movie) -> None:
    if movie.release_date and movie.release_date.year != movie.release_year:
        raise UsageRefused(
            f"{movie.title} has the release date {movie.release_date}, which is not in {movie.release_year}.",
            "Give the new --release-date, or take the old one away with --clear release-date.",
        )


def _remove_identifier(session: Session, movie: Movie, scheme: str, value: str) -> None:
    owned = session.get(MovieIdentifier, (scheme, value))
    if owned is None or owned.movie_id != movie.id:
        raise NotFound(f"{label(movie)} has no id {scheme}:{value}.", f"See `cinemactl movie show {movie.id}`.")
    session.delete(owned)
    session.flush()


def _clear(session: Session, movie: Movie, name: str) -> None:
    for column, empty in CLEARABLE[name].items():
        setattr(movie, column, empty)
    if name == "further-title":
        parts.replace_titles(session, movie, [])
    elif name in ROLES:
        parts.replace_people(session, movie, [], [name])
