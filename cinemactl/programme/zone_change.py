"""Another time zone for a site: its screenings keep their moments, or their times of day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from cinemactl.errors import Conflict
from cinemactl.programme.clock import LocalTimeRefused
from cinemactl.programme.holding import hold
from cinemactl.programme.plans.faults import SeatsSold, listed
from cinemactl.programme.standing import require_same_times
from cinemactl.programme.status import refresh_statuses
from cinemactl.programme.tables import Screen, Screening, Site

# No two zones are further apart, so that nothing older can be in the way.
FURTHEST = timedelta(hours=26)
SHIFT = text("""
    UPDATE screening AS known SET starts_at = starts_at + shift, feature_starts_at = feature_starts_at + shift,
        feature_ends_at = feature_ends_at + shift, clear_at = clear_at + shift, updated_at = now(),
        sequence = sequence + CASE WHEN published_at IS NULL THEN 0 ELSE 1 END
    FROM unnest(CAST(:ids AS integer[]), CAST(:shifts AS interval[])) AS told (id, shift) WHERE told.id = known.id
""")

Standing = Row[int, int, int, datetime, datetime, int]


@dataclass(frozen=True, slots=True)
class Rezoned:
    """How many screenings read otherwise now, and how many were moved so that they read the same."""

    shifted: int = 0
    moved: int = 0


class TimesLost(Conflict):
    """Screenings cannot have their times of day in another time zone."""

    code = "local-times"

    def __init__(self, timezone: str, faults: Sequence[str]) -> None:
        super().__init__(
            f"The times of day cannot be kept in {timezone}: {listed(faults)}. Nothing was changed.",
            "Move those screenings first, or keep the moments with --keep moments.",
        )


def change_zone(session: Session, site: Site, timezone: str, *, local_times: bool, force: bool = False) -> Rezoned:
    """Move what stands at a site to where it is to be in a time zone, which the caller gives to the site then.

    With `local_times` all that is not over is moved to the same local start, its minutes as they were; what the public
    knows gets the next sequence. Raises TimesLost for starts that the zone's clocks leap over or pass twice and for those
    that would overlap, SeatsSold without `force`. Otherwise all keep their moments: raises TimezoneInUse without `force`
    when any would read otherwise. The caller holds the catalogue and the site.
    """
    if not local_times:
        return Rezoned(shifted=require_same_times(session, site, timezone, force=force))
    shifted = require_same_times(session, site, timezone, force=True)
    now = datetime.now(UTC)
    standing = _standing(session, site, now - FURTHEST)
    screens, movies = ({getattr(one, name) for one in standing} for name in ("screen_id", "movie_id"))
    hold(session, screens, movies)
    standing = _standing(session, site, now - FURTHEST)
    shifts = _shifts(site, timezone, [one for one in standing if one.feature_ends_at > now])
    _refuse_overlaps(timezone, standing, shifts)
    sold = [one for one in standing if one.sold and one.id in shifts]
    if sold and not force:
        seats = sum(one.sold for one in sold)
        raise SeatsSold("moved", seats, [f"screening {one.id} ({one.sold})" for one in sold])
    session.execute(SHIFT, {"ids": list(shifts), "shifts": list(shifts.values())})
    session.expire_all()
    refresh_statuses(session, sorted({one.movie_id for one in standing if one.id in shifts}))
    return Rezoned(shifted - len(shifts), len(shifts))


def _standing(session: Session, site: Site, since: datetime) -> Sequence[Standing]:
    query = (
        select(Screening.id, Screening.screen_id, Screening.movie_id)
        .add_columns(Screening.starts_at, Screening.feature_ends_at, Screening.sold)
        .join(Screen, Screen.id == Screening.screen_id)
        .where(Screen.site_id == site.id, Screening.state != "cancelled", Screening.feature_ends_at > since)
        .order_by(Screening.screen_id, Screening.starts_at)
    )
    return session.execute(query).all()


def _shifts(site: Site, timezone: str, standing: Sequence[Standing]) -> dict[int, timedelta]:
    """Return by how much each screening is moved, by its id; raises TimesLost."""
    old = site.clock
    new = replace(old, zone=ZoneInfo(timezone))
    shifts: dict[int, timedelta] = {}
    faults = []
    for one in standing:
        local = old.local(one.starts_at)
        if local.utcoffset() == new.local(one.starts_at).utcoffset():
            continue
        try:
            shifts[one.id] = new.instant(local.replace(tzinfo=None, fold=0)) - one.starts_at
        except LocalTimeRefused as refused:
            faults.append(f"screening {one.id}: {refused.message.rstrip('.')}")
    if faults:
        raise TimesLost(timezone, faults)
    return shifts


def _refuse_overlaps(timezone: str, standing: Sequence[Standing], shifts: dict[int, timedelta]) -> None:
    faults = []
    for _, on in groupby(standing, key=lambda one: one.screen_id):
        moved = sorted(
            (one.starts_at + shift, one.feature_ends_at + shift, one.id)
            for one in on
            for shift in [shifts.get(one.id, timedelta())]
        )
        faults += [
            f"screenings {a} and {b} would overlap" for (_, end, a), (start, _, b) in pairwise(moved) if start < end
        ]
    if faults:
        raise TimesLost(timezone, faults)
