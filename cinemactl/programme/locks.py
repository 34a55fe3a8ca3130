"""Who may write sites and screens together: single changes side by side, an import alone."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

ALL_PLACES = 0x706C61636573  # "places"


def share_places(session: Session) -> None:
    """Hold, until the transaction ends, the right to write one site or screen; waits for an import under way."""
    session.execute(select(func.pg_advisory_xact_lock_shared(ALL_PLACES)))


def lock_places(session: Session) -> None:
    """Hold, until the transaction ends, the right to write sites and screens in bulk; waits for everybody else."""
    session.execute(select(func.pg_advisory_xact_lock(ALL_PLACES)))
