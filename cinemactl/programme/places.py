"""From the way a user names a site or a screen to the site and the screen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, Numeric, cast, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from cinemactl.errors import Conflict, NotFound, UsageRefused
from cinemactl.programme.tables import Screen, Site

LARGEST_ID = 2**31 - 1
SHOWN_CANDIDATES = 10
SHOWN_MOST = 100
BETWEEN = "/"


def counted(key: InstrumentedAttribute[str]) -> tuple[ColumnElement[str], ColumnElement[Decimal], ColumnElement[str]]:
    """Return what sorts names, by their keys, as people count: Screen 2 before Screen 10.

    That is by the words, then by the first number.
    """
    words = func.regexp_replace(key, "[0-9]+", "", "g").collate("C")
    number = func.coalesce(cast(func.substring(key, "[0-9]{1,9}"), Numeric), 0)
    return words, number, key.expression


SITE_ORDER = counted(Site.name_key)
SCREEN_ORDER = counted(Screen.name_key)


class SiteNotFound(NotFound):
    """No site has that name or id."""

    code = "site-not-found"

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no site {reference[:SHOWN_MOST]!r}.", "See `cinemactl site list`.")


class SiteNotNamed(UsageRefused):
    """No site was named, and there is not exactly one."""

    code = "site-not-named"

    def __init__(self, names: Sequence[str]) -> None:
        if names:
            super().__init__("There are several sites.", f"Name one with --site: {_listed(names)}.")
        else:
            super().__init__(
                "There is no site yet.",
                'Add one, as in `cinemactl site add "Filmhaus" --timezone Europe/Berlin --country DE`.',
            )


class ScreenNotFound(NotFound):
    """No screen has that name or id, or none of the site."""

    code = "screen-not-found"

    def __init__(self, reference: str, site: Site | None) -> None:
        where = f" at {site.name!r}" if site else ""
        super().__init__(f"There is no screen {reference[:SHOWN_MOST]!r}{where}.", "See `cinemactl screen list`.")


class AmbiguousScreen(Conflict):
    """Several screens go by that name."""

    code = "screen-ambiguous"

    def __init__(self, reference: str, candidates: Sequence[tuple[Site, Screen]]) -> None:
        named = [f"{label(site, screen)} (id:{screen.id})" for site, screen in candidates]
        super().__init__(
            f"{len(candidates)} screens are called {reference[:SHOWN_MOST]!r}: {_listed(named)}.",
            "Say which by --site, by SITE/SCREEN or by its id.",
        )


def label(site: Site, screen: Screen) -> str:
    """Return a screen's name with its site's, as `find_screen` reads it."""
    return f"{site.name}{BETWEEN}{screen.name}"


def find_site(session: Session, name: str) -> Site:
    """Return the site of a name, in any case and spelling of its accents, or of an id as in `id:3`; raises SiteNotFound."""
    found = session.scalar(select(Site).where(Site.name_key == func.fold(name.strip())))
    if found is None and (number := _id_in(name)):
        found = session.get(Site, number)
    if found is None:
        raise SiteNotFound(name)
    return found


def only_site(session: Session) -> Site | None:
    """Return the site there is, None when there are none or several."""
    found = session.scalars(select(Site).order_by(Site.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def every_site(session: Session) -> list[Site]:
    """Return all sites, by name."""
    return list(session.scalars(select(Site).order_by(*SITE_ORDER)))


def the_site(session: Session, name: str | None) -> Site:
    """Return the site of a name, or without one the only site there is; raises SiteNotFound, SiteNotNamed."""
    if name is not None:
        return find_site(session, name)
    found = only_site(session)
    if found is None:
        raise SiteNotNamed(session.scalars(select(Site.name).order_by(*SITE_ORDER)).all())
    return found


def find_screen(session: Session, site: Site | None, name: str) -> tuple[Site, Screen]:
    """Return the screen of a name with its site: SITE/SCREEN, `id:3`, or a name that only one screen goes by.

    With `site` it is one of this site's. Raises ScreenNotFound, AmbiguousScreen.
    """
    given = name.strip()
    called = [Screen.name_key == func.fold(given)]
    if parts := [(given[:at], given[at + 1 :]) for at, mark in enumerate(given) if mark == BETWEEN]:
        keys = [tuple_(func.fold(of_site), func.fold(of_screen)) for of_site, of_screen in parts]
        called.append(tuple_(Site.name_key, Screen.name_key).in_(keys))
    query = select(Site, Screen).join(Screen, Screen.site_id == Site.id).order_by(*SITE_ORDER, *SCREEN_ORDER)
    if site is not None:
        query = query.where(Site.id == site.id)
    found = session.execute(query.where(or_(*called))).all()
    if not found and (number := _id_in(given)):
        found = session.execute(query.where(Screen.id == number)).all()
    if not found:
        raise ScreenNotFound(name, site)
    if len(found) > 1:
        raise AmbiguousScreen(name, [(of, one) for of, one in found])
    of, one = found[0]
    return of, one


def _id_in(reference: str) -> int | None:
    scheme, colon, number = reference.strip().partition(":")
    if not colon or scheme.lower() != "id" or not number.isascii() or not number.isdecimal():
        return None
    return int(number) if len(number) <= len(str(LARGEST_ID)) and int(number) <= LARGEST_ID else None


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN_CANDIDATES
    return "; ".join(names[:SHOWN_CANDIDATES]) + (f" and {more} more" if more > 0 else "")
