"""What stands on screens and at sites, and is in the way of whoever removes one or changes its time zone."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from cinemactl.errors import Conflict
from cinemactl.programme.tables import Booking, KeyWindow, PublishedScreening, Screen, Screening, Site


@dataclass(frozen=True, slots=True)
class Standing:
    """How many screenings there are, how many of them are cancelled, how many seats they sold, and how many bookings."""

    screenings: int
    cancelled: int
    sold: int
    bookings: int

    def __bool__(self) -> bool:
        return bool(self.screenings or self.bookings)

    def __str__(self) -> str:
        said = [_counted(self.screenings, "screening")] if self.screenings else []
        if self.cancelled:
            said[0] += f" ({self.cancelled} cancelled)"
        said += [f"{_counted(self.sold, 'seat')} sold"] if self.sold else []
        said += [_counted(self.bookings, "booking")] if self.bookings else []
        return ", ".join(said)


class PlaceInUse(Conflict):
    """A site or a screen that is to be removed has screenings or bookings."""

    code = "place-in-use"

    def __init__(self, what: str, name: str, standing: Standing) -> None:
        super().__init__(
            f"The {what} {name!r} is in use: {standing}. Nothing was removed.",
            "Move or remove those first; with --force they are removed too.",
        )


class TimezoneInUse(Conflict):
    """Screenings stand at a site whose time zone is to be changed, and would read otherwise."""

    code = "timezone-in-use"

    def __init__(self, site: Site, timezone: str, shifted: int, first: datetime) -> None:
        before, after = (first.astimezone(ZoneInfo(zone)) for zone in (site.timezone, timezone))
        days = "" if before.date() == after.date() else f"{after:%Y-%m-%d} "
        super().__init__(
            f"The site {site.name!r} has {_counted(shifted, 'screening')} at times of {site.timezone}. In {timezone} they "
            f"would stay at the same moments and read otherwise: the first, {before:%Y-%m-%d %H:%M}, would read "
            f"{days}{after:%H:%M}. Nothing was changed.",
            f"`cinemactl site edit {shlex.quote(site.name)} --timezone {timezone}` does so with --keep moments; with "
            "--keep local-times it moves those to come to the same times of day.",
        )


def standing_on(session: Session, screen: Screen) -> Standing:
    """Return what stands on a screen."""
    return _standing(session, select(Screen.id).where(Screen.id == screen.id))


def standing_at(session: Session, site: Site) -> Standing:
    """Return what stands at a site."""
    bookings = session.scalar(select(func.count()).select_from(Booking).where(Booking.site_id == site.id)) or 0
    return _standing(session, _screens_of(site), bookings)


def clear_screen(session: Session, screen: Screen) -> list[int]:
    """Remove all that stands on a screen, and return the movies whose screenings that were."""
    return _clear(session, select(Screen.id).where(Screen.id == screen.id))


def clear_site(session: Session, site: Site) -> list[int]:
    """Remove all that stands at a site, its screens too, and return the movies whose screenings that were."""
    movies = _clear(session, _screens_of(site))
    for table in (PublishedScreening, KeyWindow, Booking, Screen):
        session.execute(delete(table).where(table.site_id == site.id))
    return movies


def require_same_times(session: Session, site: Site, timezone: str, *, force: bool) -> int:
    """Return how many screenings of a site would read otherwise in a time zone; cancelled ones do not count.

    Raises TimezoneInUse, without `force`, when there are any.
    """
    standing = (
        select(Screening.starts_at)
        .join(Screen)
        .where(Screen.site_id == site.id, Screening.state != "cancelled")
        .order_by(Screening.starts_at)
    )
    old, new = ZoneInfo(site.timezone), ZoneInfo(timezone)
    shifted = [
        moment
        for moment in session.scalars(standing)
        if moment.astimezone(old).utcoffset() != moment.astimezone(new).utcoffset()
    ]
    if shifted and not force:
        raise TimezoneInUse(site, timezone, len(shifted), shifted[0])
    return len(shifted)


def _screens_of(site: Site) -> Select[int]:
    return select(Screen.id).where(Screen.site_id == site.id)


def _standing(session: Session, screens: Select[int], bookings: int = 0) -> Standing:
    counted = select(
        func.count(),
        func.count().filter(Screening.state == "cancelled"),
        func.coalesce(func.sum(Screening.sold), 0),
    ).where(Screening.screen_id.in_(screens))
    screenings, cancelled, sold = session.execute(counted).one()
    return Standing(screenings, cancelled, sold, bookings)


def _clear(session: Session, screens: Select[int]) -> list[int]:
    gone = delete(Screening).where(Screening.screen_id.in_(screens)).returning(Screening.movie_id)
    return sorted(set(session.scalars(gone)))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
