"""What is on: the published screenings to come of the sites asked about, or those of one cinema week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.programme.clock import DAYS_A_WEEK, monday_of
from cinemactl.programme.places import every_site, find_site

# The programme as a common table expression: movie by movie, and the next screening of each.
ON = """
    place AS (
        SELECT site.id, site.name, site.timezone, span.begins_at, span.ends_at
        FROM unnest(CAST(:sites AS integer[]), CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[]))
            AS span (site_id, begins_at, ends_at)
        JOIN site ON site.id = span.site_id
    ),
    on_programme AS (
        SELECT DISTINCT ON (screening.movie_id) screening.movie_id, screening.id AS screening_id, screening.starts_at,
            screening.feature_starts_at, screen.name AS screen, place.name AS site, place.timezone
        FROM place JOIN screen ON screen.site_id = place.id JOIN screening ON screening.screen_id = screen.id
        WHERE screening.state = 'published'
        AND screening.starts_at >= greatest(place.begins_at, now()) AND screening.starts_at < place.ends_at
        ORDER BY screening.movie_id, screening.starts_at, screening.id
    )
"""


@dataclass
class Spans:
    """Which sites are asked about, and from when to when at each."""

    sites: list[int] = field(default_factory=list)
    begins: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of ON."""
        return {"sites": self.sites, "begins": self.begins, "ends": self.ends}


def spans(session: Session, *, week: str | None = None, site: str | None = None) -> Spans:
    """Return the spans of one site or of all, in a cinema week such as 2026-W49 or from now on.

    Raises SiteNotFound, and UsageRefused for what names no week.
    """
    if week is not None:
        monday_of(week)
    found, now = Spans(), session.scalars(select(func.now())).one()
    for one in every_site(session) if site is None else [find_site(session, site)]:
        begins, ends = now, now + timedelta(days=36500)
        if week is not None:
            first = one.clock.week_named(week)
            begins = one.clock.day_starts_at(first)
            ends = one.clock.day_starts_at(first + timedelta(days=DAYS_A_WEEK))
        found.sites.append(one.id)
        found.begins.append(begins)
        found.ends.append(ends)
    return found
