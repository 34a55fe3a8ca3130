"""Writing the ratings of a plan, and the members they are by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

MEMBERS = text("""
    INSERT INTO member (id, handle, import_id)
    SELECT member_id, handle, :import_id FROM staged_rater
    WHERE is_new AND member_id IN (SELECT member_id FROM planned_rating WHERE outcome = 'created')
    ORDER BY member_id
""")
RATINGS = text("""
    INSERT INTO rating (member_id, movie_id, rated_at, import_id, source_scale, stars, source_value)
    SELECT member_id, movie_id, rated_at, :import_id, source_scale, stars, source_value
    FROM planned_rating WHERE outcome = 'created'
""")
CHANGED = text("""
    UPDATE rating SET stars = row.stars, source_value = row.source_value, source_scale = row.source_scale,
        rated_at = coalesce(row.rated_at, rating.rated_at), import_id = :import_id
    FROM planned_rating AS row
    WHERE row.outcome = 'updated' AND rating.member_id = row.member_id AND rating.movie_id = row.movie_id
""")


def apply_plan(session: Session, import_id: int, counts: Mapping[str, int]) -> int:
    """Write the ratings that are created and updated, of which `counts` has how many; return how many members were made."""
    made = 0
    given = {"import_id": import_id}
    if counts["created"]:
        made = cast("CursorResult[tuple[()]]", session.execute(MEMBERS, given)).rowcount
        session.execute(RATINGS, given)
    if counts["updated"]:
        session.execute(CHANGED, given)
    return made
