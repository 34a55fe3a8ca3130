"""Which rows are one movie by title and year, and which movie that is if it is known here.

Two parties of one title and year are compatible when no scheme has an id of each: had they the same id in it, they would
be one party; and movies that are known here never are. A row that is compatible with two parties which are not so with
each other could be either, and is set aside; so is one of several that could be one movie and not each other. What is
compatible otherwise is one. All this is asked of classes of parties with ids in the same schemes, so that a title which
thousands of movies share costs no more than others.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.components import join_rows
from cinemactl.importing.identities import settle
from cinemactl.importing.titles import find_members, gather

MOST_ROUNDS = 20

CLASSES = text("""
    CREATE TEMPORARY TABLE staged_class ON COMMIT DROP AS
    SELECT title_key, year, schemes, count(*) AS parties, min(party) AS party, min(movie_id) AS movie_id,
        (array_agg(movie_id ORDER BY movie_id))[1:20] AS movies,
        (array_agg(CASE WHEN movie_id IS NULL THEN 'the movie of line ' || party ELSE 'movie ' || movie_id END
            ORDER BY party))[1:3] AS names
    FROM staged_member GROUP BY title_key, year, schemes
""")

# A class whose parties are compatible with two that are not so with each other; for a movie, those two are in doubt.
DOUBTS = text("""
    CREATE TEMPORARY TABLE staged_doubt ON COMMIT DROP AS
    WITH pair AS (
        SELECT title_key, year, mine.schemes, mine.movie_id, other.schemes AS others, other.parties
        FROM staged_class AS mine JOIN staged_class AS other USING (title_key, year)
        WHERE mine.schemes <> other.schemes AND NOT mine.schemes && other.schemes
    ),
    between AS (
        SELECT title_key, year, schemes, movie_id FROM pair, unnest(others) AS scheme
        GROUP BY title_key, year, schemes, movie_id, scheme HAVING sum(parties) > 1
    )
    SELECT title_key, year, schemes FROM between WHERE movie_id IS NULL
    UNION
    SELECT title_key, year, pair.others FROM between JOIN pair USING (title_key, year, schemes)
    WHERE between.movie_id IS NOT NULL
""")

JOINED = text("""
    CREATE TEMPORARY TABLE staged_joined ON COMMIT DROP AS
    WITH doubtful AS (
        SELECT party FROM staged_member JOIN staged_doubt USING (title_key, year, schemes)
    ),
    sure AS (
        SELECT * FROM staged_class WHERE parties = 1 AND party NOT IN (SELECT party FROM doubtful)
    )
    SELECT mine.party, min(other.party) FILTER (WHERE other.party > 0) AS first, max(other.movie_id) AS movie_id
    FROM sure AS mine JOIN sure AS other USING (title_key, year)
    WHERE mine.movie_id IS NULL AND mine.schemes <> other.schemes AND NOT mine.schemes && other.schemes
    GROUP BY title_key, year, mine.party
""")

MEET = text("INSERT INTO staged_known SELECT party, movie_id FROM staged_joined WHERE movie_id IS NOT NULL")
BY_TITLE = text("""
    UPDATE staged_movie AS row SET movie_id = joined.movie_id FROM staged_joined AS joined
    WHERE joined.party = row.same_as AND joined.movie_id IS NOT NULL AND row.outcome IS NULL
""")
LINKS = text("""
    SELECT party, first FROM staged_joined WHERE first IS NOT NULL
    UNION ALL
    SELECT party, min(party) OVER (PARTITION BY movie_id) FROM staged_joined WHERE movie_id IS NOT NULL
""")

UNDECIDED = text("""
    WITH compatible AS (
        SELECT title_key, year, doubt.schemes, other.names, other.movies
        FROM staged_doubt AS doubt JOIN staged_class AS other USING (title_key, year)
        WHERE doubt.schemes <> other.schemes AND NOT doubt.schemes && other.schemes
    ),
    described AS (
        SELECT title_key, year, schemes, string_agg(name, ' or ' ORDER BY name)
            || CASE WHEN count(*) = 1 THEN ', but so could rows with other ids.' ELSE ': title and year do not tell.' END AS names
        FROM (
            SELECT title_key, year, schemes, name, row_number() OVER (PARTITION BY title_key, year, schemes) AS place
            FROM compatible, unnest(names) AS name
        ) AS numbered
        WHERE place <= 5 GROUP BY title_key, year, schemes
    ),
    listed AS (
        SELECT title_key, year, schemes, (array_agg(movie ORDER BY movie))[1:20] AS movies
        FROM compatible, unnest(movies) AS movie WHERE movie IS NOT NULL GROUP BY title_key, year, schemes
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', movie_id = NULL, candidates = listed.movies,
        reason = 'It could be ' || described.names
    FROM staged_member AS member
    JOIN described USING (title_key, year, schemes) LEFT JOIN listed USING (title_key, year, schemes)
    WHERE member.party = row.same_as AND member.movie_id IS NULL AND row.outcome IS NULL
""")

# A row whose year, or that of a movie with its title, is not known.
UNDATED = text("""
    WITH doubtful AS (
        SELECT row.line, other.movie_id
        FROM staged_row AS row JOIN staged_class AS other USING (title_key)
        WHERE other.movie_id IS NOT NULL AND NOT row.known AND row.year = 0 AND other.year <> 0
        AND NOT other.schemes && row.schemes
        UNION ALL
        SELECT row.line, other.movie_id
        FROM staged_class AS other JOIN staged_member AS member USING (title_key)
        JOIN staged_movie AS row ON row.same_as = member.party
        WHERE other.movie_id IS NOT NULL AND other.year = 0 AND member.movie_id IS NULL AND member.year <> 0
        AND NOT other.schemes && member.schemes
    ),
    nodes AS (
        SELECT row.node, (array_agg(DISTINCT doubtful.movie_id))[1:20] AS movies
        FROM doubtful JOIN staged_movie AS row USING (line) GROUP BY row.node
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', movie_id = NULL, candidates = nodes.movies,
        reason = 'It could be movie ' || nodes.movies[1] || ': the year of one of the two is not known.'
    FROM nodes WHERE nodes.node = row.node AND row.outcome IS NULL
""")


def match_by_title(session: Session) -> None:
    """Join the rows that are one movie by title and year, and give them their movie; set aside what could be several."""
    if not gather(session):
        return
    for _ in range(MOST_ROUNDS):
        if not _join(session):
            break
    session.execute(UNDECIDED)
    session.execute(UNDATED)


def _join(session: Session) -> bool:
    """Join what is compatible now; what was joined has more ids, so that others may have become distinct by it."""
    find_members(session)
    for table in ("staged_class", "staged_doubt", "staged_joined"):
        session.execute(text(f"DROP TABLE IF EXISTS {table}"))
    session.execute(CLASSES)
    session.execute(DOUBTS)
    session.execute(JOINED)
    if not session.scalar(text("SELECT EXISTS (SELECT FROM staged_joined)")):
        return False
    session.execute(MEET)
    session.execute(BY_TITLE)
    join_rows(session, LINKS, ("same_as",))
    settle(session, known=False)
    return True
