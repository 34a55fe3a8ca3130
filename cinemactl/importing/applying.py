"""Doing what the plan says, in the transaction it was made in."""

from __future__ import annotations

from sqlalchemy import case, func, select, text, update
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SCALARS, SETS
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import Movie
from cinemactl.importing.staging import STAGED

NUMBER = text("""
    UPDATE staged_movie SET movie_id = nextval(pg_get_serial_sequence('movie', 'id')) WHERE outcome = 'created'
""")

IDENTIFIERS = text("""
    INSERT INTO movie_identifier (scheme, value, movie_id)
    SELECT brought.scheme, brought.value, row.movie_id
    FROM staged_movie AS row JOIN staged_identifier AS brought USING (line)
    WHERE row.outcome = 'created' OR (row.outcome = 'updated' AND row.changes ? 'ids')
    ON CONFLICT DO NOTHING
""")

TITLES = text("""
    INSERT INTO movie_title (movie_id, position, title, language)
    SELECT row.movie_id, coalesce(last.position, 0) + row_number() OVER (PARTITION BY row.movie_id ORDER BY brought.place),
        brought.title, brought.language
    FROM staged_movie AS row
    CROSS JOIN LATERAL unnest(row.further_titles, row.further_languages)
        WITH ORDINALITY AS brought (title, language, place)
    LEFT JOIN LATERAL (
        SELECT max(position) AS position FROM movie_title WHERE movie_title.movie_id = row.movie_id
    ) AS last ON true
    WHERE row.outcome = 'created' OR (row.outcome = 'updated' AND row.changes -> 'titles' -> 1 ? brought.title)
""")

CREDITED = """
    FROM staged_movie AS row
    CROSS JOIN LATERAL unnest(row.credit_roles, row.credit_names, row.credit_characters)
        WITH ORDINALITY AS credited (role, name, character, place)
    WHERE row.outcome = 'created' OR (row.outcome = 'updated' AND row.changes ? credited.role)
"""

PEOPLE = text(f"""
    INSERT INTO person (name)
    SELECT DISTINCT ON (fold(credited.name)) credited.name {CREDITED} ORDER BY fold(credited.name), row.line
    ON CONFLICT (name_key) DO NOTHING
""")  # noqa: S608  (a constant above)

REPLACED_CREDITS = text("""
    CREATE TEMPORARY TABLE replaced_credit ON COMMIT DROP AS
    SELECT DISTINCT ON (movie_id, role, person_id) movie_id, role, person_id, credit.character
    FROM credit JOIN staged_movie AS row USING (movie_id)
    WHERE row.outcome = 'updated' AND row.changes ? credit.role AND credit.character IS NOT NULL
    ORDER BY movie_id, role, person_id, position
""")

OLD_CREDITS = text("""
    DELETE FROM credit USING staged_movie AS row
    WHERE credit.movie_id = row.movie_id AND row.outcome = 'updated' AND row.changes ? credit.role
""")

CREDITS = text(f"""
    INSERT INTO credit (movie_id, role, position, person_id, character)
    SELECT listed.movie_id, listed.role, listed.position, person.id, coalesce(listed.character, replaced.character)
    FROM (
        SELECT row.movie_id, credited.role, credited.name, credited.character,
            row_number() OVER (PARTITION BY row.movie_id, credited.role ORDER BY credited.place) AS position
        {CREDITED}
    ) AS listed JOIN person ON person.name_key = fold(listed.name)
    LEFT JOIN replaced_credit AS replaced
        ON (replaced.movie_id, replaced.role, replaced.person_id) = (listed.movie_id, listed.role, person.id)
""")  # noqa: S608  (a constant above)

TOUCHED = text("SELECT movie_id FROM staged_movie WHERE outcome IN ('created', 'updated')")


def apply_plan(session: Session) -> int:
    """Create and update the movies of the plan; return how many were touched. The caller holds the catalogue's lock."""
    session.execute(NUMBER)
    session.execute(_create())
    session.execute(_update())
    session.execute(IDENTIFIERS)
    session.execute(TITLES)
    session.execute(PEOPLE)
    session.execute(REPLACED_CREDITS)
    session.execute(OLD_CREDITS)
    session.execute(CREDITS)
    touched = list(session.scalars(TOUCHED))
    refresh_search(session, touched)
    return len(touched)


def _create():  # noqa: ANN202  (SQLAlchemy's own type of an INSERT says nothing)
    row = STAGED.c
    columns = ("id", *SCALARS, *SETS)
    values = (
        row.movie_id,
        *(row[name] for name in SCALARS),
        *(func.coalesce(row[name], text("'{}'")) for name in SETS),
    )
    return Movie.__table__.insert().from_select(
        columns, select(*values).where(row.outcome == "created").order_by(row.line)
    )


def _update():  # noqa: ANN202  (as above)
    row = STAGED.c
    changed = {
        name: case((row.changes.has_key(name), row[name]), else_=getattr(Movie, name))  # noqa: W601  (PostgreSQL's ?)
        for name in (*SCALARS, *SETS)
    }
    return (
        update(Movie)
        .values(**changed, updated_at=func.now())
        .where(Movie.id == row.movie_id, row.outcome == "updated")
        .execution_options(synchronize_session=False)
    )
