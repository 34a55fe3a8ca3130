"""How movies are connected: the shortest chain, and that it is one."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.connected import NotConnected, connected
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import ExitCode, UsageRefused


def _fill(session: Session, links: set[tuple[int, int]]) -> dict[int, Movie]:
    session.execute(text("DELETE FROM movie"))
    movies = {number: Movie(title=f"Movie {number}") for number in range(20)}
    session.add_all(movies.values())
    session.flush()
    for person in {person for _, person in links}:
        session.execute(text("INSERT INTO person (name) VALUES (:name)"), {"name": f"Person {person}"})
    for number, person in links:
        session.execute(
            text("""
                INSERT INTO credit (movie_id, role, position, person_id)
                SELECT :movie, 'cast', :position, id FROM person WHERE name = :name
            """),
            {"movie": movies[number].id, "position": person + 1, "name": f"Person {person}"},
        )
    return movies


def _steps(links: set[tuple[int, int]], one: int, other: int) -> int | None:
    """Return the length of the shortest chain, found the plain way."""
    far, front = {one: 0}, [one]
    while front:
        at = front.pop(0)
        people = {person for movie, person in links if movie == at}
        for movie, person in sorted(links):
            if person in people and movie not in far:
                far[movie] = far[at] + 1
                front.append(movie)
    return far.get(other)


def test_the_chain_is_the_shortest_and_each_step_is_true(session):
    random = Random(7)
    links = {(random.randrange(17), random.randrange(16)) for _ in range(27)} | {(18, 99)}
    movies = _fill(session, links)
    lengths = set()
    for one, other in product(range(17), repeat=2):
        expected = _steps(links, one, other)
        if one == other:
            continue
        if expected is None:
            with pytest.raises(NotConnected):
                connected(session, movies[one], movies[other])
            continue
        found = connected(session, movies[one], movies[other])
        assert len(found) == expected
        lengths.add(expected)
        assert (found[0]["movie"]["id"], found[-1]["next"]["id"]) == (movies[one].id, movies[other].id)
        assert all(step["next"]["id"] == after["movie"]["id"] for step, after in pairwise(found))
        assert all(step["movie"]["roles"] == step["next"]["roles"] == ["cast"] for step in found)
    assert len(lengths) > 3


def test_what_is_not_connected_is_a_sentence(session):
    movies = _fill(session, {(0, 1), (1, 2)})
    with pytest.raises(NotConnected, match="No chain of people leads from Movie 0 to Movie 1") as refused:
        connected(session, movies[0], movies[1])
    assert refused.value.exit_code is ExitCode.NOT_FOUND
    with pytest.raises(NotConnected, match="No people are known of Movie 2"):
        connected(session, movies[0], movies[2])
    with pytest.raises(UsageRefused, match="Both are movie"):
        connected(session, movies[0], movies[0])
