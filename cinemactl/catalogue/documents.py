"""A movie as one document: what is shown, exported and kept of it before a merge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import ROLES, Credit, Movie, MovieIdentifier, MovieTitle, Person

PartsByMovie = defaultdict[int, list[dict[str, Any]]]

BATCH = 500
ROLE_ORDER = {role: number for number, role in enumerate(ROLES)}


def documents(session: Session, movies: Iterable[Movie]) -> Iterator[dict[str, Any]]:
    """Yield the document of each movie in order, reading what belongs to them in batches.

    Keys: id, title, original_title, titles [{title, language}], release_date, year, runtime (minutes), genres, people
    [{name, role, position, character}], languages, countries, certificate_system, certificate, synopsis, keywords,
    poster, trailer, ids [{scheme, value}], status, first_screening_at, ranking, created_at, updated_at.
    """
    remaining = iter(movies)
    while batch := list(islice(remaining, BATCH)):
        yield from _batch(session, batch)


def document(session: Session, movie: Movie) -> dict[str, Any]:
    """Return the document of one movie."""
    return next(documents(session, [movie]))


def _batch(session: Session, movies: Sequence[Movie]) -> Iterator[dict[str, Any]]:
    ids = [movie.id for movie in movies]
    titles, people, identifiers = _titles(session, ids), _people(session, ids), _identifiers(session, ids)
    for movie in movies:
        yield {
            "id": movie.id,
            "title": movie.title,
            "original_title": movie.original_title,
            "titles": titles[movie.id],
            "release_date": movie.release_date,
            "year": movie.release_year,
            "runtime": movie.runtime,
            "genres": movie.genres,
            "people": sorted(people[movie.id], key=_billing),
            "languages": movie.languages,
            "countries": movie.countries,
            "certificate_system": movie.certificate_system,
            "certificate": movie.certificate,
            "synopsis": movie.synopsis,
            "keywords": movie.keywords,
            "poster": movie.poster,
            "trailer": movie.trailer,
            "ids": identifiers[movie.id],
            "status": movie.status,
            "first_screening_at": movie.first_screening_at,
            "ranking": movie.ranking,
            "created_at": movie.created_at,
            "updated_at": movie.updated_at,
        }


def _titles(session: Session, ids: Sequence[int]) -> PartsByMovie:
    found: PartsByMovie = defaultdict(list)
    for row in session.execute(
        select(MovieTitle.movie_id, MovieTitle.title, MovieTitle.language)
        .where(MovieTitle.movie_id.in_(ids))
        .order_by(MovieTitle.movie_id, MovieTitle.position)
    ):
        found[row.movie_id].append({"title": row.title, "language": row.language})
    return found


def _people(session: Session, ids: Sequence[int]) -> PartsByMovie:
    found: PartsByMovie = defaultdict(list)
    for row in session.execute(
        select(Credit.movie_id, Person.name, Credit.role, Credit.position, Credit.character)
        .join(Person, Person.id == Credit.person_id)
        .where(Credit.movie_id.in_(ids))
    ):
        person = {"name": row.name, "role": row.role, "position": row.position, "character": row.character}
        found[row.movie_id].append(person)
    return found


def _billing(person: dict[str, Any]) -> tuple[int, int]:
    return ROLE_ORDER.get(person["role"], len(ROLES)), person["position"]


def _identifiers(session: Session, ids: Sequence[int]) -> PartsByMovie:
    found: PartsByMovie = defaultdict(list)
    for row in session.execute(
        select(MovieIdentifier.movie_id, MovieIdentifier.scheme, MovieIdentifier.value)
        .where(MovieIdentifier.movie_id.in_(ids))
        .order_by(MovieIdentifier.scheme, MovieIdentifier.value)
    ):
        found[row.movie_id].append({"scheme": row.scheme, "value": row.value})
    return found
