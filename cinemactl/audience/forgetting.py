"""Forgetting a member: the person is erased, and of the ratings only how many there were of each kind is kept."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.audience.locks import lock_audience
from cinemactl.audience.members import hold_member, rating_count
from cinemactl.audience.tables import Member

COUNT = text("""
    UPDATE anonymous_rating AS kept SET ratings = kept.ratings + 1
    FROM rating
    WHERE rating.member_id = :member AND kept.id = (
        SELECT id FROM anonymous_rating AS first
        WHERE first.movie_id = rating.movie_id AND first.stars = rating.stars ORDER BY id LIMIT 1
    )
""")
BEGIN_COUNT = text("""
    INSERT INTO anonymous_rating (movie_id, stars, ratings)
    SELECT movie_id, stars, 1 FROM rating
    WHERE member_id = :member AND NOT EXISTS (
        SELECT FROM anonymous_rating AS kept WHERE kept.movie_id = rating.movie_id AND kept.stars = rating.stars
    )
""")
# The plan of an import names whose rating or attendance each row is; the row stays, for its counts.
FORGET_IN_PLANS = text("""
    UPDATE import_row SET changes = changes - 'member', former = NULL
    WHERE changes -> 'member' ->> 1 = :handle
    AND import_id IN (SELECT id FROM import WHERE noun IN ('rating', 'admission') AND upload_id IS NOT NULL)
""")


def forget_member(session: Session, member: Member) -> int:
    """Erase a member and return how many ratings live on as anonymous counts.

    Nothing that is kept tells which of them were one person's. The files that ratings were imported from are no part of
    this: they are kept for some days and then go by themselves.
    """
    lock_audience(session)
    hold_member(session, member)
    count = rating_count(session, member)
    # What is there is counted up first, so that what is begun after it is not counted twice.
    session.execute(COUNT, {"member": member.id})
    session.execute(BEGIN_COUNT, {"member": member.id})
    session.execute(FORGET_IN_PLANS, {"handle": member.handle})
    session.delete(member)
    session.flush()
    return count
