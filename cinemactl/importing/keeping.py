"""The plan of an import as it is kept: what is more than an outcome and a movie row by row, all other rows in blocks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from cinemactl.importing.tables import DIGEST_BYTES, ImportBlock, ImportRow

LINES_OF_A_BLOCK = 1000

# Each row as an `import_row`, wherever it is kept.
PLANNED = """
    SELECT import_id, line, outcome, movie_id, changes, former, "column", reason, candidates
    FROM import_row WHERE import_id = :import_id
    UNION ALL
    SELECT block.import_id, plain.line, block.outcome, plain.movie_id, NULL, NULL, NULL, NULL, NULL
    FROM import_block AS block, unnest(block.lines, block.movie_ids) AS plain (line, movie_id)
    WHERE block.import_id = :import_id
"""

# What becomes of these rows is staged; of the others it follows from whether they have a movie.
KEEP_ROWS = text("""
    INSERT INTO import_row (import_id, line, outcome, movie_id, changes, former, "column", reason, candidates)
    SELECT :import_id, row.line, row.outcome, row.movie_id,
        CASE WHEN row.outcome = 'updated' THEN row.changes END, former.former, row."column", row.reason, row.candidates
    FROM staged_movie AS row LEFT JOIN staged_former AS former USING (line)
    WHERE row.outcome IS NOT NULL
""")
KEEP_BLOCKS = text("""
    INSERT INTO import_block (import_id, outcome, first_line, lines, movie_ids, changed_at, digests)
    SELECT :import_id, outcome, min(line), array_agg(line), array_agg(movie_id), array_agg(changed_at),
        CASE WHEN bool_or(digest IS NOT NULL) THEN string_agg(coalesce(digest, decode(repeat('00', :digest_bytes), 'hex')), '') END
    FROM (
        SELECT line, 'created' AS outcome, target.movie_id, now() AS changed_at, row.digest
        FROM staged_movie AS row LEFT JOIN staged_target AS target USING (line)
        WHERE row.outcome IS NULL AND row.movie_id IS NULL
        UNION ALL
        SELECT line, 'unchanged', movie.id, movie.updated_at, CASE WHEN row.known THEN row.digest END
        FROM staged_movie AS row JOIN movie ON movie.id = row.movie_id
        WHERE row.outcome IS NULL
        UNION ALL
        SELECT line, 'unchanged', movie_id, changed_at, digest FROM staged_familiar
    ) AS plain
    GROUP BY outcome, line / :lines
""")


def keep_plan(session: Session, import_id: int) -> None:
    """Keep the plan that is staged, with the movies it made if it was applied."""
    session.execute(KEEP_ROWS, {"import_id": import_id})
    sizes = {"lines": LINES_OF_A_BLOCK, "digest_bytes": DIGEST_BYTES}
    session.execute(KEEP_BLOCKS, {"import_id": import_id, **sizes})


def forget_plan(session: Session, import_ids: Sequence[int]) -> None:
    """Remove what is kept of the plans of imports."""
    for kept in (ImportRow, ImportBlock):
        session.execute(delete(kept).where(kept.import_id.in_(import_ids)))
