"""How two movies are connected: the shortest chain of movies in which each shares a person with the next.

Breadth-first from both ends at once, each step one statement over the credits, on the side where it reads less (Pohl 1971): a chain
of a million movies is found in a few steps, where going from one end alone would read nearly all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound, UsageRefused

# Each movie and person is reached once, from the one with the smallest id, so that the chain is the same every time.
PEOPLE_OF = text("""
    SELECT person_id AS reached, min(movie_id) AS reached_from FROM credit
    WHERE movie_id = ANY (CAST(:front AS bigint[])) GROUP BY person_id
""")
MOVIES_OF = text("""
    SELECT movie_id AS reached, min(person_id) AS reached_from FROM credit
    WHERE person_id = ANY (CAST(:front AS bigint[])) GROUP BY movie_id
""")
NAMED = text("""
    SELECT movie.id, movie.title, movie.release_year AS year,
        (SELECT array_agg(DISTINCT role) FROM credit WHERE movie_id = movie.id AND person_id = :person) AS roles,
        (SELECT name FROM person WHERE id = :person) AS person
    FROM movie WHERE movie.id = :movie
""")


# Well-known people, whom one meets on the way, have more movies than a movie has people.
PEOPLE_A_MOVIE = 5
MOVIES_A_PERSON = 100


class NotConnected(NotFound):
    """No chain of people leads from one movie to the other."""

    code = "not-connected"


@dataclass
class _Side:
    """What was reached from one end: movies and people, each with what it was reached from (None the end itself)."""

    start: int
    movies: dict[int, int | None] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    front: list[int] = field(default_factory=list)
    at_movies: bool = True

    def __post_init__(self) -> None:
        self.movies[self.start] = None
        self.front = [self.start]

    @property
    def cost(self) -> int:
        """About how many credits the next step reads."""
        return len(self.front) * (PEOPLE_A_MOVIE if self.at_movies else MOVIES_A_PERSON)

    def go_on(self, session: Session) -> list[int]:
        """Go one step, from movies to people or from people to movies, and return what is reached for the first time."""
        statement, reached = (PEOPLE_OF, self.people) if self.at_movies else (MOVIES_OF, self.movies)
        rows = session.execute(statement, {"front": self.front})
        fresh = {row.reached: row.reached_from for row in rows if row.reached not in reached}
        reached.update(fresh)
        self.front = list(fresh)
        self.at_movies = not self.at_movies
        return self.front

    def way(self, node: int, *, is_movie: bool) -> list[int]:
        """Return movies and people by turns from a node back to this side's end."""
        found, at = [node], is_movie
        while (before := self.movies[found[-1]] if at else self.people[found[-1]]) is not None:
            found.append(before)
            at = not at
        return found


def connected(session: Session, one: Movie, other: Movie) -> list[dict[str, Any]]:
    """Return the shortest chain from one movie to the other, a step for each person.

    A step is {person, movie: {id, title, year, roles}, next: {id, title, year, roles}}; `roles` is what the person did
    there. Raises UsageRefused for the same movie twice, and NotConnected when there is no chain.
    """
    if one.id == other.id:
        raise UsageRefused(f"Both are movie {one.id}, {label(one)}.", "Name two movies.")
    for movie in (one, other):
        if not session.scalar(text("SELECT EXISTS (SELECT FROM credit WHERE movie_id = :id)"), {"id": movie.id}):
            raise NotConnected(
                f"No people are known of {label(movie)}, so that nothing connects it.",
                f"Tell some, as in `cinemactl movie edit {movie.id} --director NAME`.",
            )
    chain = _chain(session, one.id, other.id)
    if chain is None:
        raise NotConnected(f"No chain of people leads from {label(one)} to {label(other)}.")
    return [_step(session, *chain[place : place + 3]) for place in range(0, len(chain) - 1, 2)]


def _chain(session: Session, one: int, other: int) -> list[int] | None:
    """Return movies and people by turns from one movie to the other, None when there is no way."""
    here, there = _Side(one), _Side(other)
    while here.front and there.front:
        side, opposite = (here, there) if here.cost <= there.cost else (there, here)
        is_movie = not side.at_movies
        known: Iterable[int] = opposite.movies if is_movie else opposite.people
        if met := set(known).intersection(side.go_on(session)):
            return _joined(here, there, met, is_movie=is_movie)
    return None


def _joined(here: _Side, there: _Side, met: Iterable[int], *, is_movie: bool) -> list[int]:
    """Return the whole way through the meeting point that makes it shortest, the smallest id of those as short."""
    ways = ((here.way(node, is_movie=is_movie), there.way(node, is_movie=is_movie)) for node in sorted(met))
    first, second = min(ways, key=lambda way: len(way[0]) + len(way[1]))
    return [*reversed(first), *second[1:]]


def _step(session: Session, movie: int, person: int, following: int) -> dict[str, Any]:
    ends = [session.execute(NAMED, {"movie": id_, "person": person}).mappings().one() for id_ in (movie, following)]
    named = [{name: end[name] for name in ("id", "title", "year", "roles")} for end in ends]
    return {"person": ends[0]["person"], "movie": named[0], "next": named[1]}
