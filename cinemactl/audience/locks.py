"""Who may write the audience together: single changes side by side, an import or the forgetting of a member alone.

Whoever takes this lock and the catalogue's takes the catalogue's first, so that nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WHOLE_AUDIENCE = 0x6D656D626572  # "member"


def share_audience(session: Session) -> None:
    """Hold, until the transaction ends, the right to write one member or rating; waits for an import under way."""
    session.execute(select(func.pg_advisory_xact_lock_shared(WHOLE_AUDIENCE)))


def lock_audience(session: Session) -> None:
    """Hold, until the transaction ends, the right to write members and ratings in bulk; waits for everybody else."""
    session.execute(select(func.pg_advisory_xact_lock(WHOLE_AUDIENCE)))
