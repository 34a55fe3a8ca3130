"""Doing what the plan says, in the transaction it was made in."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from contextlib import nullcontext
from typing import cast

from sqlalchemy import Insert, Table, Update, case, column, func, insert, select, table, text, update
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SCALARS, SETS
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import Credit, Movie, MovieIdentifier, MovieSearch, MovieTitle, Person
from cinemactl.importing.staging import STAGED, VALUES
from cinemactl.store.loading import indexed_at_the_end

MANY = 10_000

# What an import fills, but for the words of a search, which are so few that to index them at the end gains nothing.
WRITTEN = [cast("Table", one.__table__) for one in (Movie, MovieIdentifier, MovieTitle, Person, Credit, MovieSearch)]

# The movies that are written: those of the rows to be updated, and those of the rows to be created once they have a number.
TARGET = table("staged_target", column("line"), column("movie_id"), column("is_new"))

NEW_TARGETS = text("""
    INSERT INTO staged_target (line, movie_id, is_new)
    SELECT line, nextval(numbers.sequence), true
    FROM (SELECT line FROM staged_movie WHERE outcome IS NULL AND movie_id IS NULL ORDER BY line) AS created,
        (SELECT pg_get_serial_sequence('movie', 'id')::regclass AS sequence OFFSET 0) AS numbers
""")

# Whoever else writes these movies waits; in one order, so that nobody waits for somebody who waits for them.
HOLD = text("""
    SELECT FROM movie WHERE id IN (SELECT movie_id FROM staged_target WHERE NOT is_new) ORDER BY id FOR NO KEY UPDATE
""")

# Autovacuum, which cannot see new movies yet, tells the planner that there are none, and each foreign key that is looked up
# by the row is then sought in any index that has the number in it somewhere. Having counted them ourselves, nobody else does
# before the end.
COUNT_MOVIES = text("ANALYZE movie (id)")

IDENTIFIERS = text("""
    INSERT INTO movie_identifier (scheme, value, movie_id)
    SELECT brought.scheme, brought.value, target.movie_id
    FROM staged_target AS target JOIN staged_identifier AS brought USING (line) JOIN staged_movie AS row USING (line)
    WHERE target.is_new OR row.changes -> 'ids' -> 1 ? (brought.scheme || ':' || brought.value)
    ORDER BY brought.scheme, brought.value
""")

TITLES = text("""
    INSERT INTO movie_title (movie_id, position, title, language)
    SELECT target.movie_id,
        coalesce(last.position, 0) + row_number() OVER (PARTITION BY target.movie_id ORDER BY brought.place),
        brought.title, brought.language
    FROM staged_target AS target JOIN staged_title AS brought USING (line) JOIN staged_movie AS row USING (line)
    LEFT JOIN LATERAL (
        SELECT max(position) AS position FROM movie_title WHERE movie_title.movie_id = target.movie_id
    ) AS last ON NOT target.is_new
    WHERE target.is_new OR row.changes -> 'titles' -> 1 ? brought.title
""")

NEW_BILLING = text("""
    INSERT INTO staged_billing (line, role, position, name, character)
    SELECT line, role, position, name, character
    FROM staged_target JOIN staged_credit USING (line) WHERE is_new
""")

PEOPLE = text("""
    CREATE TEMPORARY TABLE staged_person ON COMMIT DROP AS
    SELECT name, fold(name) AS name_key, line
    FROM (SELECT name, min(line) AS line FROM staged_billing GROUP BY name) AS named
""")

NEW_PEOPLE = text("""
    INSERT INTO person (name)
    SELECT DISTINCT ON (name_key) name FROM staged_person
    WHERE NOT EXISTS (SELECT FROM person WHERE person.name_key = staged_person.name_key)
    ORDER BY name_key, line
    ON CONFLICT (name_key) DO NOTHING
""")

OLD_CREDITS = text("""
    DELETE FROM credit USING staged_role AS changed JOIN staged_target AS target USING (line)
    WHERE credit.movie_id = target.movie_id AND credit.role = changed.role
""")

CREDITS = text("""
    INSERT INTO credit (movie_id, role, position, person_id, character)
    SELECT target.movie_id, billed.role, billed.position, person.id, billed.character
    FROM staged_target AS target JOIN staged_billing AS billed USING (line)
    JOIN staged_person AS named USING (name) JOIN person USING (name_key)
    ORDER BY target.movie_id, billed.role, billed.position
""")

TOUCHED = text("SELECT movie_id FROM staged_target ORDER BY movie_id")


def apply_plan(session: Session, progress: Callable[[int, int], None]) -> None:
    """Create and update the movies of the plan; `progress` is told how many a search finds by now, and of how many.

    The caller holds the catalogue's lock.
    """
    new = session.connection().execute(NEW_TARGETS).rowcount
    session.execute(text("ANALYZE staged_target"))
    with indexed_at_the_end(session, WRITTEN) if new > MANY else nullcontext(False) as is_first:  # noqa: FBT003  (what it yields)
        session.execute(HOLD)
        session.execute(_create())
        if new > MANY and not is_first:
            session.execute(COUNT_MOVIES)
        session.execute(_update())
        for statement in (IDENTIFIERS, TITLES, NEW_BILLING, PEOPLE):
            session.execute(statement)
        session.execute(text("ANALYZE staged_person"))
        for statement in (NEW_PEOPLE, OLD_CREDITS, CREDITS):
            session.execute(statement)
        refresh_search(session, array("q", session.scalars(TOUCHED)), progress, is_first=is_first)


def _create() -> Insert:
    row = VALUES.c
    sets = (func.coalesce(row[name], text("'{}'")) for name in SETS)
    created = select(TARGET.c.movie_id, *(row[name] for name in SCALARS), *sets).join_from(
        VALUES, TARGET, row.line == TARGET.c.line
    )
    return insert(Movie).from_select(
        ["id", *SCALARS, *SETS], created.where(TARGET.c.is_new).order_by(TARGET.c.movie_id)
    )


def _update() -> Update:
    row, said = STAGED.c, VALUES.c
    changed = {
        name: case((row.changes.has_key(name), said[name]), else_=getattr(Movie, name)) for name in (*SCALARS, *SETS)
    }
    return (
        update(Movie)
        .values(**changed, updated_at=func.now())
        .where(Movie.id == row.movie_id, row.line == said.line, row.outcome == "updated")
        .execution_options(synchronize_session=False)
    )
