"""Which movie each reference of a file of screenings is, and the movies that are made of those which are not known."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.identifiers import CHECKED_SCHEMES
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.importing.ratings.matching import BY_ID, BY_TITLE, GONE, HOLD

REFERENCES = text(r"""
    CREATE TEMPORARY TABLE staged_reference ON COMMIT DROP AS
    SELECT reference, split_part(split_part(reference, E'\x1f', 1), ':', 1) AS scheme,
        substr(split_part(reference, E'\x1f', 1), strpos(reference, ':') + 1) AS value,
        split_part(reference, E'\x1f', 2) AS title,
        CAST(nullif(split_part(reference, E'\x1f', 3), '') AS smallint) AS year,
        CAST(NULL AS bigint) AS movie_id, CAST(NULL AS bigint[]) AS candidates, CAST(NULL AS text) AS node, runtime
    FROM (
        SELECT reference, max(runtime) AS runtime FROM staged_screening WHERE outcome IS NULL GROUP BY reference
    ) AS every
""")
# A number that is another movie's here than the row says comes from another catalogue: title and year tell which it is.
BY_OWN_ID = text("""
    UPDATE staged_reference AS named SET movie_id = movie.id
    FROM movie WHERE movie.id = CASE WHEN named.scheme = 'id' THEN CAST(named.value AS bigint) END
    AND (
        named.title = '' OR fold(named.title) IN (movie.title_key, fold(movie.original_title))
        OR EXISTS (SELECT FROM movie_title AS other WHERE other.movie_id = movie.id AND other.title_key = fold(named.title))
    )
""")
# Rows of one id are one movie, and so are those of one title and year; a title without a year is the one there is of it.
NODES = text("""
    WITH new AS (
        SELECT reference, fold(title) AS key, year,
            CASE WHEN scheme = ANY (CAST(:schemes AS text[])) THEN scheme || ':' || value END AS id
        FROM staged_reference WHERE movie_id IS NULL AND candidates IS NULL AND title <> ''
    ),
    years AS (SELECT key, min(year) AS year FROM new GROUP BY key HAVING count(DISTINCT year) = 1)
    UPDATE staged_reference AS named SET node = coalesce(new.id, new.key || ' ' || coalesce(new.year, years.year, 0))
    FROM new LEFT JOIN years USING (key) WHERE new.reference = named.reference
""")
CREATE = text("""
    WITH wanted AS (
        SELECT node, (array_agg(title ORDER BY reference))[1] AS title, max(year) AS year, max(runtime) AS runtime,
            nextval(pg_get_serial_sequence('movie', 'id')) AS id
        FROM staged_reference WHERE node IS NOT NULL GROUP BY node
    ),
    made AS (
        INSERT INTO movie (id, title, release_year, runtime) SELECT id, title, year, runtime FROM wanted ORDER BY node
    ),
    known AS (
        INSERT INTO movie_identifier (scheme, value, movie_id)
        SELECT DISTINCT named.scheme, named.value, wanted.id FROM staged_reference AS named JOIN wanted USING (node)
        WHERE named.scheme = ANY (CAST(:schemes AS text[])) AND named.node = named.scheme || ':' || named.value
    )
    UPDATE staged_reference AS named SET movie_id = wanted.id FROM wanted WHERE wanted.node = named.node
    RETURNING wanted.id
""")
MATCHED = text("""
    UPDATE staged_screening AS row SET movie_id = named.movie_id, candidates = named.candidates,
        outcome = CASE WHEN named.movie_id IS NULL
            THEN CASE WHEN named.candidates IS NULL THEN 'rejected' ELSE 'ambiguous' END END,
        "column" = CASE WHEN named.movie_id IS NULL THEN CAST(:column AS text) END,
        reason = CASE
            WHEN named.movie_id IS NOT NULL THEN NULL
            WHEN named.candidates IS NOT NULL THEN
                'It could be movie ' || array_to_string(named.candidates[1:5], ' or ') || ': title and year do not tell.'
            WHEN named.scheme = 'id' AND named.title = '' THEN 'There is no movie ' || named.value || '.'
            WHEN named.scheme <> '' AND named.title = ''
                THEN 'No movie here has the id ' || named.scheme || ':' || named.value || '.'
            ELSE 'No movie here is called ' || named.title || coalesce(' (' || named.year || ')', '')
                || '; --create-missing adds it.' END
    FROM staged_reference AS named WHERE named.reference = row.reference AND row.outcome IS NULL
""")
UNUSED = text("""
    DELETE FROM movie WHERE id = ANY (CAST(:made AS bigint[]))
    AND NOT EXISTS (SELECT FROM proposal WHERE proposal.movie_id = movie.id AND proposal.change = 'added')
    RETURNING id
""")
FORGET = text("UPDATE staged_screening SET movie_id = NULL WHERE movie_id = ANY (CAST(:gone AS bigint[]))")


def match_movies(session: Session, *, create: bool, column: str | None) -> list[int]:
    """Give each staged row its movie, or set it aside; return the ids of the movies that were made for rows without one.

    The caller holds the lock on the catalogue. `column` is what the file calls the column that names movies.
    """
    session.execute(REFERENCES)
    for statement in (BY_ID, BY_OWN_ID, BY_TITLE, HOLD, GONE):
        session.execute(statement)
    made: list[int] = []
    if create:
        given = {"schemes": list(CHECKED_SCHEMES)}
        session.execute(NODES, given)
        made = sorted(set(session.scalars(CREATE, given)))
        if made:
            refresh_search(session, made)
    session.execute(MATCHED, {"column": column})
    return made


def forget_unused_movies(session: Session, made: list[int]) -> list[int]:
    """Remove of the movies that were made those of which nothing is to be shown, and return the others."""
    gone = set(session.scalars(UNUSED, {"made": made})) if made else set()
    if gone:
        session.execute(FORGET, {"gone": sorted(gone)})
    return [one for one in made if one not in gone]
