"""What keeps a single screening from being added or moved: the errors that the named checks find in it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cinemactl.errors import Conflict
from cinemactl.programme.tables import Screening, Site


class ErrorsFound(Conflict):
    """The named checks find an error in what is to be shown; `code` is the check's id."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, "With --force it is done nevertheless.")
        self.code = code


def raise_errors(session: Session, site: Site, screenings: Collection[Screening]) -> None:
    """Raise ErrorsFound when one of these screenings starts before its screen is clear, or is not clear for the next."""
    before, after = aliased(Screening), aliased(Screening)
    concerned = [one.id for one in screenings]
    short = (
        select(before, after)
        .join(after, after.screen_id == before.screen_id)
        .where(before.id.in_(concerned) | after.id.in_(concerned))
        .where(before.state != "cancelled", after.state != "cancelled")
        .where(before.starts_at < after.starts_at, after.starts_at < before.clear_at)
        .order_by(before.starts_at)
        .limit(1)
    )
    for first, second in session.execute(short):
        local = site.clock.local
        raise ErrorsFound(
            "turnaround-short",
            f"Screening {second.id} starts at {local(second.starts_at):%H:%M}, before its screen is clear of screening "
            f"{first.id} at {local(first.clear_at):%H:%M}.",
        )
