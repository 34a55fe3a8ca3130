"""Adding, editing and removing a movie."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from cinemactl.catalogue import parts
from cinemactl.catalogue.documents import document
from cinemactl.catalogue.fields import SCALARS, SETS, MovieFields
from cinemactl.catalogue.find import label, titled
from cinemactl.catalogue.locks import lock_titles
from cinemactl.catalogue.references import references_to, remove_references
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import ROLES, Movie, MovieIdentifier, MovieTitle
from cinemactl.errors import Conflict, NotFound, UsageRefused


class MovieExists(Conflict):
    """What is to be added may be a movie that is there already."""

    code = "movie-exists"

    def __init__(self, candidates: Sequence[Movie]) -> None:
        self.candidates = candidates
        listed = "; ".join(f"{movie.id} {label(movie)}" for movie in candidates)
        super().__init__(
            f"The catalogue has it already: {listed}.",
            f"Change it with `cinemactl movie edit {candidates[0].id}`, or add a namesake with --another.",
        )


class MovieInUse(Conflict):
    """A movie that is to be removed has screenings, ratings or the like."""

    code = "movie-in-use"

    def __init__(self, movie: Movie, counts: dict[str, int]) -> None:
        listed = ", ".join(f"{count} in {table}" for table, count in counts.items())
        super().__init__(
            f"{label(movie)} is in use: {listed}.",
            "With --force it is removed and these with it; this cannot be undone.",
        )


def add_movie(session: Session, fields: MovieFields, *, another: bool = False) -> Movie:
    """Add a movie and return it.

    Raises MovieExists when a movie of that title and year (or of unknown year) could be the same one, unless `another`
    says it is not; IdentifierTaken when an identifier is another movie's, whatever `another` says.
    """
    if not fields.title:
        raise UsageRefused("A movie needs a title.", "Give one, as in `cinemactl movie add 'Heat'`.")
    lock_titles(session, [fields.title])
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
    """Return the one movie that `fields` is, and whether it had to be added.

    Raises MovieExists when it could be several, IdentifierTaken when its identifiers are those of several movies.
    """
    lock_titles(session, [fields.title or ""])
    candidates = identified_movies(session, fields.ids) or same_movies(session, fields)
    if len(candidates) > 1:
        raise MovieExists(candidates)
    return (candidates[0], False) if candidates else (add_movie(session, fields), True)


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
    clear: Collection[str] = (),
    remove_ids: Collection[tuple[str, str]] = (),
) -> bool:
    """Change what is given of a movie and empty the fields named in `clear`; return whether anything changed.

    Lists are replaced: genres, languages, countries, keywords and further titles whole, people by role, identifiers by
    scheme. Raises IdentifierTaken, NotFound for an identifier to remove that the movie does not have, and UsageRefused
    for a field that cannot be cleared.
    """
    lock_titles(session, [fields.title or movie.title])
    session.refresh(movie, with_for_update=True)
    before = document(session, movie)
    _clear(session, movie, clear)
    _remove_identifiers(session, movie, remove_ids)
    for name, value in fields.given().items():
        setattr(movie, name, value)
    if movie.release_date and movie.release_date.year != movie.release_year:
        movie.release_date = None
    session.flush()
    if fields.ids:
        parts.replace_identifiers(session, movie, fields.ids)
    if fields.titles:
        parts.replace_titles(session, movie, fields.titles)
    if fields.people:
        parts.replace_people(session, movie, fields.people, {person.role for person in fields.people})
    changed = document(session, movie) != before
    if changed:
        movie.updated_at = func.now()
        session.flush()
        refresh_search(session, [movie.id])
        session.refresh(movie)
    return changed


def remove_movie(session: Session, movie: Movie, *, force: bool = False) -> None:
    """Remove a movie; raises MovieInUse with their counts when screenings, ratings or the like refer to it.

    With `force` those are removed too.
    """
    session.refresh(movie, with_for_update=True)
    if not force:
        raise_if_in_use(session, movie)
    remove_references(session, movie.id)
    session.delete(movie)
    session.flush()


def raise_if_in_use(session: Session, movie: Movie) -> None:
    """Raise MovieInUse, with their counts, when anything refers to the movie."""
    if counts := references_to(session, movie.id):
        raise MovieInUse(movie, counts)


def _remove_identifiers(session: Session, movie: Movie, ids: Collection[tuple[str, str]]) -> None:
    for scheme, value in ids:
        owned = session.get(MovieIdentifier, (scheme, value))
        if owned is None or owned.movie_id != movie.id:
            raise NotFound(f"{label(movie)} has no id {scheme}:{value}.", f"See `cinemactl movie show {movie.id}`.")
        session.delete(owned)
    session.flush()


def _clear(session: Session, movie: Movie, names: Collection[str]) -> None:
    for name in names:
        if name == "titles":
            session.execute(delete(MovieTitle).where(MovieTitle.movie_id == movie.id))
        elif name == "people":
            parts.replace_people(session, movie, [], ROLES)
        elif name == "year":
            movie.release_year = movie.release_date = None
        elif name == "certificate":
            movie.certificate = movie.certificate_system = None
        elif name in SETS:
            setattr(movie, name, [])
        elif name in SCALARS and name != "title":
            setattr(movie, name, None)
        else:
            raise UsageRefused(f"The field {name!r} cannot be cleared.", "See `cinemactl movie edit --help`.")
