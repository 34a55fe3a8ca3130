"""Adding, editing, removing and listing sites."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import share_catalogue
from cinemactl.errors import Conflict, UsageRefused
from cinemactl.programme import opening
from cinemactl.programme.checks.tuning import set_tuning, tunings_told
from cinemactl.programme.clock import SiteClock
from cinemactl.programme.locks import share_places
from cinemactl.programme.opening_words import DayHours
from cinemactl.programme.place_values import WEEKDAYS
from cinemactl.programme.places import SITE_ORDER, SiteNotFound
from cinemactl.programme.standing import PlaceInUse, clear_site, standing_at
from cinemactl.programme.status import refresh_statuses
from cinemactl.programme.tables import Screen, Screening, Site
from cinemactl.programme.zone_change import Rezoned, change_zone

CLEARABLE = ("country", "region", "city", "address", "url", "currency", "week_starts_on")


class SiteExists(Conflict):
    """The name is another site's."""

    code = "site-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a site {name!r} already.", "Take another name, or `cinemactl site edit` that site.")


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """What an edit did.

    Whether anything changed, and how many standing screenings read otherwise now, were moved, and are in other weeks.
    """

    changed: bool
    shifted: int = 0
    moved: int = 0
    in_other_weeks: int = 0


def add_site(
    session: Session, given: Mapping[str, Any], *, hours: Collection[DayHours] = (), checks: Collection[str] = ()
) -> Site:
    """Add a site of these columns, opening hours and settings of checks (as `set_tuning` reads them), and return it.

    Raises UsageRefused without a name or a time zone, ValueRefused for hours out of the business day, SiteExists, and what
    `set_tuning` does.
    """
    if not given.get("name") or not given.get("timezone"):
        raise UsageRefused(
            "A site needs a name and a time zone.",
            'Give both, as in `cinemactl site add "Filmhaus" --timezone Europe/Berlin --country DE`.',
        )
    share_places(session)
    site = Site(**{"checks": {}, **given})
    for setting in checks:
        set_tuning(site, setting)
    with _named(session, given["name"]):
        session.add(site)
    session.refresh(site)
    opening.set_hours(session, site, hours)
    return site


def edit_site(
    session: Session,
    site: Site,
    given: Mapping[str, Any],
    *,
    hours: Collection[DayHours] = (),
    checks: Collection[str] = (),
    clear: Collection[str] = (),
    local_times: bool = False,
    force: bool = False,
) -> SiteChanged:
    """Change what is given of a site, empty the columns of CLEARABLE, `hours` or `checks`, that are in `clear`.

    Screenings that stand keep their moments, or with `local_times` their times of day in another time zone. Raises
    SiteExists, SiteNotFound when somebody removed it meanwhile, ValueRefused for hours out of the business day, what
    `set_tuning` does, and what `change_zone` does.
    """
    if local_times:
        share_catalogue(session)
    hold_site(session, site)
    clock = site.clock
    wanted = {**{name: None for name in clear if name in CLEARABLE}, **given}
    changed = {name: value for name, value in wanted.items() if getattr(site, name) != value}
    zone = Rezoned()
    if "timezone" in changed:
        zone = change_zone(session, site, changed["timezone"], local_times=local_times, force=force)
    # The savepoint is there before the first change, so that a name that is taken takes nothing else with it.
    with _named(session, wanted.get("name", site.name)):
        for name, value in changed.items():
            setattr(site, name, value)
    other_hours = opening.set_hours(session, site, hours, clear="hours" in clear)
    before = site.checks
    site.checks = {} if "checks" in clear else before
    for setting in checks:
        set_tuning(site, setting)
    others = other_hours or site.checks != before
    if changed or others:
        site.updated_at = func.now()
        session.flush()
        session.refresh(site)
    return SiteChanged(bool(changed) or others, zone.shifted, zone.moved, _in_other_weeks(session, site, clock))


def remove_site(session: Session, site: Site, *, force: bool = False) -> None:
    """Remove a site with its screens.

    Raises PlaceInUse when screenings or bookings stand there, which go too with `force`, and SiteNotFound.
    """
    share_catalogue(session)
    hold_site(session, site)
    session.execute(select(Screen.id).where(Screen.site_id == site.id).order_by(Screen.id).with_for_update()).all()
    if not force:
        raise_if_in_use(session, site)
    movies = clear_site(session, site)
    session.delete(site)
    refresh_statuses(session, movies)


def raise_if_in_use(session: Session, site: Site) -> None:
    """Raise PlaceInUse, with their counts, when screenings or bookings stand at the site."""
    if standing := standing_at(session, site):
        raise PlaceInUse("site", site.name, standing)


def hold_site(session: Session, site: Site) -> None:
    """Hold a site, as it is at this moment, until the transaction ends; raises SiteNotFound when it is gone."""
    share_places(session)
    held = select(Site).where(Site.id == site.id).with_for_update().execution_options(populate_existing=True)
    if session.scalar(held) is None:
        raise SiteNotFound(site.name)


def list_sites(session: Session, *, limit: int | None = None, after: Site | None = None) -> list[dict[str, Any]]:
    """Return the documents of sites by their names, Kino 2 before Kino 10, of those that come after the site `after`."""
    query = select(Site).order_by(*SITE_ORDER).limit(limit)
    if after is not None:
        key = session.execute(select(*SITE_ORDER).where(Site.id == after.id)).one()
        query = query.where(tuple_(*SITE_ORDER) > tuple(key))
    return documents(session, list(session.scalars(query)))


def document(session: Session, site: Site) -> dict[str, Any]:
    """Return what is shown of a site: its columns, opening hours, and what holds where it says nothing itself."""
    return documents(session, [site])[0]


def documents(session: Session, sites: Collection[Site]) -> list[dict[str, Any]]:
    """Return what is shown of each of the sites."""
    ids = [site.id for site in sites]
    hours = opening.hours_at(session, ids)
    counted = (
        select(Screen.site_id, func.count(), func.sum(Screen.seats))
        .where(Screen.site_id.in_(ids))
        .group_by(Screen.site_id)
    )
    screens = {site_id: (count, seats) for site_id, count, seats in session.execute(counted)}
    return [_document(site, hours.get(site.id, []), *screens.get(site.id, (0, 0))) for site in sites]


def _document(site: Site, hours: Collection[DayHours], screens: int, seats: int) -> dict[str, Any]:
    return {
        "id": site.id,
        "name": site.name,
        "timezone": site.timezone,
        "country": site.country,
        "region": site.region,
        "city": site.city,
        "address": site.address,
        "url": site.url,
        "currency": site.currency,
        "business_day_cut": f"{site.business_day_cut:%H:%M}",
        "week_starts_on": None if site.week_starts_on is None else WEEKDAYS[site.week_starts_on],
        "pre_show_minutes": site.pre_show_minutes,
        "turnaround_minutes": site.turnaround_minutes,
        "large_turnaround_minutes": site.large_turnaround_minutes,
        "large_screen_seats": site.large_screen_seats,
        "start_grid_minutes": site.start_grid_minutes,
        "hours": opening.document(hours),
        "checks": tunings_told(site.checks),
        "screens": screens,
        "seats": seats,
        "in_effect": {"week_starts_on": WEEKDAYS[site.clock.week_starts_on]},
        "created_at": site.created_at,
        "updated_at": site.updated_at,
    }


def _in_other_weeks(session: Session, site: Site, before: SiteClock) -> int:
    """Return how many screenings that are not cancelled a clock of another cut or first weekday puts into another week."""
    clock = site.clock
    before = replace(before, zone=clock.zone)
    if clock == before:
        return 0
    standing = select(Screening.starts_at).join(Screen).where(Screen.site_id == site.id, Screening.state != "cancelled")
    weeks = ([one.week_of(moment) for one in (before, clock)] for moment in session.scalars(standing))
    return sum(was != now for was, now in weeks)


@contextmanager
def _named(session: Session, name: str) -> Iterator[None]:
    """Write what the block changes; raises SiteExists when the name is another's."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != "23505":
            raise
        raise SiteExists(name) from error
