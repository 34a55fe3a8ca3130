"""Adding, editing, removing and listing screens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import share_catalogue
from cinemactl.errors import Conflict, UsageRefused
from cinemactl.programme.anatomy import pre_show_minutes, turnaround_minutes
from cinemactl.programme.locks import share_places
from cinemactl.programme.places import SCREEN_ORDER, SITE_ORDER, ScreenNotFound, label
from cinemactl.programme.sites import hold_site
from cinemactl.programme.standing import PlaceInUse, clear_screen, standing_on
from cinemactl.programme.status import refresh_statuses
from cinemactl.programme.tables import Screen, Screening, Site

CLEARABLE = ("lobby", "pre_show_minutes", "turnaround_minutes")


class ScreenExists(Conflict):
    """The name is another screen's of the site."""

    code = "screen-exists"

    def __init__(self, site: Site, name: str) -> None:
        super().__init__(
            f"The site {site.name!r} has a screen {name!r} already.",
            "Take another name, or `cinemactl screen edit` that screen.",
        )


class SeatsSold(Conflict):
    """More seats are sold for screenings to come than a screen is to have."""

    code = "screen-seats-sold"

    def __init__(self, name: str, seats: int, most: int, screenings: int) -> None:
        which = "a screening" if screenings == 1 else f"{screenings} screenings"
        super().__init__(
            f"More than {seats} seats of {name!r} are sold for {which} to come, as many as {most}. Nothing was changed.",
            "Move what is sold to a larger screen first; with --force the screen loses its seats nevertheless, and "
            "`cinemactl schedule check --rule oversold` names the screenings.",
        )


def add_screen(session: Session, site: Site, given: Mapping[str, Any]) -> Screen:
    """Add a screen of these columns to a site, and return it.

    Raises UsageRefused without a name or seats, or with more wheelchair and house seats than seats; ScreenExists.
    """
    if not given.get("name") or not given.get("seats"):
        raise UsageRefused(
            "A screen needs a name and its number of seats.",
            'Give both, as in `cinemactl screen add "Screen 1" --site Filmhaus --seats 120`.',
        )
    hold_site(session, site)
    screen = Screen(site_id=site.id, **given)
    require_seats(given["seats"], given.get("wheelchair_seats") or 0, given.get("house_seats") or 0)
    with _named(session, site, given["name"]):
        session.add(screen)
    session.refresh(screen)
    return screen


def edit_screen(
    session: Session,
    site: Site,
    screen: Screen,
    given: Mapping[str, Any],
    *,
    clear: Collection[str] = (),
    force: bool = False,
) -> bool:
    """Change what is given of a screen, empty the columns of CLEARABLE in `clear`; return whether anything changed.

    Screenings that stand keep their moments. Raises UsageRefused with more wheelchair and house seats than seats,
    SeatsSold when screenings to come have sold more seats (not with `force`), ScreenExists, and ScreenNotFound when
    somebody removed it meanwhile.
    """
    hold_screen(session, site, screen)
    wanted = {**dict.fromkeys(clear), **given}
    changed = {name: value for name, value in wanted.items() if getattr(screen, name) != value}
    seats, wheelchair, house = (
        changed.get(name, getattr(screen, name)) for name in ("seats", "wheelchair_seats", "house_seats")
    )
    require_seats(seats, wheelchair, house)
    if seats < screen.seats and not force:
        _refuse_sold(session, site, screen, seats)
    if changed:
        with _named(session, site, wanted.get("name", screen.name)):
            for name, value in changed.items():
                setattr(screen, name, value)
            screen.updated_at = func.now()
        session.refresh(screen)
    return bool(changed)


def remove_screen(session: Session, site: Site, screen: Screen, *, force: bool = False) -> None:
    """Remove a screen.

    Raises PlaceInUse when screenings stand on it, which go too with `force`, and ScreenNotFound.
    """
    share_catalogue(session)
    hold_screen(session, site, screen)
    if not force:
        raise_if_in_use(session, site, screen)
    movies = clear_screen(session, screen)
    session.delete(screen)
    refresh_statuses(session, movies)


def raise_if_in_use(session: Session, site: Site, screen: Screen) -> None:
    """Raise PlaceInUse, with their counts, when screenings stand on the screen."""
    if standing := standing_on(session, screen):
        raise PlaceInUse("screen", label(site, screen), standing)


def hold_screen(session: Session, site: Site, screen: Screen) -> None:
    """Hold a screen, as it is at this moment, until the transaction ends; raises ScreenNotFound when it is gone."""
    share_places(session)
    held = select(Screen).where(Screen.id == screen.id).with_for_update().execution_options(populate_existing=True)
    if session.scalar(held) is None:
        raise ScreenNotFound(screen.name, site)


def require_seats(seats: int, wheelchair_seats: int, house_seats: int) -> None:
    """Raise UsageRefused when a screen has fewer seats than its wheelchair and house seats are."""
    if wheelchair_seats + house_seats > seats:
        raise UsageRefused(
            f"A screen of {seats} seats cannot have {wheelchair_seats} wheelchair and {house_seats} house seats among them.",
            "Give all seats with --seats, those two among them.",
        )


def list_screens(
    session: Session,
    *,
    site: Site | None = None,
    limit: int | None = None,
    after: tuple[Site, Screen] | None = None,
) -> list[dict[str, Any]]:
    """Return the documents of screens by site and name, Screen 2 before Screen 10, of those that come after `after`."""
    order = (*SITE_ORDER, *SCREEN_ORDER)
    query = select(Site, Screen).join(Screen, Screen.site_id == Site.id).order_by(*order).limit(limit)
    if site is not None:
        query = query.where(Site.id == site.id)
    if after is not None:
        key = session.execute(select(*order).join(Screen).where(Screen.id == after[1].id)).one()
        query = query.where(tuple_(*order) > tuple(key))
    return [document(of, screen) for of, screen in session.execute(query)]


def document(site: Site, screen: Screen) -> dict[str, Any]:
    """Return what is shown of a screen: its site, its columns, and what holds where it says nothing itself."""
    return {
        "id": screen.id,
        "site": site.name,
        "site_id": site.id,
        "name": screen.name,
        "seats": screen.seats,
        "wheelchair_seats": screen.wheelchair_seats,
        "house_seats": screen.house_seats,
        "formats": screen.formats,
        "lobby": screen.lobby,
        "pre_show_minutes": screen.pre_show_minutes,
        "turnaround_minutes": screen.turnaround_minutes,
        "in_effect": {
            "pre_show_minutes": pre_show_minutes(site, screen),
            "turnaround_minutes": turnaround_minutes(site, screen),
        },
        "created_at": screen.created_at,
        "updated_at": screen.updated_at,
    }


def _refuse_sold(session: Session, site: Site, screen: Screen, seats: int) -> None:
    to_come = select(func.count(), func.max(Screening.sold)).where(
        Screening.screen_id == screen.id,
        Screening.sold > seats,
        Screening.state != "cancelled",
        Screening.feature_ends_at > func.now(),
    )
    screenings, most = session.execute(to_come).one()
    if screenings:
        raise SeatsSold(label(site, screen), seats, most, screenings)


@contextmanager
def _named(session: Session, site: Site, name: str) -> Iterator[None]:
    """Write what the block changes; raises ScreenExists when the name is another's of the site."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != "23505":
            raise
        raise ScreenExists(site, name) from error
