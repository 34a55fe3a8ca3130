"""Screenings as plain records, for what looks at many of them at once, standing or only planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.programme.tables import Screen, Screening

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Shown:
    """A screening on its screen. `id` is None of one that is only planned; moments are in UTC."""

    id: int | None
    site_id: int
    screen_id: int
    movie_id: int
    state: str
    starts_at: datetime
    feature_starts_at: datetime
    feature_ends_at: datetime
    clear_at: datetime
    format: str = "2D"
    audio: str | None = None
    subtitles: str | None = None
    captions: str | None = None
    held_back_seats: int = 0
    sold: int = 0


FIELDS = (
    *(Screening.id, Screen.site_id, Screening.screen_id, Screening.movie_id, Screening.state),
    *(Screening.starts_at, Screening.feature_starts_at, Screening.feature_ends_at, Screening.clear_at),
    *(Screening.format, Screening.audio, Screening.subtitles, Screening.captions),
    *(Screening.held_back_seats, Screening.sold),
)


def shown(
    session: Session,
    *,
    sites: Sequence[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cancelled: bool = False,
) -> Iterator[Shown]:
    """Yield the screenings that start in [since, until) at the sites, by site, screen and start; None is any."""
    found = (
        select(*FIELDS).join(Screen).order_by(Screen.site_id, Screening.screen_id, Screening.starts_at, Screening.id)
    )
    if sites is not None:
        found = found.where(Screen.site_id.in_(sites))
    if since is not None:
        found = found.where(Screening.starts_at >= since)
    if until is not None:
        found = found.where(Screening.starts_at < until)
    if not cancelled:
        found = found.where(Screening.state != "cancelled")
    for row in session.execute(found, execution_options={"yield_per": BATCH}):
        yield Shown(*row)
