"""The plan: what each row would change, field by field, kept in `import_row` and applied as it stands.

What a file does not say never changes anything. What it says goes over what is known (`all`), only where nothing is known
(`missing`), or into new movies alone (`none`).
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Update, and_, case, false, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SETS
from cinemactl.catalogue.tables import Movie, MovieTitle
from cinemactl.importing.identities import has_strange_ids
from cinemactl.importing.staging import ENDED, STAGED, VALUES
from cinemactl.importing.tables import OUTCOMES

OVERWRITE = ("all", "missing", "none")

PLAIN = ("release_date", "runtime", "certificate_system", "certificate", "synopsis", "poster", "trailer")

NEW_IDENTIFIERS = text("""
    WITH new AS (
        SELECT row.line, jsonb_agg(DISTINCT brought.scheme || ':' || brought.value) AS ids
        FROM staged_strange JOIN staged_identifier AS brought USING (scheme, value) JOIN staged_movie AS row USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL AND :overwrite <> 'none'
        GROUP BY row.line
    )
    UPDATE staged_movie AS row SET changes = row.changes || jsonb_build_object('ids', jsonb_build_array(NULL, new.ids))
    FROM new WHERE new.line = row.line
""")

# A title that gives way to another stays as a further one: people, and other files, know the movie by it.
FORMER_TITLES = text("""
    INSERT INTO staged_title (line, place, title, language, title_key)
    SELECT row.line, former.place, former.title, NULL, former.title_key
    FROM staged_movie AS row JOIN staged_value AS said USING (line) JOIN movie ON movie.id = row.movie_id
    CROSS JOIN LATERAL (VALUES
        (32001, row.changes -> 'title' ->> 0, fold(row.changes -> 'title' ->> 0)),
        (32002, row.changes -> 'original_title' ->> 0, fold(row.changes -> 'original_title' ->> 0))
    ) AS former (place, title, title_key)
    WHERE row.outcome IS NULL AND row.changes ?| ARRAY['title', 'original_title']
    AND former.title_key <> CASE WHEN row.changes ? 'title' THEN said.title_key ELSE movie.title_key END
    AND former.title_key IS DISTINCT FROM coalesce(said.original_key, fold(movie.original_title))
    AND NOT EXISTS (
        SELECT FROM staged_title AS further WHERE further.line = row.line AND further.title_key = former.title_key
    )
""")

NEW_TITLES = text("""
    WITH new AS (
        SELECT row.line, jsonb_agg(brought.title ORDER BY brought.place) AS titles
        FROM staged_movie AS row JOIN staged_title AS brought USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL AND :overwrite <> 'none'
        AND NOT EXISTS (
            SELECT FROM movie_title AS further
            WHERE further.movie_id = row.movie_id AND further.title_key = brought.title_key
        )
        GROUP BY row.line
    )
    UPDATE staged_movie AS row
    SET changes = row.changes || jsonb_build_object('titles', jsonb_build_array(NULL, new.titles))
    FROM new WHERE new.line = row.line
""")

# The people of a role are compared one by one, exactly first, as folding a name costs more than all else here.
CHANGED_ROLES = text("""
    CREATE TEMPORARY TABLE staged_role ON COMMIT DROP AS
    WITH brought AS (
        SELECT row.line, row.movie_id, credit.role, credit.position, credit.name, credit.character
        FROM staged_movie AS row JOIN staged_credit AS credit USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL AND CASE :overwrite
            WHEN 'all' THEN true
            WHEN 'missing' THEN NOT EXISTS (
                SELECT FROM credit AS known WHERE known.movie_id = row.movie_id AND known.role = credit.role
            )
            ELSE false
        END
    ),
    billed AS (
        SELECT line, movie_id, role, max(position) AS last FROM brought GROUP BY line, movie_id, role
    )
    SELECT brought.line, brought.movie_id, brought.role
    FROM brought
    LEFT JOIN credit USING (movie_id, role, position) LEFT JOIN person ON person.id = credit.person_id
    WHERE CASE
        WHEN person.id IS NULL THEN true
        WHEN brought.character <> coalesce(credit.character, '') THEN true
        WHEN person.name = brought.name THEN false
        ELSE person.name_key <> fold(brought.name)
    END
    UNION
    SELECT billed.line, billed.movie_id, billed.role
    FROM billed JOIN credit USING (movie_id, role) WHERE credit.position > billed.last
""")

# Somebody who stays on a list keeps the character known here when the file names none.
NEW_CREDITS = text("""
    CREATE TEMPORARY TABLE staged_billing ON COMMIT DROP AS
    SELECT changed.line, changed.role, brought.position, brought.name, coalesce(brought.character, (
        SELECT known.character FROM credit AS known JOIN person ON person.id = known.person_id
        WHERE known.movie_id = changed.movie_id AND known.role = changed.role AND person.name_key = fold(brought.name)
        ORDER BY known.position LIMIT 1
    )) AS character
    FROM staged_role AS changed JOIN staged_credit AS brought USING (line, role)
""")

CHANGED_CREDITS = text("""
    WITH old AS (
        SELECT changed.line, changed.role,
            jsonb_agg(concat_ws(' as ', person.name, credit.character) ORDER BY credit.position) AS people
        FROM staged_role AS changed JOIN credit USING (movie_id, role) JOIN person ON person.id = credit.person_id
        GROUP BY changed.line, changed.role
    ),
    new AS (
        SELECT line, role, jsonb_agg(concat_ws(' as ', name, character) ORDER BY position) AS people
        FROM staged_billing GROUP BY line, role
    ),
    every AS (
        SELECT new.line, jsonb_object_agg(new.role, jsonb_build_array(old.people, new.people)) AS roles
        FROM new LEFT JOIN old USING (line, role) GROUP BY new.line
    )
    UPDATE staged_movie AS row SET changes = row.changes || every.roles FROM every WHERE every.line = row.line
""")

# What an undo needs that the changes do not tell exactly: the credits of the roles that change, and since when the movie
# has been as it is.
FORMER = text("""
    CREATE TEMPORARY TABLE staged_former ON COMMIT DROP AS
    WITH billed AS (
        SELECT changed.line, changed.role, coalesce(
                jsonb_agg(jsonb_build_array(credit.position, credit.person_id, credit.character) ORDER BY credit.position)
                FILTER (WHERE credit.movie_id IS NOT NULL),
                '[]'
            ) AS people
        FROM staged_role AS changed LEFT JOIN credit USING (movie_id, role) GROUP BY changed.line, changed.role
    ),
    credits AS MATERIALIZED (
        SELECT line, jsonb_object_agg(role, people) AS roles FROM billed GROUP BY line
    )
    SELECT row.line, jsonb_build_object('updated_at', movie.updated_at, 'credits', coalesce(credits.roles, '{}')) AS former
    FROM staged_movie AS row JOIN movie ON movie.id = row.movie_id LEFT JOIN credits USING (line)
    WHERE row.outcome = 'updated'
""")

DECIDE = text("""
    UPDATE staged_movie SET outcome = 'updated' WHERE outcome IS NULL AND movie_id IS NOT NULL AND changes <> '{}'
""")

TARGETS = text("""
    CREATE TEMPORARY TABLE staged_target ON COMMIT DROP AS
    SELECT line, movie_id, false AS is_new FROM staged_movie WHERE outcome = 'updated'
""")

COUNTS = text(f"SELECT outcome, count(*) AS rows FROM ({ENDED}) AS ended GROUP BY outcome")  # noqa: S608  (constants)


def plan(session: Session, *, overwrite: str = "all") -> dict[str, int]:
    """Decide what every staged row changes, and which are updated; return how many rows there are of each of OUTCOMES.

    `overwrite` is one of OVERWRITE.
    """
    session.execute(_changed_values(overwrite))
    new_identifiers = (NEW_IDENTIFIERS,) if has_strange_ids(session) else ()
    for statement in (*new_identifiers, FORMER_TITLES, NEW_TITLES, CHANGED_ROLES):
        session.execute(statement, {"overwrite": overwrite} if ":overwrite" in statement.text else {})
    session.execute(text("ANALYZE staged_role"))
    for statement in (NEW_CREDITS, CHANGED_CREDITS, DECIDE):
        session.execute(statement)
    session.execute(text("ANALYZE staged_movie (outcome, movie_id)"))
    for statement in (FORMER, TARGETS):
        session.execute(statement)
    counted = {row.outcome: row.rows for row in session.execute(COUNTS)}
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def _changed_values(overwrite: str) -> Update:
    """Return the statement that compares the movie's own columns.

    A title that is among the movie's titles already is no change, whatever its case and accents, nor is a year without a
    date for a movie whose date is known, nor the order of a set.
    """
    row, said, movie = STAGED.c, VALUES.c, Movie
    changing = {
        name: and_(said[name].is_not(None), differs, *([_unknown(name)] if overwrite == "missing" else []))
        for name, differs in (_differences() if overwrite != "none" else {}).items()
    }
    changes: ColumnElement[Any] = literal({}, JSONB)
    for name, changed in changing.items():
        changes = changes.op("||", return_type=JSONB())(_change(name, changed))
    return (
        update(STAGED)
        .values(changes=changes)
        .where(row.outcome.is_(None), row.line == said.line, row.movie_id == movie.id, or_(false(), *changing.values()))
    )


def _differences() -> dict[str, ColumnElement[bool]]:
    row, movie = VALUES.c, Movie
    further = select(MovieTitle.movie_id).where(MovieTitle.movie_id == movie.id, MovieTitle.title_key == row.title_key)
    differs: dict[str, ColumnElement[bool]] = {
        "title": and_(
            row.title_key != movie.title_key,
            func.fold(movie.original_title).is_distinct_from(row.title_key),
            ~further.exists(),
        ),
        "original_title": and_(
            row.original_title.is_distinct_from(movie.original_title),
            row.original_key.is_distinct_from(func.fold(movie.original_title)),
        ),
        "release_year": and_(
            row.release_year.is_distinct_from(movie.release_year),
            or_(movie.release_date.is_(None), row.release_date.is_not(None)),
        ),
    }
    for name in PLAIN:
        differs[name] = row[name].is_distinct_from(getattr(movie, name))
    for name in SETS:
        known = getattr(movie, name)
        differs[name] = ~and_(known.contains(row[name]), known.contained_by(row[name]))
    return differs


def _unknown(name: str) -> ColumnElement[bool]:
    """Return whether nothing is known of the field; a day in another year than the known one would change that."""
    known = getattr(Movie, name)
    if name in SETS:
        return func.cardinality(known) == 0
    if name == "release_date":
        year = Movie.release_year
        return and_(known.is_(None), or_(year.is_(None), year == VALUES.c.release_year))
    return cast("ColumnElement[bool]", known.is_(None))


def _change(name: str, changed: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return `{name: [old, new]}`, or `{}` when it is not changed."""
    pair = func.jsonb_build_object(literal(name), func.jsonb_build_array(getattr(Movie, name), VALUES.c[name]))
    return case((changed, pair), else_=literal({}, JSONB()))
