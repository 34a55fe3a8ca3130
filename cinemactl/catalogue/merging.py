"""Two records of one movie become one, and two again when that was wrong."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cinemactl.catalogue import parts
from cinemactl.catalogue.documents import document
from cinemactl.catalogue.fields import SCALARS, SETS, Person, Title
from cinemactl.catalogue.locks import lock_titles
from cinemactl.catalogue.references import move_references
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import ROLES, Movie, MovieIdentifier, MovieMerge
from cinemactl.errors import Conflict, NotFound, UsageRefused

COLUMNS = {name: "year" if name == "release_year" else name for name in (*SCALARS, *SETS)}


class NothingMerged(NotFound):
    """No merge removed a movie of that id."""

    code = "merge-not-found"

    def __init__(self, removed_id: int) -> None:
        super().__init__(
            f"No merge removed a movie {removed_id}.", "The note that `cinemactl movie merge` printed names the id."
        )


def merge_movies(session: Session, kept: Movie, removed: Movie) -> None:
    """Make one movie of two: `kept` keeps its values and gains what only `removed` has; all that refers follows.

    The titles of `removed` become further titles. Raises UsageRefused for a movie and itself, Conflict when `removed`
    is itself the outcome of a merge that could then not be taken back.
    """
    if kept.id == removed.id:
        raise UsageRefused(f"Movie {kept.id} cannot be merged with itself.", "Name two movies.")
    lock_titles(session, [kept.title, removed.title])
    for movie in sorted((kept, removed), key=lambda movie: movie.id):
        session.refresh(movie, with_for_update=True)
    if session.scalar(select(MovieMerge.removed_id).where(MovieMerge.kept_id == removed.id).limit(1)):
        raise Conflict(
            f"Movie {removed.id} is itself what came of a merge.", f"Merge the other way round: {removed.id} {kept.id}."
        )
    before, gone = document(session, kept), document(session, removed)
    _fill_gaps(session, kept, before, gone)
    session.execute(update(MovieIdentifier).where(MovieIdentifier.movie_id == removed.id).values(movie_id=kept.id))
    move_references(session, removed.id, kept.id)
    session.delete(removed)
    session.flush()
    kept.updated_at = func.now()
    session.flush()
    session.refresh(kept)
    merge = {"kept_id": kept.id, "removed_id": gone["id"], "kept_before": before, "removed": gone}
    session.add(
        MovieMerge(**{name: _plain(value) for name, value in merge.items()}, kept_after=_plain(document(session, kept)))
    )
    session.flush()
    refresh_search(session, [kept.id])


def unmerge_movie(session: Session, removed_id: int) -> Movie:
    """Take back the merge that removed the movie `removed_id`, and return that movie as it was.

    What was changed of the kept movie since stays as it is. What referred to the removed movie stays with the kept one.
    Raises NothingMerged, and IdentifierTaken when another movie has got one of its identifiers since.
    """
    merge = session.scalar(select(MovieMerge).where(MovieMerge.removed_id == removed_id).with_for_update())
    if merge is None:
        raise NothingMerged(removed_id)
    kept = session.get_one(Movie, merge.kept_id, with_for_update=True)
    lock_titles(session, [str(merge.removed["title"])])
    _restore_kept(session, kept, merge)
    removed = _recreate(session, merge.removed)
    session.delete(merge)
    session.flush()
    refresh_search(session, [kept.id, removed.id])
    return removed


def _fill_gaps(session: Session, kept: Movie, before: dict[str, Any], gone: dict[str, Any]) -> None:
    for column, name in COLUMNS.items():
        if before[name] in (None, []) and gone[name] not in (None, []):
            setattr(kept, column, gone[name])
    if before["certificate"]:
        kept.certificate_system = before["certificate_system"]
    if kept.release_date and kept.release_date.year != kept.release_year:
        kept.release_date = before["release_date"]
    session.flush()
    known = {before["title"], before["original_title"]}
    further = [Title(**title) for title in before["titles"] + gone["titles"]]
    further += [Title(gone[name]) for name in ("title", "original_title") if gone[name] and gone[name] not in known]
    parts.replace_titles(session, kept, further)
    credited = {person["role"] for person in before["people"]}
    missing = _people([person for person in gone["people"] if person["role"] not in credited])
    parts.replace_people(session, kept, missing, {person.role for person in missing})


def _restore_kept(session: Session, kept: Movie, merge: MovieMerge) -> None:
    now = _plain(document(session, kept))
    before: dict[str, Any] = merge.kept_before
    untouched = {name for name, value in merge.kept_after.items() if now[name] == value}
    for column, name in COLUMNS.items():
        if name in untouched and before[name] != now[name]:
            setattr(kept, column, before[name])
    session.flush()
    if "titles" in untouched:
        parts.replace_titles(session, kept, [Title(**title) for title in before["titles"]])
    if "people" in untouched:
        parts.replace_people(session, kept, _people(before["people"]), ROLES)
    for one in merge.removed["ids"]:  # type: ignore[attr-defined]  # a list of {scheme, value}
        session.execute(
            delete(MovieIdentifier).where(
                MovieIdentifier.movie_id == kept.id,
                MovieIdentifier.scheme == one["scheme"],
                MovieIdentifier.value == one["value"],
            )
        )
    kept.updated_at = func.now()
    session.flush()


def _recreate(session: Session, gone: dict[str, Any]) -> Movie:
    columns = {column: gone[name] for column, name in COLUMNS.items()}
    kept_as_was = {name: gone[name] for name in ("id", "status", "first_screening_at", "ranking", "created_at")}
    session.execute(insert(Movie).values(**columns, **kept_as_was))
    movie = session.get_one(Movie, gone["id"])
    parts.add_identifiers(session, movie, [(one["scheme"], one["value"]) for one in gone["ids"]])
    parts.replace_titles(session, movie, [Title(**title) for title in gone["titles"]])
    parts.replace_people(session, movie, _people(gone["people"]), ROLES)
    return movie


def _people(people: list[dict[str, Any]]) -> list[Person]:
    return [Person(person["name"], person["role"], person["character"]) for person in people]


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Return `value` as JSON holds it, dates as ISO text."""
    return json.loads(json.dumps(value, default=lambda moment: moment.isoformat()))
