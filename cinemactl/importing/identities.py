"""Which rows are one movie by their ids, and which movie that is if it is known here."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.components import join_rows
from cinemactl.importing.staging import become

KNOWN = text("""
    CREATE TEMPORARY TABLE staged_known ON COMMIT DROP AS
    SELECT brought.line, known.movie_id, count(*) AS ids
    FROM staged_identifier AS brought JOIN movie_identifier AS known USING (scheme, value)
    GROUP BY brought.line, known.movie_id
""")

BY_IDENTIFIER = "SELECT line, min(movie_id) AS movie_id FROM staged_known GROUP BY line"

# The least line that brings an id, or belongs to a movie, is linked to each of the others.
LINKS = text("""
    WITH brought AS (
        SELECT scheme, value, min(line) AS first FROM staged_identifier GROUP BY scheme, value HAVING min(line) < max(line)
    ),
    known AS (
        SELECT movie_id, min(line) AS first FROM staged_known GROUP BY movie_id HAVING min(line) < max(line)
    )
    SELECT brought.first, shared.line FROM brought JOIN staged_identifier AS shared USING (scheme, value)
    WHERE shared.line > brought.first
    UNION ALL
    SELECT known.first, shared.line FROM known JOIN staged_known AS shared USING (movie_id)
    WHERE shared.line > known.first
""")

# Only rows that were joined, or have ids of two movies, can have several.
SEVERAL_MOVIES = text("""
    WITH doubtful AS (
        SELECT same_as FROM staged_movie WHERE same_as <> line
        UNION
        SELECT row.same_as FROM staged_known AS known JOIN staged_movie AS row USING (line)
        WHERE known.movie_id <> row.movie_id
    ),
    met AS (
        SELECT row.same_as, known.movie_id
        FROM doubtful JOIN staged_movie AS row USING (same_as) JOIN staged_known AS known USING (line)
        WHERE row.outcome IS NULL
        UNION ALL
        SELECT same_as, movie_id FROM doubtful JOIN staged_movie USING (same_as)
        WHERE outcome IS NULL AND movie_id IS NOT NULL
    ),
    torn AS (
        SELECT same_as, array_agg(DISTINCT movie_id) AS movies FROM met
        WHERE same_as IN (SELECT same_as FROM met GROUP BY same_as HAVING min(movie_id) < max(movie_id))
        GROUP BY same_as
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', candidates = torn.movies[1:20],
        reason = 'What tells which movie it is names several: ' || array_to_string(torn.movies[1:5], ', ') || '.'
    FROM torn WHERE torn.same_as = row.same_as AND row.outcome IS NULL
""")

REST_OF_THE_ROWS = text("""
    UPDATE staged_movie AS row SET movie_id = found.movie_id, known = row.known OR :known
    FROM (
        SELECT same_as, min(movie_id) AS movie_id FROM staged_movie
        WHERE outcome IS NULL AND same_as IN (SELECT same_as FROM staged_movie WHERE same_as <> line)
        GROUP BY same_as HAVING min(movie_id) IS NOT NULL
    ) AS found
    WHERE found.same_as = row.same_as AND row.movie_id IS NULL AND row.outcome IS NULL
""")

# The ids that nobody has here, of rows that have a movie. Most files bring none, and most rows: only those are looked through
# that do.
STRANGE = text("""
    CREATE TEMPORARY TABLE staged_strange ON COMMIT DROP AS
    WITH bringing AS MATERIALIZED (
        SELECT row.line FROM staged_movie AS row
        LEFT JOIN (SELECT line, sum(ids) AS ids FROM staged_known GROUP BY line) AS known USING (line)
        WHERE (SELECT count(*) FROM staged_identifier) > (SELECT coalesce(sum(ids), 0) FROM staged_known)
        AND row.outcome IS NULL AND row.movie_id IS NOT NULL AND cardinality(row.schemes) > coalesce(known.ids, 0)
    )
    SELECT DISTINCT brought.scheme, brought.value
    FROM bringing JOIN staged_identifier AS brought USING (line) LEFT JOIN movie_identifier AS known USING (scheme, value)
    WHERE known.movie_id IS NULL
""")

# An id that nobody has here, in a scheme in which the row's movie has another one, and no row brings that.
CLASHING = text("""
    WITH strange AS (
        SELECT row.same_as, row.movie_id, brought.scheme, min(brought.value) AS value
        FROM staged_strange JOIN staged_identifier AS brought USING (scheme, value) JOIN staged_movie AS row USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NOT NULL
        GROUP BY row.same_as, row.movie_id, brought.scheme
    ),
    met AS (
        SELECT row.same_as, known.scheme
        FROM strange JOIN staged_movie AS row USING (same_as, movie_id) JOIN staged_identifier AS brought USING (line)
        JOIN movie_identifier AS known ON known.scheme = brought.scheme AND known.value = brought.value
        GROUP BY row.same_as, known.scheme
    ),
    clashing AS (
        SELECT strange.same_as, strange.movie_id, min(strange.scheme || ':' || strange.value) AS brought,
            min(known.scheme || ':' || known.value) AS known
        FROM strange JOIN movie_identifier AS known USING (movie_id, scheme)
        WHERE NOT EXISTS (SELECT FROM met WHERE met.same_as = strange.same_as AND met.scheme = strange.scheme)
        GROUP BY strange.same_as, strange.movie_id
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', candidates = ARRAY[clashing.movie_id],
        reason = 'It is movie ' || clashing.movie_id || ' by another value, but that has the id ' || clashing.known
            || ' and the row ' || clashing.brought || '.'
    FROM clashing WHERE clashing.same_as = row.same_as AND row.outcome IS NULL
""")

STRANGERS = text("""
    WITH brought AS (
        SELECT row.line, string_agg(brought.scheme || ':' || brought.value, ' or ' ORDER BY brought.scheme) AS ids
        FROM staged_movie AS row JOIN staged_identifier AS brought USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NULL
        GROUP BY row.line
    )
    UPDATE staged_movie AS row SET outcome = 'rejected', reason = 'No movie here has the id ' || brought.ids || '.'
    FROM brought WHERE brought.line = row.line
""")


def match_by_id(session: Session) -> None:
    """Give each row the movie that has one of its ids, and join the rows that share an id or a movie."""
    session.execute(KNOWN)
    session.execute(text("ANALYZE staged_known"))
    become(session, BY_IDENTIFIER)
    join_rows(session, LINKS, ("node", "same_as"))
    settle(session, known=True)


def settle(session: Session, *, known: bool) -> None:
    """Give rows that are one movie the movie of one of them; set them aside when they have several."""
    session.execute(SEVERAL_MOVIES)
    session.execute(REST_OF_THE_ROWS, {"known": known})


def reject_strangers(session: Session) -> None:
    """Reject the rows that name no movie which is known here; without a title none can be made of them."""
    session.execute(STRANGERS)


def has_strange_ids(session: Session) -> bool:
    """Whether a row that has a movie brings an id that nobody has here."""
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM staged_strange)")))


def set_aside_clashing_ids(session: Session) -> None:
    """Set aside the rows that would give a movie a second id in a scheme."""
    session.execute(STRANGE)
    if has_strange_ids(session):
        session.execute(text("ANALYZE staged_strange"))
        session.execute(CLASHING)
