"""What somebody answered for rows that could be several movies: which movie it is, or that it is a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.identities import KNOWN, set_aside_clashing_ids
from cinemactl.importing.layouts.columns import Columns
from cinemactl.importing.repeats import unite_repeats
from cinemactl.importing.staging import become
from cinemactl.importing.tables import Import
from cinemactl.importing.titles import OTHER_TITLES

ANSWERS = "answers"
NEW = "new"

GIVEN = text("""
    CREATE TEMPORARY TABLE staged_answer ON COMMIT DROP AS
    SELECT CAST(key AS integer) AS line, CASE WHEN value <> 'new' THEN CAST(value AS bigint) END AS movie_id
    FROM jsonb_each_text(CAST(:answers AS jsonb))
""")

GONE = text("""
    UPDATE staged_movie AS row
    SET outcome = 'rejected', reason = 'The answer names movie ' || answer.movie_id || ', which is not there.'
    FROM staged_answer AS answer
    WHERE answer.line = row.line AND row.outcome IS NULL AND answer.movie_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM movie WHERE movie.id = answer.movie_id)
""")

TOLD = text("""
    UPDATE staged_movie AS row SET movie_id = answer.movie_id, known = true, same_as = together.line, node = together.line
    FROM staged_answer AS answer
    JOIN (SELECT movie_id, min(line) AS line FROM staged_answer GROUP BY movie_id) AS together USING (movie_id)
    WHERE answer.line = row.line AND row.outcome IS NULL
""")

BY_NO_IDENTIFIER = "SELECT line, movie_id FROM staged_known WHERE false"

# A new movie cannot have an id that a movie here, or another new one, has.
TAKEN = text("""
    WITH brought AS (
        SELECT line, scheme, value, min(line) OVER (PARTITION BY scheme, value) AS first
        FROM staged_identifier JOIN staged_answer AS answer USING (line) WHERE answer.movie_id IS NULL
    ),
    taken AS (
        SELECT line, scheme || ':' || value || ' belongs to movie ' || movie_id AS reason
        FROM brought JOIN staged_known USING (line) JOIN movie_identifier USING (scheme, value, movie_id)
        UNION ALL
        SELECT line, scheme || ':' || value || ' is also in line ' || first FROM brought WHERE first < line
    )
    UPDATE staged_movie AS row
    SET outcome = 'rejected', reason = 'It cannot be a new movie: the id ' || taken.reason || '.'
    FROM (SELECT line, min(reason) AS reason FROM taken GROUP BY line) AS taken
    WHERE taken.line = row.line AND row.outcome IS NULL
""")


def answers_of(found: Import) -> dict[int, str]:
    """Return the answers an import was asked with, by line: a movie's id or NEW."""
    given = found.options.get(ANSWERS)
    answers: Mapping[str, str] = json.loads(given) if isinstance(given, str) else {}
    return {int(line): answer for line, answer in answers.items()}


def match_by_answers(session: Session, columns: Columns, answers: Mapping[int, str]) -> None:
    """Give each staged row the movie it was said to be; set aside what cannot be so.

    An id of the row that another movie has stays with that.
    """
    session.execute(GIVEN, {"answers": json.dumps(answers)})
    session.execute(KNOWN)
    become(session, BY_NO_IDENTIFIER)
    session.execute(GONE)
    session.execute(TOLD)
    session.execute(TAKEN)
    session.execute(OTHER_TITLES)
    set_aside_clashing_ids(session)
    unite_repeats(session, columns)
