"""Two records of one movie become one, and two again when that was wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, tuple_, update

from cinemactl.catalogue import parts
from cinemactl.catalogue.documents import document
from cinemactl.catalogue.fields import SCALARS, SETS, Person, Title
from cinemactl.catalogue.find import label
from cinemactl.catalogue.locks import lock_movies, lock_titles
from cinemactl.catalogue.movies import touch
from cinemactl.catalogue.references import move_references, return_references
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import ROLES, Movie, MovieIdentifier, MovieMerge
from cinemactl.errors import Conflict, NotFound, UsageRefused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Document = dict[str, Any]

# What one movie may take from the other only together, by the names that documents have for it.
TOGETHER = (("release_date", "year"), ("certificate_system", "certificate"))
COLUMNS = {name: "year" if name == "release_year" else name for name in (*SCALARS, *SETS)}


class NothingMerged(NotFound):
    """No merge removed a movie of that id."""

    code = "merge-not-found"

    def __init__(self, removed_id: int) -> None:
        super().__init__(
            f"No merge removed a movie {removed_id}.", "The note that `cinemactl movie merge` printed names the id."
        )


class MergedBefore(Conflict):
    """The movie that would go is what came of an earlier merge, which could then not be taken back."""

    code = "merged-before"

    def __init__(self, kept: Movie, removed: Movie) -> None:
        super().__init__(
            f"Movie {removed.id}, {label(removed)}, is itself what came of a merge.",
            f"Merge the other way round: `cinemactl movie merge {removed.id} {kept.id}`.",
        )


def merge_movies(session: Session, kept: Movie, removed: Movie) -> None:
    """Make one movie of two: `kept` keeps its values and gains what only `removed` has; all that refers follows.

    The titles of `removed` become further titles. Raises UsageRefused for a movie and itself, MergedBefore, and
    CannotMove when both have something of which one movie can have only one.
    """
    if kept.id == removed.id:
        raise UsageRefused(f"Movie {kept.id} cannot be merged with itself.", "Name two movies.")
    lock_titles(session, [kept.title, removed.title])
    lock_movies(session, kept, removed)
    if session.scalar(select(MovieMerge.id).where(MovieMerge.kept_id == removed.id).limit(1)):
        raise MergedBefore(kept, removed)
    before, gone = document(session, kept), document(session, removed)
    _fill_gaps(session, kept, before, gone)
    session.execute(update(MovieIdentifier).where(MovieIdentifier.movie_id == removed.id).values(movie_id=kept.id))
    gone["references"] = move_references(session, removed.id, kept.id)
    session.delete(removed)
    session.flush()
    touch(session, kept)
    session.add(
        MovieMerge(
            kept_id=kept.id,
            removed_id=gone["id"],
            kept_before=_plain(before),
            kept_after=_plain(document(session, kept)),
            removed=_plain(gone),
        )
    )
    session.flush()


def unmerge_movie(session: Session, removed_id: int) -> Movie:
    """Take back the merge that removed the movie `removed_id`, and return that movie as it was.

    What was changed of the kept movie since stays as it is. Raises NothingMerged, and IdentifierTaken when another
    movie has got one of its identifiers since.
    """
    found = session.scalar(select(MovieMerge).where(MovieMerge.removed_id == removed_id))
    if found is None:
        raise NothingMerged(removed_id)
    kept = session.get_one(Movie, found.kept_id)
    gone: Document = found.removed
    lock_titles(session, [kept.title, gone["title"]])
    lock_movies(session, kept)
    merge = session.scalar(select(MovieMerge).where(MovieMerge.id == found.id).with_for_update())
    if merge is None:
        raise NothingMerged(removed_id)
    _restore_kept(session, kept, merge)
    removed = _recreate(session, gone)
    return_references(session, gone.get("references", ()), kept.id, removed.id)
    session.delete(merge)
    touch(session, kept)
    refresh_search(session, [removed.id])
    session.refresh(removed)
    return removed


def _fill_gaps(session: Session, kept: Movie, before: Document, gone: Document) -> None:
    for column, name in COLUMNS.items():
        if before[name] in (None, []):
            setattr(kept, column, gone[name])
    if before["certificate"]:
        kept.certificate_system = before["certificate_system"]
    if kept.release_date and kept.release_date.year != kept.release_year:
        kept.release_date = before["release_date"]
    session.flush()
    further = [*_titles(before["titles"]), *_titles(gone["titles"])]
    known = {before["title"], before["original_title"], *(title.title for title in further)}
    further += [Title(gone[name]) for name in ("title", "original_title") if gone[name] and gone[name] not in known]
    parts.replace_titles(session, kept, further)
    credited = {person["role"] for person in before["people"]}
    missing = [person for person in _people(gone["people"]) if person.role not in credited]
    parts.replace_people(session, kept, missing, {person.role for person in missing})


def _restore_kept(session: Session, kept: Movie, merge: MovieMerge) -> None:
    """Take from the kept movie what the merge gave it, as far as nobody has changed it since."""
    now: Document = _plain(document(session, kept))
    before: Document = merge.kept_before
    after: Document = merge.kept_after
    changed = {name for name in before if now[name] != after[name]}
    changed |= {name for pair in TOGETHER if changed.intersection(pair) for name in pair}
    for column, name in COLUMNS.items():
        if name not in changed and before[name] != now[name]:
            setattr(kept, column, before[name])
    session.flush()
    titles = _without_what_came(_titles(now["titles"]), _titles(before["titles"]), _titles(after["titles"]))
    parts.replace_titles(session, kept, titles)
    people = _without_what_came(_people(now["people"]), _people(before["people"]), _people(after["people"]))
    parts.replace_people(session, kept, people, ROLES)
    gone: Document = merge.removed
    pairs = tuple_(MovieIdentifier.scheme, MovieIdentifier.value)
    session.execute(
        delete(MovieIdentifier).where(MovieIdentifier.movie_id == kept.id, pairs.in_(_identifiers(gone["ids"])))
    )


def _recreate(session: Session, gone: Document) -> Movie:
    columns = {column: gone[name] for column, name in COLUMNS.items()}
    as_it_was = {name: gone[name] for name in ("id", "status", "first_screening_at", "ranking", "created_at")}
    session.execute(insert(Movie).values(**columns, **as_it_was))
    movie = session.get_one(Movie, gone["id"])
    parts.add_identifiers(session, movie, _identifiers(gone["ids"]))
    parts.replace_titles(session, movie, _titles(gone["titles"]))
    parts.replace_people(session, movie, _people(gone["people"]), ROLES)
    return movie


def _without_what_came(now: list[Any], before: list[Any], after: list[Any]) -> list[Any]:
    return [one for one in now if one in before or one not in after]


def _titles(titles: list[Document]) -> list[Title]:
    return [Title(**title) for title in titles]


def _people(people: list[Document]) -> list[Person]:
    return [Person(person["name"], person["role"], person["character"]) for person in people]


def _identifiers(ids: list[Document]) -> list[tuple[str, str]]:
    return [(one["scheme"], one["value"]) for one in ids]


def _plain(value: Document) -> Document:
    """Return a document as JSON holds it, dates as ISO text."""
    plain: Document = json.loads(json.dumps(value, default=lambda moment: moment.isoformat()))
    return plain
