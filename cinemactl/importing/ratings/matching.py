"""Which movie and which member each reference and handle of a file of ratings is; each is looked up once."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# `number` is what a plain row has, `reference` what any other has: an id with its scheme, a title and a year.
REFERENCES = text(r"""
    CREATE TEMPORARY TABLE staged_reference ON COMMIT DROP AS
    SELECT movie AS number, CAST(NULL AS text) AS reference, CAST(:scheme AS text) AS scheme,
        CASE WHEN :scheme = 'imdb' THEN 'tt' || lpad(movie::text, greatest(length(movie::text), 7), '0')
            ELSE movie::text END AS value,
        '' AS title, CAST(NULL AS smallint) AS year, CAST(NULL AS integer) AS movie_id, CAST(NULL AS bigint[]) AS candidates
    FROM (SELECT DISTINCT movie FROM staged_plain) AS plain
    UNION ALL
    SELECT NULL, reference, split_part(split_part(reference, E'\x1f', 1), ':', 1),
        substr(split_part(reference, E'\x1f', 1), strpos(reference, ':') + 1),
        split_part(reference, E'\x1f', 2), CAST(nullif(split_part(reference, E'\x1f', 3), '') AS smallint), NULL, NULL
    FROM (SELECT DISTINCT reference FROM staged_row WHERE reason IS NULL) AS every
""")

BY_ID = text("""
    UPDATE staged_reference AS named SET movie_id = known.movie_id
    FROM movie_identifier AS known WHERE known.scheme = named.scheme AND known.value = named.value
""")
BY_OWN_ID = text("""
    UPDATE staged_reference AS named SET movie_id = movie.id
    FROM movie WHERE movie.id = CASE WHEN named.scheme = 'id' THEN CAST(named.value AS bigint) END
""")

# A movie that has another id in the scheme the row brings is another one, whatever it is called.
BY_TITLE = text("""
    WITH wanted AS (
        SELECT reference, scheme, year, fold(title) AS key FROM staged_reference WHERE movie_id IS NULL AND title <> ''
    ),
    called AS (
        SELECT wanted.reference, movie.id, wanted.year IS NULL OR movie.release_year IS NOT NULL AS is_sure
        FROM wanted CROSS JOIN LATERAL (
            SELECT id FROM movie WHERE title_key = wanted.key
            UNION SELECT id FROM movie WHERE original_title IS NOT NULL AND fold(original_title) = wanted.key
            UNION SELECT movie_id FROM movie_title WHERE title_key = wanted.key
        ) AS found JOIN movie ON movie.id = found.id
        WHERE (wanted.year IS NULL OR coalesce(movie.release_year, wanted.year) = wanted.year)
        AND NOT EXISTS (
            SELECT FROM movie_identifier AS own WHERE own.movie_id = movie.id AND own.scheme = wanted.scheme
        )
    ),
    gathered AS (
        SELECT reference, count(*) FILTER (WHERE is_sure) AS sure, min(id) FILTER (WHERE is_sure) AS id,
            (array_agg(id ORDER BY is_sure DESC, id))[1:20] AS candidates
        FROM called GROUP BY reference
    )
    UPDATE staged_reference AS named
    SET movie_id = CASE WHEN sure = 1 THEN id END, candidates = CASE WHEN sure <> 1 THEN gathered.candidates END
    FROM gathered WHERE gathered.reference = named.reference
""")

# Nobody removes a movie while its ratings are written; one that was removed just now is not known any more.
HOLD = text("""
    SELECT FROM movie WHERE id IN (SELECT movie_id FROM staged_reference) ORDER BY id FOR KEY SHARE
""")
GONE = text("""
    UPDATE staged_reference SET movie_id = NULL
    WHERE movie_id IS NOT NULL AND NOT EXISTS (SELECT FROM movie WHERE movie.id = movie_id)
""")

RATERS = text("""
    CREATE TEMPORARY TABLE staged_rater ON COMMIT DROP AS
    WITH named AS (
        SELECT handle, max(number) AS number FROM (
            SELECT member::text AS handle, member AS number FROM (SELECT DISTINCT member FROM staged_plain) AS plain
            UNION ALL
            SELECT DISTINCT handle, CAST(NULL AS integer) FROM staged_row WHERE reason IS NULL
        ) AS every GROUP BY handle
    )
    SELECT handle, number, coalesce(known.id, CAST(-row_number() OVER (ORDER BY number, handle) AS integer)) AS member_id,
        known.id IS NULL AS is_new
    FROM named LEFT JOIN member AS known USING (handle)
""")

# New members get their numbers in the order of the file's, and only when they are made: a dry run uses none up.
NUMBER_RATERS = text("""
    UPDATE staged_rater AS rater SET member_id = numbered.id
    FROM (
        SELECT handle, CAST(nextval(pg_get_serial_sequence('member', 'id')) AS integer) AS id
        FROM (SELECT handle FROM staged_rater WHERE is_new ORDER BY number, handle) AS new
    ) AS numbered
    WHERE numbered.handle = rater.handle
""")


def match(session: Session, scheme: str, *, dry_run: bool) -> None:
    """Fill `staged_reference` with the movie of each reference, `staged_rater` with the member of each handle.

    `scheme` is that of the plain rows. New members have numbers below zero in a dry run. The caller holds the locks on
    the catalogue and on the audience.
    """
    session.execute(REFERENCES, {"scheme": scheme})
    for statement in (BY_ID, BY_OWN_ID, BY_TITLE, HOLD, GONE, RATERS):
        session.execute(statement)
    if not dry_run:
        session.execute(NUMBER_RATERS)
    for table in ("staged_reference", "staged_rater"):
        session.execute(text(f"ANALYZE {table}"))
