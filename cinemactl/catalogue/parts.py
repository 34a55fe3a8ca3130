"""What hangs on a movie: identifiers, further titles, credits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import Person, Title
from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Credit, Movie, MovieIdentifier, MovieTitle
from cinemactl.errors import Conflict

ENSURE_PEOPLE = text("""
    INSERT INTO person (name)
    SELECT DISTINCT ON (fold(name)) name FROM unnest(CAST(:names AS text[])) AS name ORDER BY fold(name)
    ON CONFLICT (name_key) DO NOTHING
""")
PEOPLE_IDS = text("""
    SELECT given.name, person.id
    FROM unnest(CAST(:names AS text[])) AS given (name) JOIN person ON person.name_key = fold(given.name)
""")


class IdentifierTaken(Conflict):
    """Another movie has that identifier."""

    code = "identifier-taken"

    def __init__(self, scheme: str, value: str, owner: Movie) -> None:
        super().__init__(
            f"The id {scheme}:{value} belongs to another movie: {owner.id} {label(owner)}.",
            f"See it with `cinemactl movie show {owner.id}`; `cinemactl movie merge` makes one movie of two.",
        )


def add_identifiers(session: Session, movie: Movie, ids: Iterable[tuple[str, str]]) -> None:
    """Give the movie these identifiers; raises IdentifierTaken when one is another movie's."""
    wanted = sorted(ids)
    if not wanted:
        return
    session.execute(
        insert(MovieIdentifier).on_conflict_do_nothing(),
        [{"scheme": scheme, "value": value, "movie_id": movie.id} for scheme, value in wanted],
    )
    for scheme, value in wanted:
        owner = session.scalars(
            select(Movie)
            .join(MovieIdentifier, MovieIdentifier.movie_id == Movie.id)
            .where(MovieIdentifier.scheme == scheme, MovieIdentifier.value == value)
        ).one()
        if owner.id != movie.id:
            raise IdentifierTaken(scheme, value, owner)


def replace_identifiers(session: Session, movie: Movie, ids: Sequence[tuple[str, str]]) -> None:
    """Make these the movie's only identifiers in their schemes; raises IdentifierTaken."""
    schemes = {scheme for scheme, _ in ids}
    session.execute(
        delete(MovieIdentifier).where(MovieIdentifier.movie_id == movie.id, MovieIdentifier.scheme.in_(schemes))
    )
    add_identifiers(session, movie, ids)


def replace_titles(session: Session, movie: Movie, titles: Sequence[Title]) -> None:
    """Make these the movie's further titles."""
    session.execute(delete(MovieTitle).where(MovieTitle.movie_id == movie.id))
    session.add_all(
        MovieTitle(movie_id=movie.id, position=position, title=title.title, language=title.language)
        for position, title in enumerate(dict.fromkeys(titles), start=1)
    )
    session.flush()


def replace_people(session: Session, movie: Movie, people: Sequence[Person], roles: Iterable[str]) -> None:
    """Make these the movie's credits in `roles`, billed in the order given."""
    session.execute(delete(Credit).where(Credit.movie_id == movie.id, Credit.role.in_(set(roles))))
    ids = people_ids(session, [person.name for person in people])
    billed: dict[str, int] = {}
    for person in dict.fromkeys(people):
        billed[person.role] = billed.get(person.role, 0) + 1
        session.add(
            Credit(
                movie_id=movie.id,
                role=person.role,
                position=billed[person.role],
                person_id=ids[person.name],
                character=person.character,
            )
        )
    session.flush()


def people_ids(session: Session, names: Sequence[str]) -> dict[str, int]:
    """Return the person id of each name; who is new is made."""
    if not names:
        return {}
    session.execute(ENSURE_PEOPLE, {"names": list(names)})
    return {row.name: row.id for row in session.execute(PEOPLE_IDS, {"names": list(names)})}
