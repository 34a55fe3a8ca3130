"""The plan of an import of ratings: what becomes of each row.

The latest of several ratings by one member of one movie counts, in the file and against what is known here; of those
without a time the last in the file does, and it goes over what is known.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.tables import OUTCOMES

# Created and unchanged rows beyond so many are counted and not kept one by one: the ratings themselves tell of them.
MOST_KEPT = 100_000

ASIDE = text(r"""
    CREATE TEMPORARY TABLE staged_aside ON COMMIT DROP AS
    SELECT line, 'rejected' AS outcome, "column", reason, CAST(NULL AS bigint[]) AS candidates
    FROM staged_row WHERE reason IS NOT NULL
    UNION ALL
    SELECT named.line, CASE WHEN named.candidates IS NULL THEN 'rejected' ELSE 'ambiguous' END, CAST(:column AS text),
        CASE
            WHEN named.candidates IS NOT NULL THEN
                'It could be movie ' || array_to_string(named.candidates[1:5], ' or ') || ': title and year do not tell.'
            WHEN named.scheme = 'id' THEN 'There is no movie ' || named.value || '.'
            WHEN named.scheme <> '' AND named.title = ''
                THEN 'No movie here has the id ' || named.scheme || ':' || named.value || '.'
            ELSE 'No movie here is called ' || named.title || coalesce(' (' || named.year || ')', '') || '.'
        END,
        named.candidates
    FROM (
        SELECT row.line, named.* FROM staged_plain AS row JOIN staged_reference AS named ON named.number = row.movie
        WHERE named.movie_id IS NULL
        UNION ALL
        SELECT row.line, named.* FROM staged_row AS row JOIN staged_reference AS named USING (reference)
        WHERE named.movie_id IS NULL AND row.reason IS NULL
    ) AS named
""")

PLAIN = """
    SELECT row.line, rater.member_id, named.movie_id, to_timestamp(row.seconds) AS rated_at,
        {stars} AS stars, {value} AS source_value, {scale} AS source_scale
    FROM staged_plain AS row
    JOIN staged_rater AS rater ON rater.number = row.member
    JOIN staged_reference AS named ON named.number = row.movie
    WHERE named.movie_id IS NOT NULL
"""
# On the scale of 5 a plain value is stars as it stands.
AS_THEY_ARE = {"stars": "row.value", "value": "CAST(NULL AS numeric)", "scale": "CAST(NULL AS smallint)"}
OUT_OF_TEN = {
    "stars": "greatest(row.value / 2, 0.5)",
    "value": "trim_scale(row.value)",
    "scale": "CAST(10 AS smallint)",
}

PLANNED = """
    CREATE TEMPORARY TABLE planned_rating ON COMMIT DROP AS
    SELECT line, member_id, movie_id, row.rated_at, CAST(row.stars AS numeric(2,1)) AS stars, row.source_value, row.source_scale,
        CASE WHEN place > 1 THEN standing END AS standing,
        CASE
            WHEN place > 1 THEN 'duplicates'
            WHEN known.member_id IS NULL THEN 'created'
            WHEN row.rated_at < known.rated_at THEN 'unchanged'
            WHEN (known.stars, known.source_value, known.source_scale)
                IS NOT DISTINCT FROM (row.stars, row.source_value, row.source_scale)
                AND coalesce(row.rated_at, known.rated_at) IS NOT DISTINCT FROM known.rated_at THEN 'unchanged'
            ELSE 'updated'
        END AS outcome
    FROM (
        SELECT *, row_number() OVER latest AS place, first_value(line) OVER latest AS standing
        FROM (
            {plain}
            UNION ALL
            SELECT row.line, rater.member_id, named.movie_id, row.rated_at, row.stars, row.source_value, row.source_scale
            FROM staged_row AS row
            JOIN staged_rater AS rater ON rater.handle = row.handle
            JOIN staged_reference AS named ON named.reference = row.reference
            WHERE row.reason IS NULL AND named.movie_id IS NOT NULL
        ) AS every
        WINDOW latest AS (PARTITION BY member_id, movie_id ORDER BY rated_at DESC NULLS LAST, line DESC)
    ) AS row
    LEFT JOIN rating AS known USING (member_id, movie_id)
"""

COUNTS = text("""
    SELECT outcome, count(*) AS rows FROM planned_rating GROUP BY outcome
    UNION ALL
    SELECT outcome, count(*) FROM staged_aside GROUP BY outcome
""")

# What the rows come to in one number, whatever order they are in; members new to this import have no number yet.
DIGEST = text("""
    SELECT coalesce(sum(hash_record_extended(
        ROW(line, outcome, movie_id, stars), 0
    )), 0)::text FROM planned_rating
""")

KEEP_ASIDE = text("""
    INSERT INTO import_row (import_id, line, outcome, "column", reason, candidates)
    SELECT :import_id, line, outcome, "column", reason, candidates FROM staged_aside
""")

KEEP = text("""
    INSERT INTO import_row (import_id, line, outcome, movie_id, changes, former, reason)
    SELECT :import_id, row.line, row.outcome, row.movie_id,
        CASE row.outcome
            WHEN 'created' THEN jsonb_build_object(
                'member', jsonb_build_array(NULL, rater.handle), 'stars', jsonb_build_array(NULL, row.stars)
            )
            WHEN 'updated' THEN jsonb_build_object('member', jsonb_build_array(rater.handle, rater.handle))
                || CASE WHEN known.stars = row.stars THEN '{}'
                    ELSE jsonb_build_object('stars', jsonb_build_array(known.stars, row.stars)) END
                || CASE WHEN known.rated_at IS NOT DISTINCT FROM coalesce(row.rated_at, known.rated_at) THEN '{}'
                    ELSE jsonb_build_object('rated_at', jsonb_build_array(known.rated_at, row.rated_at)) END
        END,
        CASE WHEN row.outcome = 'updated' THEN to_jsonb(known) END,
        CASE WHEN row.outcome = 'duplicates' THEN
            'Line ' || row.standing || ' is a rating of the same movie by the same member, and is the one that counts.' END
    FROM planned_rating AS row JOIN staged_rater AS rater USING (member_id)
    LEFT JOIN rating AS known ON row.outcome = 'updated' AND known.member_id = row.member_id AND known.movie_id = row.movie_id
    WHERE row.outcome = ANY (CAST(:outcomes AS text[]))
""")


def plan(session: Session, *, scale: int | None, movie_column: str | None) -> dict[str, int]:
    """Decide what becomes of each staged row and return how many rows there are of each outcome.

    `scale` is that of the plain rows; `movie_column` is what the file calls the column that names movies.
    """
    session.execute(ASIDE, {"column": movie_column})
    plain = PLAIN.format(**(OUT_OF_TEN if scale == 10 else AS_THEY_ARE))  # noqa: PLR2004  (a scale)
    session.execute(text(PLANNED.format(plain=plain)))
    session.execute(text("ANALYZE planned_rating (outcome, member_id, movie_id)"))
    counted = {row.outcome: row.rows for row in session.execute(COUNTS)}
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def digest(session: Session) -> str:
    """Return a number that says what the plan would do, for another plan to be held against."""
    return str(session.scalar(DIGEST))


def keep_plan(session: Session, import_id: int, counts: dict[str, int]) -> None:
    """Keep the plan row by row, before it is applied; of very many created or unchanged rows only that they are.

    Of a rating that is updated, what it was is kept for an undo.
    """
    outcomes = ["updated", "duplicates"]
    if counts["created"] + counts["unchanged"] <= MOST_KEPT:
        outcomes += ["created", "unchanged"]
    session.execute(KEEP_ASIDE, {"import_id": import_id})
    session.execute(KEEP, {"import_id": import_id, "outcomes": outcomes})
