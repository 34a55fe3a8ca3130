"""All that checks want to know of some screenings, in a handful of queries however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import InstrumentedAttribute, Session

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.checks.site_programme import MovieFacts, SiteProgramme, placed
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Booking, KeyWindow, OpeningHours, Screen, Site

FACTS = (Movie.id, Movie.title, Movie.runtime, Movie.certificate_system, Movie.certificate, Movie.genres)

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


def site_programmes(session: Session, shown: Iterable[Shown]) -> Iterator[SiteProgramme]:
    """Yield the programme of each site of the screenings, by the site's id; cancelled ones are left out."""
    by_site: defaultdict[int, list[Shown]] = defaultdict(list)
    movie_ids: set[int] = set()
    for one in shown:
        if one.state != "cancelled":
            by_site[one.site_id].append(one)
            movie_ids.add(one.movie_id)
    if not by_site:
        return
    movies = {facts.id: facts for facts in _movies(session, movie_ids)}
    screens = _by(session.scalars(select(Screen).where(_among(Screen.site_id, by_site))), _site_id)
    hours = _by(session.scalars(select(OpeningHours).where(_among(OpeningHours.site_id, by_site))), _site_id)
    bookings = _rights(session, Booking, by_site, movie_ids)
    keys = _rights(session, KeyWindow, by_site, movie_ids)
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
            bookings=bookings.get(site.id, {}),
            keeps_bookings=site.id in keeping,
            keys=keys.get(site.id, {}),
        )


def _movies(session: Session, ids: Collection[int]) -> Iterator[MovieFacts]:
    for row in session.execute(select(*FACTS).where(_among(Movie.id, ids))):
        yield MovieFacts(*row)


def _rights(
    session: Session, table: type[Booking | KeyWindow], sites: Collection[int], movies: Collection[int]
) -> Mapping[int, Mapping[int, Sequence[Any]]]:
    """Return the bookings, or the key windows, of movies at sites: by site, then by movie."""
    found = select(table).where(_among(table.site_id, sites), _among(table.movie_id, movies)).order_by(table.id)
    return {
        site_id: _by(rows, lambda row: row.movie_id) for site_id, rows in _by(session.scalars(found), _site_id).items()
    }


def _among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the ids, sent as one parameter however many they are."""
    return column == any_(literal(list(ids), ARRAY(BIGINT)))


def _site_id(row: Any) -> int:  # noqa: ANN401  (a row of any table that has a site)
    return int(row.site_id)


def _by(rows: Iterable[Row], key: Any) -> dict[Any, list[Row]]:  # noqa: ANN401
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
