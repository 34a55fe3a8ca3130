"""Lists of screenings, and what is shown of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, tuple_
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.clock import DAY, DAYS_A_WEEK, SiteClock
from cinemactl.programme.tables import Screen, Screening, Site

STREAM_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Filters:
    """Which screenings are listed: those that fit all that is not None.

    `days` are the first business day and the one after the last, `week` names a cinema week, each site having its own;
    `ending_after` leaves out what has ended by then, `sold` that of which no admissions are known.
    """

    site_id: int | None = None
    screen_id: int | None = None
    movie_id: int | None = None
    states: Collection[str] | None = None
    days: tuple[date, date] | None = None
    week: str | None = None
    ending_after: datetime | None = None
    sold: bool = False


def list_screenings(
    session: Session, filters: Filters, *, limit: int | None, after: Screening | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the documents of screenings by their starts; `after` is the last one seen, `limit` None streams all.

    Raises UsageRefused when `filters.week` names none.
    """
    query = _all().order_by(Screening.starts_at, Screening.id).limit(limit).where(*_conditions(session, filters))
    if after is not None:
        query = query.where(tuple_(Screening.starts_at, Screening.id) > (after.starts_at, after.id))
    if limit is None:
        query = query.execution_options(yield_per=STREAM_ROWS)
    clocks: dict[int, SiteClock] = {}
    for screening, screen, site, movie_id, title, year in session.execute(query):
        clock = clocks.setdefault(site.id, site.clock)
        yield _document(screening, screen, site, (movie_id, title, year), clock)


def document(session: Session, screening: Screening) -> dict[str, Any]:
    """Return what is shown of one screening, as `documents` does."""
    return documents(session, [screening])[0]


def documents(session: Session, screenings: Sequence[Screening]) -> list[dict[str, Any]]:
    """Return what is shown of screenings, moments in their sites' local time with the offset.

    Keys: id, state, site, screen, movie_id, title, year, starts_at, feature_starts_at, feature_ends_at, clear_at,
    business_day, week, format, audio, subtitles, captions, price_category, held_back_seats, seats, sold, gross, uid,
    sequence, published_at, created_at, updated_at.
    """
    numbers = [one.id for one in screenings]
    found = {row[0].id: row for row in session.execute(_all().where(Screening.id.in_(numbers)))}
    rows = (found[number] for number in numbers)
    return [
        _document(screening, screen, site, (movie_id, title, year), site.clock)
        for screening, screen, site, movie_id, title, year in rows
    ]


def bounds(site: Site, filters: Filters) -> tuple[datetime, datetime] | None:
    """Return the moments, in UTC, between which the days that are asked for lie at a site; None for all days."""
    if filters.days is not None:
        first, last = filters.days
    elif filters.week is not None:
        first = site.clock.week_named(filters.week)
        last = first + timedelta(days=DAYS_A_WEEK)
    else:
        return None
    return site.clock.day_starts_at(first), site.clock.day_starts_at(last)


def one_day(day: date) -> tuple[date, date]:
    """Return a business day as `Filters.days`."""
    return day, day + DAY


def _all() -> Select[Screening, Screen, Site, int, str, int | None]:
    return (
        select(Screening, Screen, Site, Movie.id, Movie.title, Movie.release_year)
        .join(Screen, Screen.id == Screening.screen_id)
        .join(Site, Site.id == Screen.site_id)
        .join(Movie, Movie.id == Screening.movie_id)
    )


def _conditions(session: Session, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.screen_id is not None:
        yield Screening.screen_id == filters.screen_id
    if filters.movie_id is not None:
        yield Screening.movie_id == filters.movie_id
    if filters.states is not None:
        yield Screening.state.in_(filters.states)
    if filters.ending_after is not None:
        yield Screening.feature_ends_at > filters.ending_after
    if filters.sold:
        yield or_(Screening.sold > 0, Screening.gross.is_not(None))
    if filters.site_id is not None:
        yield Screen.site_id == filters.site_id
    if filters.days is not None or filters.week is not None:
        yield _within(session, filters)


def _within(session: Session, filters: Filters) -> ColumnElement[bool]:
    """Return that a screening starts on the days asked for, by the clock of its site."""
    sites: dict[tuple[datetime, datetime], list[int]] = {}
    for site in session.scalars(select(Site)):
        if (filters.site_id is None or site.id == filters.site_id) and (between := bounds(site, filters)):
            sites.setdefault(between, []).append(site.id)
    parts = [
        and_(Screening.starts_at >= since, Screening.starts_at < until, Screen.site_id.in_(ids))
        for (since, until), ids in sites.items()
    ]
    return or_(*parts) if parts else false()


def _document(
    screening: Screening, screen: Screen, site: Site, movie: tuple[int, str, int | None], clock: SiteClock
) -> dict[str, Any]:
    movie_id, title, year = movie
    day = clock.business_day(screening.starts_at)
    return {
        "id": screening.id,
        "state": screening.state,
        "site": site.name,
        "screen": screen.name,
        "movie_id": movie_id,
        "title": title,
        "year": year,
        "starts_at": clock.local(screening.starts_at),
        "feature_starts_at": clock.local(screening.feature_starts_at),
        "feature_ends_at": clock.local(screening.feature_ends_at),
        "clear_at": clock.local(screening.clear_at),
        "business_day": day,
        "week": clock.week_name(clock.cinema_week(day)),
        "format": screening.format,
        "audio": screening.audio,
        "subtitles": screening.subtitles,
        "captions": screening.captions,
        "price_category": screening.price_category,
        "held_back_seats": screening.held_back_seats,
        "seats": screen.seats,
        "sold": screening.sold,
        "gross": screening.gross,
        "uid": screening.uid,
        "sequence": screening.sequence,
        "published_at": screening.published_at,
        "created_at": screening.created_at,
        "updated_at": screening.updated_at,
    }
