"""Which rows and movies have a title in common.

The rows of the file that are one movie by what is known of them so far, and each movie that is known here, are a party. A
row without a year that has its title from one with a year, and one whose title is another row's original or further
title, are set aside here whatever the catalogue knows by now, or the same file would end differently the second time.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

OTHER_TITLES = text("""
    CREATE TEMPORARY TABLE staged_other ON COMMIT DROP AS
    SELECT line, original_key AS title_key, schemes FROM staged_movie WHERE outcome IS NULL AND original_key <> title_key
    UNION
    SELECT line, further.title_key, row.schemes FROM staged_title AS further JOIN staged_movie AS row USING (line)
    WHERE row.outcome IS NULL AND further.title_key <> row.title_key
""")

# The titles that a row without a known id has in common with another row or a movie. Rows that all have ids in the very same
# schemes, as those of one house's list, are different movies by these whatever their titles.
CROWDED = text("""
    CREATE TEMPORARY TABLE staged_crowded ON COMMIT DROP AS
    WITH sought AS (
        SELECT title_key, min(node) < max(node) AS is_shared,
            CASE WHEN bool_and(schemes IS NOT NULL) AND min(schemes) = max(schemes) THEN min(schemes) END AS schemes
        FROM staged_movie WHERE outcome IS NULL GROUP BY title_key HAVING NOT bool_and(known)
    )
    SELECT title_key FROM sought WHERE is_shared AND schemes IS NULL
    UNION
    SELECT title_key FROM sought JOIN staged_other AS other USING (title_key)
    WHERE sought.schemes IS NULL OR other.schemes IS DISTINCT FROM sought.schemes
    UNION SELECT title_key FROM sought JOIN movie USING (title_key)
    UNION SELECT sought.title_key FROM sought JOIN movie ON fold(movie.original_title) = sought.title_key
    UNION SELECT title_key FROM sought JOIN movie_title USING (title_key)
""")

# Rows that all have ids in the very same schemes, and no movie to compare them with.
DIFFERENT_BY_IDS = text("""
    SELECT NOT EXISTS (SELECT FROM movie) AND bool_and(schemes IS NOT NULL) AND min(schemes) = max(schemes)
    FROM staged_movie WHERE outcome IS NULL
""")

CALLED = text("""
    CREATE TEMPORARY TABLE staged_called ON COMMIT DROP AS
    SELECT title_key, movie.id AS movie_id FROM staged_crowded JOIN movie USING (title_key)
    UNION
    SELECT crowded.title_key, movie.id FROM staged_crowded AS crowded
    JOIN movie ON fold(movie.original_title) = crowded.title_key
    UNION
    SELECT title_key, further.movie_id FROM staged_crowded JOIN movie_title AS further USING (title_key)
""")

WITHOUT_IDS = text("""
    UPDATE staged_movie AS row SET node = alike.line, same_as = alike.line
    FROM (
        SELECT title_key, coalesce(release_year, 0) AS year, min(line) AS line
        FROM staged_movie JOIN staged_crowded USING (title_key)
        WHERE outcome IS NULL AND schemes IS NULL GROUP BY title_key, year HAVING count(*) > 1
    ) AS alike
    WHERE row.outcome IS NULL AND row.schemes IS NULL AND row.line > alike.line
    AND alike.title_key = row.title_key AND alike.year = coalesce(row.release_year, 0)
""")

# Year 0 is none. A row without one has that of any row it is one movie with, or of their movie; and all rows of a movie
# whose day is known have that movie's year, which only another day can change.
ROWS = text("""
    CREATE TEMPORARY TABLE staged_row ON COMMIT DROP AS
    WITH chosen AS (
        SELECT row.node FROM staged_movie AS row JOIN staged_crowded USING (title_key) WHERE row.outcome IS NULL
        UNION
        SELECT row.node FROM staged_crowded JOIN staged_other USING (title_key) JOIN staged_movie AS row USING (line)
        UNION
        SELECT row.node FROM staged_called JOIN staged_movie AS row USING (movie_id) WHERE row.outcome IS NULL
    ),
    dated AS (
        SELECT row.node, coalesce(max(row.release_year), max(movie.release_year), 0) AS year,
            CASE WHEN max(row.release_date) IS NULL AND max(movie.release_date) IS NOT NULL THEN max(movie.release_year) END
                AS fixed
        FROM chosen JOIN staged_movie AS row USING (node) LEFT JOIN movie ON movie.id = row.movie_id
        WHERE row.outcome IS NULL GROUP BY row.node
    ),
    brought AS (
        SELECT row.node, array_agg(DISTINCT brought.scheme) AS schemes
        FROM chosen JOIN staged_movie AS row USING (node) JOIN staged_identifier AS brought USING (line)
        GROUP BY row.node
    )
    SELECT row.line, row.node, row.known, row.title_key, coalesce(dated.fixed, row.release_year, dated.year) AS year,
        coalesce(row.schemes, '{}') AS own_schemes, coalesce(brought.schemes, '{}') AS schemes
    FROM dated JOIN staged_movie AS row USING (node) LEFT JOIN brought USING (node)
    WHERE row.outcome IS NULL
""")

# A row without a year beside one that has one; a row whose title is another row's original or further title.
LOOKALIKES = text("""
    WITH kind AS (
        SELECT title_key, year, own_schemes, true AS is_main, min(node) AS first, max(node) AS last
        FROM staged_row JOIN staged_crowded USING (title_key) GROUP BY title_key, year, own_schemes
        UNION ALL
        SELECT other.title_key, row.year, row.own_schemes, false, min(row.node), max(row.node)
        FROM staged_crowded JOIN staged_other AS other USING (title_key) JOIN staged_row AS row USING (line)
        GROUP BY other.title_key, row.year, row.own_schemes
    ),
    pair AS (
        SELECT row.node, kind.first, kind.last
        FROM staged_row AS row JOIN kind USING (title_key)
        WHERE row.year = 0 AND kind.year <> 0 AND NOT row.known AND NOT kind.own_schemes && row.schemes
        UNION ALL
        SELECT row.node, kind.first, kind.last
        FROM staged_row AS row JOIN kind USING (title_key)
        WHERE NOT kind.is_main AND (row.year = kind.year OR kind.year = 0) AND NOT row.known
        AND NOT kind.own_schemes && row.schemes
    ),
    doubtful AS (
        SELECT node, min(CASE WHEN first <> node THEN first ELSE last END) AS line FROM pair
        WHERE first <> node OR last <> node GROUP BY node
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', reason = 'It could be the movie of line ' || doubtful.line || ', which has its title: '
        || CASE WHEN row.release_year IS NULL THEN 'it has no year' ELSE 'they are not one by their ids' END || '.'
    FROM doubtful WHERE doubtful.node = row.node AND row.outcome IS NULL
""")

MEMBERS = text("""
    CREATE TEMPORARY TABLE staged_member ON COMMIT DROP AS
    WITH here AS (
        SELECT row.line, now.same_as AS party, now.movie_id, row.title_key, row.year, row.schemes
        FROM staged_row AS row JOIN staged_movie AS now USING (line) WHERE now.outcome IS NULL
    ),
    home AS (
        SELECT movie_id, min(party) AS party FROM here WHERE movie_id IS NOT NULL GROUP BY movie_id
    ),
    called AS (
        SELECT coalesce(home.party, -called.movie_id) AS party, called.movie_id, called.title_key
        FROM staged_called AS called LEFT JOIN home USING (movie_id)
    ),
    known AS (
        SELECT party, movie_id FROM home UNION SELECT party, movie_id FROM called
    ),
    titled AS (
        SELECT party, title_key FROM called
        UNION
        SELECT party, title_key FROM here WHERE movie_id IS NOT NULL
        UNION
        SELECT here.party, other.title_key FROM here JOIN staged_other AS other USING (line) WHERE here.movie_id IS NOT NULL
    ),
    dated AS (
        SELECT party, year FROM here WHERE movie_id IS NOT NULL
        UNION
        SELECT called.party, coalesce(movie.release_year, 0) FROM called JOIN movie ON movie.id = called.movie_id
        WHERE called.party < 0
    ),
    identified AS (
        SELECT party, array_agg(DISTINCT scheme) AS schemes
        FROM (
            SELECT party, unnest(schemes) AS scheme FROM here
            UNION ALL
            SELECT known.party, own.scheme FROM known JOIN movie_identifier AS own USING (movie_id)
            UNION ALL
            SELECT party, '#' FROM known
        ) AS every
        GROUP BY party
    )
    SELECT title_key, dated.year, party, known.movie_id, identified.schemes
    FROM staged_crowded JOIN titled USING (title_key) JOIN known USING (party) JOIN dated USING (party)
    JOIN identified USING (party)
    UNION
    SELECT title_key, here.year, party, NULL, coalesce(identified.schemes, '{}')
    FROM staged_crowded JOIN here USING (title_key) LEFT JOIN identified USING (party)
    WHERE here.movie_id IS NULL
""")


def gather(session: Session) -> bool:
    """Find the rows whose title something else has, and set aside those that rows of the file make doubtful.

    Returns whether there are any such rows.
    """
    session.execute(OTHER_TITLES)
    if not session.scalar(text("SELECT EXISTS (SELECT FROM staged_movie WHERE outcome IS NULL AND NOT known)")):
        return False
    if session.scalar(DIFFERENT_BY_IDS):
        return False
    session.execute(CROWDED)
    session.execute(text("ANALYZE staged_other"))
    session.execute(text("ANALYZE staged_crowded"))
    if not session.scalar(text("SELECT EXISTS (SELECT FROM staged_crowded)")):
        return False
    session.execute(CALLED)
    session.execute(text("ANALYZE staged_called"))
    session.execute(WITHOUT_IDS)
    session.execute(ROWS)
    session.execute(text("ANALYZE staged_row"))
    session.execute(LOOKALIKES)
    return True


def find_members(session: Session) -> None:
    """Put in `staged_member` the parties of each title and year, as they are now, with the schemes they have ids in."""
    session.execute(text("DROP TABLE IF EXISTS staged_member"))
    session.execute(MEMBERS)
    session.execute(text("ANALYZE staged_member"))
