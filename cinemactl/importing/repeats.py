"""Rows of the file that are one movie: one of them stands for all, or, when they contradict each other, none does."""

from __future__ import annotations

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SCALARS, SETS
from cinemactl.importing.layouts.columns import Columns

REPEATED = text("""
    CREATE TEMPORARY TABLE staged_repeat ON COMMIT DROP AS
    SELECT line, same_as, movie_id, title_key
    FROM (
        SELECT *, count(*) OVER (PARTITION BY same_as) AS rows FROM staged_movie
        WHERE outcome IS NULL AND same_as IN (SELECT same_as FROM staged_movie WHERE same_as <> line)
    ) AS counted
    WHERE rows > 1
""")

SETS_SAID = " ".join(f"UNION ALL SELECT same_as, line, '{name}', unnest({name}) FROM said" for name in SETS)  # noqa: S608  (constants)

# Every single value of the repeated rows. What somebody played is said of that person in that role.
SAID = text(f"""
    CREATE TEMPORARY TABLE staged_said ON COMMIT DROP AS
    WITH said AS (SELECT staged_repeat.same_as, row.* FROM staged_repeat JOIN staged_value AS row USING (line))
    SELECT said.same_as, said.line, single.field, single.value
    FROM said CROSS JOIN LATERAL (VALUES
        ('original_title', original_key), ('release_date', release_date::text), ('year', release_year::text),
        ('runtime', runtime::text), ('certificate', certificate_system || ':' || certificate), ('synopsis', synopsis),
        ('poster', poster), ('trailer', trailer)
    ) AS single (field, value)
    WHERE single.value IS NOT NULL
    {SETS_SAID}
    UNION ALL
    SELECT same_as, line, 'further_titles', further.title_key FROM staged_repeat JOIN staged_title AS further USING (line)
    UNION ALL
    SELECT same_as, line, scheme, value FROM staged_repeat JOIN staged_identifier USING (line)
    UNION ALL
    SELECT same_as, line, role, fold(name) FROM staged_repeat JOIN staged_credit USING (line)
    UNION ALL
    SELECT same_as, line, role || ':' || fold(name), fold(character) FROM staged_repeat JOIN staged_credit USING (line)
    WHERE character IS NOT NULL
""")  # noqa: S608  (constants)

# Rows agree in a field when one of them says all that any says.
DISAGREED = text("""
    CREATE TEMPORARY TABLE staged_disagreed ON COMMIT DROP AS
    WITH each AS (
        SELECT same_as, field, line, count(DISTINCT value) AS values FROM staged_said GROUP BY same_as, field, line
    ),
    every AS (
        SELECT same_as, field, count(DISTINCT value) AS values FROM staged_said GROUP BY same_as, field
    ),
    called AS (
        SELECT DISTINCT same_as, movie_id, title_key FROM staged_repeat
        WHERE same_as IN (SELECT same_as FROM staged_repeat GROUP BY same_as HAVING min(title_key) < max(title_key))
    )
    SELECT same_as, split_part(field, ':', 1) AS field
    FROM every JOIN each USING (same_as, field)
    GROUP BY same_as, field, every.values HAVING every.values > max(each.values)
    UNION
    SELECT same_as, 'title' FROM called
    GROUP BY same_as
    HAVING count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM staged_other AS other JOIN staged_repeat USING (line)
        WHERE staged_repeat.same_as = called.same_as AND other.title_key = called.title_key
    )) > 1
    AND NOT bool_and(EXISTS (
        SELECT FROM movie
        WHERE movie.id = called.movie_id AND (
            movie.title_key = called.title_key OR fold(movie.original_title) = called.title_key OR EXISTS (
                SELECT FROM movie_title AS further
                WHERE further.movie_id = movie.id AND further.title_key = called.title_key
            )
        )
    ))
""")

CONTRADICTORY = text("""
    WITH listed AS (
        SELECT same_as, (array_agg(line ORDER BY line))[1:5] AS lines, count(*) AS rows FROM staged_repeat GROUP BY same_as
    ),
    torn AS (
        SELECT same_as, min(field) AS field, string_agg(field, ', ' ORDER BY field) AS fields
        FROM (SELECT DISTINCT same_as, coalesce(CAST(:headings AS jsonb) ->> field, field) AS field FROM staged_disagreed) AS named
        GROUP BY same_as
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', "column" = torn.field,
        candidates = CASE WHEN row.movie_id IS NOT NULL THEN ARRAY[row.movie_id] END,
        reason = 'Lines ' || array_to_string(listed.lines, ', ')
            || CASE WHEN listed.rows > 5 THEN ' and ' || listed.rows - 5 || ' more' ELSE '' END
            || ' are one movie and contradict each other: ' || torn.fields || '.'
    FROM torn JOIN listed USING (same_as)
    WHERE torn.same_as = row.same_as AND row.outcome IS NULL
""")

# The row whose title is nowhere a further one stands for all; else the one that says most.
STANDING = text("""
    CREATE TEMPORARY TABLE staged_standing ON COMMIT DROP AS
    SELECT DISTINCT ON (same_as) same_as, line
    FROM staged_repeat AS row
    LEFT JOIN (SELECT line, count(*) AS values FROM staged_said GROUP BY line) AS said USING (line)
    LEFT JOIN (
        SELECT DISTINCT same_as, other.title_key
        FROM staged_repeat JOIN staged_other AS other USING (line)
    ) AS further USING (same_as, title_key)
    WHERE same_as NOT IN (SELECT same_as FROM staged_disagreed)
    ORDER BY same_as, further.title_key IS NOT NULL, said.values DESC NULLS LAST, line
""")

SCALARS_TAKEN = ", ".join(f"{name} = coalesce(row.{name}, whole.{name})" for name in SCALARS if name != "title")
SCALARS_WHOLE = ", ".join(f"max(row.{name}) AS {name}" for name in SCALARS)
SETS_TAKEN = ", ".join(f"{name} = whole.{name}" for name in SETS)
SETS_WHOLE = ", ".join(
    f"CAST((array_agg(CAST(row.{name} AS text) ORDER BY cardinality(row.{name}) DESC NULLS LAST))[1] AS text[]) AS {name}"
    for name in SETS
)

COMPLETE = text(f"""
    UPDATE staged_value AS row SET {SCALARS_TAKEN}, {SETS_TAKEN}
    FROM (
        SELECT standing.line, {SCALARS_WHOLE}, {SETS_WHOLE}
        FROM staged_standing AS standing JOIN staged_repeat USING (same_as)
        JOIN staged_value AS row ON row.line = staged_repeat.line
        GROUP BY standing.line HAVING count(*) > 1
    ) AS whole
    WHERE whole.line = row.line
""")  # noqa: S608  (constants)

# Each id goes, once, to the row that stands for all; the others of its kind belong to no line any more.
IDENTIFIERS = text("""
    UPDATE staged_identifier AS brought SET line = CASE WHEN every.line = brought.line THEN every.standing END
    FROM (
        SELECT same_as, scheme, value, min(standing.line) AS standing, min(staged_repeat.line) AS line
        FROM staged_standing AS standing JOIN staged_repeat USING (same_as)
        JOIN staged_identifier AS own ON own.line = staged_repeat.line
        GROUP BY same_as, scheme, value
    ) AS every JOIN staged_repeat USING (same_as)
    WHERE staged_repeat.line = brought.line AND every.scheme = brought.scheme AND every.value = brought.value
""")

CHARACTERS = text("""
    WITH told AS (
        SELECT same_as, role, fold(name) AS name_key, max(character) AS character
        FROM staged_standing JOIN staged_repeat USING (same_as) JOIN staged_credit AS credit ON credit.line = staged_repeat.line
        WHERE character IS NOT NULL GROUP BY same_as, role, name_key
    )
    UPDATE staged_credit AS credit SET character = told.character
    FROM staged_repeat JOIN told USING (same_as)
    WHERE staged_repeat.line = credit.line AND told.role = credit.role AND told.name_key = fold(credit.name)
    AND credit.character IS NULL
""")

# The row that stands for all gets the longest list; the others belong to no line any more.
TITLES = text("""
    WITH longest AS (
        SELECT DISTINCT ON (same_as) same_as, line
        FROM staged_repeat JOIN staged_title USING (line) GROUP BY same_as, line ORDER BY same_as, count(*) DESC, line
    )
    UPDATE staged_title AS further SET line = CASE WHEN further.line = longest.line THEN standing.line END
    FROM staged_repeat JOIN staged_standing AS standing USING (same_as) JOIN longest USING (same_as)
    WHERE staged_repeat.line = further.line
""")

CREDITS = text("""
    WITH longest AS (
        SELECT DISTINCT ON (same_as, role) same_as, role, line
        FROM staged_repeat JOIN staged_credit USING (line)
        GROUP BY same_as, role, line ORDER BY same_as, role, count(*) DESC, line
    )
    UPDATE staged_credit AS credit SET line = CASE WHEN credit.line = longest.line THEN standing.line END
    FROM staged_repeat JOIN staged_standing AS standing USING (same_as) JOIN longest USING (same_as)
    WHERE staged_repeat.line = credit.line AND longest.role = credit.role
""")

DUPLICATES = text("""
    UPDATE staged_movie AS row
    SET outcome = 'duplicates', reason = 'It is the same movie as line ' || standing.line || ', which has all it says.'
    FROM staged_standing AS standing
    WHERE standing.same_as = row.same_as AND standing.line <> row.line AND row.outcome IS NULL
""")


# What stands for several says more than its own row does.
UNLIKE_ITS_WORDS = text("""
    UPDATE staged_movie AS row SET digest = NULL FROM staged_repeat WHERE staged_repeat.line = row.line
""")


def unite_repeats(session: Session, columns: Columns) -> None:
    """Let one row stand for all that are the same movie, with all they say; set aside those that contradict each other."""
    session.execute(REPEATED)
    if not session.scalar(text("SELECT EXISTS (SELECT FROM staged_repeat)")):
        return
    session.execute(text("ANALYZE staged_repeat"))
    session.execute(SAID)
    session.execute(text("ANALYZE staged_said"))
    session.execute(DISAGREED)
    session.execute(CONTRADICTORY, {"headings": json.dumps({one.field: one.heading for one in columns.used})})
    session.execute(STANDING)
    session.execute(text("ANALYZE staged_standing"))
    for statement in (COMPLETE, IDENTIFIERS, CHARACTERS, TITLES, CREDITS, DUPLICATES, UNLIKE_ITS_WORDS):
        session.execute(statement)
