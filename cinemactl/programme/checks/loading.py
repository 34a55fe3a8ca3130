"""All that checks want to know of some screenings, in a handful of queries however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, any_, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import InstrumentedAttribute, Session

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.checks.site_programme import Key, MovieFacts, SiteProgramme, placed
from cinemactl.programme.clock import DAYS_A_WEEK
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Booking, KeyWindow, OpeningHours, Screen, Site

FACTS = (Movie.id, Movie.title, Movie.runtime, Movie.certificate_system, Movie.certificate, Movie.genres)

A_WEEK = timedelta(days=DAYS_A_WEEK)

Row = TypeVar("Row")


def site_programmes(session: Session, shown: Iterable[Shown]) -> Iterator[SiteProgramme]:
    """Yield the programme of each site of the screenings, by the site's id; cancelled ones are left out."""
    by_site: defaultdict[int, list[Shown]] = defaultdict(list)
    for one in shown:
        if one.state != "cancelled":
            by_site[one.site_id].append(one)
    if not by_site:
        return
    every = [one for of_site in by_site.values() for one in of_site]
    bookings = _by(_bookings(session, by_site, every), _site_id)
    movie_ids = {one.movie_id for one in every} | {one.movie_id for of_site in bookings.values() for one in of_site}
    movies = {facts.id: facts for facts in _movies(session, movie_ids)}
    screens = _by(session.scalars(select(Screen).where(_among(Screen.site_id, by_site))), _site_id)
    hours = _by(session.scalars(select(OpeningHours).where(_among(OpeningHours.site_id, by_site))), _site_id)
    keys = _keys(session, by_site, movie_ids)
    keeping = set(session.scalars(select(Booking.site_id).where(_among(Booking.site_id, by_site)).distinct()))
    for site in session.scalars(select(Site).where(_among(Site.id, by_site)).order_by(Site.id)):
        clock = site.clock
        found = sorted(by_site[site.id], key=lambda one: (one.starts_at, one.screen_id, one.id or 0))
        yield SiteProgramme(
            site=site,
            clock=clock,
            screens={screen.id: screen for screen in screens[site.id]},
            placed=[placed(clock, one) for one in found],
            movies=movies,
            hours=hours.get(site.id, ()),
            bookings=_by(bookings.get(site.id, ()), _movie_id),
            keeps_bookings=site.id in keeping,
            keys=keys.get(site.id, {}),
        )


def _movies(session: Session, ids: Collection[int]) -> Iterator[MovieFacts]:
    for row in session.execute(select(*FACTS).where(_among(Movie.id, ids))):
        yield MovieFacts(*row)


def _bookings(session: Session, sites: Collection[int], shown: Sequence[Shown]) -> Iterable[Booking]:
    """Return the sites' bookings that have a day among those of the screenings, shown or not."""
    first = min(one.starts_at for one in shown).date() - A_WEEK
    last = max(one.starts_at for one in shown).date() + A_WEEK
    return session.scalars(
        select(Booking)
        .where(_among(Booking.site_id, sites), Booking.starts_on <= last)
        .where(or_(Booking.ends_on.is_(None), Booking.ends_on >= first))
        .order_by(Booking.id)
    )


def _keys(session: Session, sites: Collection[int], movies: Collection[int]) -> dict[int, dict[int, list[Key]]]:
    """Return the windows of keys by site and movie."""
    found: dict[int, dict[int, list[Key]]] = {}
    columns = (KeyWindow.site_id, KeyWindow.movie_id, KeyWindow.screen_id, KeyWindow.valid_from, KeyWindow.valid_until)
    of_both = select(*columns).where(_among(KeyWindow.site_id, sites), _among(KeyWindow.movie_id, movies))
    for site_id, movie_id, screen_id, since, until in session.execute(of_both.order_by(KeyWindow.id)):
        found.setdefault(site_id, {}).setdefault(movie_id, []).append(Key(screen_id, since, until))
    return found


def _among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the ids, sent as one parameter however many they are."""
    return column == any_(literal(list(ids), ARRAY(BIGINT)))


def _site_id(row: Any) -> int:  # noqa: ANN401  (a row of any table that has a site)
    return int(row.site_id)


def _movie_id(row: Any) -> int:  # noqa: ANN401  (a row of any table that has a movie)
    return int(row.movie_id)


def _by(rows: Iterable[Row], key: Any) -> dict[Any, list[Row]]:  # noqa: ANN401
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
