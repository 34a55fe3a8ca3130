"""The one source of all exports: what the public is told of each screening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie, MovieIdentifier
from cinemactl.programme.anatomy import pre_show_minutes
from cinemactl.programme.clock import DAYS_A_WEEK, SiteClock
from cinemactl.programme.tables import Screen, Screening, Site

PUBLIC = ("published", "cancelled")
WEEK = timedelta(days=DAYS_A_WEEK)
MINUTE = timedelta(minutes=1)

FIELDS = (
    *("site", "screen", "movie", "year", "date", "time", "feature_time", "starts_at", "feature_starts_at"),
    *("feature_ends_at", "doors_at", "business_day", "week", "runtime", "format", "audio", "subtitles", "captions"),
    *("price_category", "certificate", "seats", "remaining_seats", "state", "id", "uid", "sequence", "movie_id"),
)


@dataclass(frozen=True, slots=True)
class PublicScreening:
    """A screening as the public is told of it. Moments are local time of the site; `ids` are the movie's, by scheme.

    `doors_at` is when people are let in: a pre-show's length before the start, or when the one before it is cleared.
    """

    screening: Screening
    screen: Screen
    site: Site
    clock: SiteClock
    title: str
    original_title: str | None
    release_year: int | None
    certificate: str | None
    ids: tuple[tuple[str, str], ...]
    starts_at: datetime
    feature_starts_at: datetime
    feature_ends_at: datetime
    doors_at: datetime
    business_day: date

    @property
    def uid(self) -> UUID:
        """What the screening is called for ever."""
        return self.screening.uid

    @property
    def is_cancelled(self) -> bool:
        """Whether it was announced and does not take place."""
        return self.screening.state == "cancelled"

    @property
    def runtime(self) -> int:
        """How long the feature is, in minutes."""
        return int((self.screening.feature_ends_at - self.screening.feature_starts_at) / MINUTE)

    @property
    def remaining_seats(self) -> int:
        """How many seats can still be sold; never less than none."""
        taken = self.screen.house_seats + self.screening.held_back_seats + self.screening.sold
        return max(self.screen.seats - taken, 0)

    @property
    def version(self) -> str:
        """The version in words, empty for what goes without saying: 3D, English, German subtitles, open captions."""
        shown = self.screening
        parts = [
            "" if shown.format == "2D" else shown.format,
            language_name(shown.audio) if shown.audio else "",
            f"{language_name(shown.subtitles)} subtitles" if shown.subtitles else "",
            f"{shown.captions} captions" if shown.captions else "",
        ]
        return ", ".join(filter(None, parts))

    def document(self) -> dict[str, Any]:
        """Return the screening as a flat record of FIELDS, in the words that `schedule import` reads."""
        shown = self.screening
        return {
            "site": self.site.name,
            "screen": self.screen.name,
            "movie": self.title,
            "year": self.release_year,
            "date": self.starts_at.date(),
            "time": f"{self.starts_at:%H:%M}",
            "feature_time": f"{self.feature_starts_at:%H:%M}",
            "starts_at": self.starts_at,
            "feature_starts_at": self.feature_starts_at,
            "feature_ends_at": self.feature_ends_at,
            "doors_at": self.doors_at,
            "business_day": self.business_day,
            "week": self.clock.week_name(self.clock.cinema_week(self.business_day)),
            "runtime": self.runtime,
            "format": shown.format,
            "audio": shown.audio,
            "subtitles": shown.subtitles,
            "captions": shown.captions,
            "price_category": shown.price_category,
            "certificate": self.certificate,
            "seats": self.screen.seats,
            "remaining_seats": self.remaining_seats,
            "state": shown.state,
            "id": shown.id,
            "uid": str(shown.uid),
            "sequence": shown.sequence,
            "movie_id": shown.movie_id,
        }


@cache
def language_name(tag: str) -> str:
    """Return the English name of a BCP 47 language, with what follows it in brackets; the tag itself for an unknown one."""
    import pycountry  # noqa: PLC0415  (start-up: it loads large tables)

    code, _, rest = tag.partition("-")
    known = pycountry.languages.get(**{"alpha_2" if len(code) == len("en") else "alpha_3": code})
    if known is None:
        return tag
    name = known.name.split(" (")[0].removeprefix("Modern ")
    return f"{name} ({rest})" if rest else name


def public_screenings(
    session: Session, *, site: Site | None = None, week: str | None = None, everything: bool = False
) -> Iterator[PublicScreening]:
    """Yield what the public is told, by site, start and screen: what is published, and what was and is now cancelled.

    It is of the cinema week of that name, else of the current cinema week and all after it, else `everything` there is.
    Raises UsageRefused for what names no week.
    """
    sites = [site] if site is not None else list(session.scalars(select(Site).order_by(Site.name_key)))
    for one in sites:
        clock = one.clock
        since, until = _span(clock, week, everything=everything)
        yield from _of_site(session, one, clock, since, until)


def current_week(site: Site) -> str:
    """Return the name of the cinema week that a site is in."""
    clock = site.clock
    return clock.week_name(clock.cinema_week(clock.business_day(datetime.now(UTC))))


def _span(clock: SiteClock, week: str | None, *, everything: bool) -> tuple[datetime | None, datetime | None]:
    if week is not None:
        first = clock.week_named(week)
        return clock.day_starts_at(first), clock.day_starts_at(first + WEEK)
    if everything:
        return None, None
    return clock.day_starts_at(clock.cinema_week(clock.business_day(datetime.now(UTC)))), None


def _of_site(
    session: Session, site: Site, clock: SiteClock, since: datetime | None, until: datetime | None
) -> Iterator[PublicScreening]:
    found = (
        select(Screening, Screen, Movie.title, Movie.original_title, Movie.release_year)
        .add_columns(Movie.certificate_system, Movie.certificate)
        .join(Screen, Screen.id == Screening.screen_id)
        .join(Movie, Movie.id == Screening.movie_id)
        .where(Screen.site_id == site.id, Screening.state.in_(PUBLIC), Screening.published_at.is_not(None))
        .order_by(Screening.starts_at, Screen.name_key, Screening.id)
    )
    if since is not None:
        found = found.where(Screening.starts_at >= since)
    if until is not None:
        found = found.where(Screening.starts_at < until)
    rows = session.execute(found).all()
    ids = _identifiers(session, {row[0].movie_id for row in rows})
    cleared: dict[int, datetime] = {}
    for shown, screen, title, original, year, system, certificate in rows:
        doors_at = shown.starts_at - pre_show_minutes(site, screen) * MINUTE
        if (clear := cleared.get(screen.id)) is not None:
            doors_at = min(max(doors_at, clear), shown.starts_at)
        if shown.state != "cancelled":
            cleared[screen.id] = shown.clear_at
        yield PublicScreening(
            screening=shown,
            screen=screen,
            site=site,
            clock=clock,
            title=title,
            original_title=original,
            release_year=year,
            certificate=f"{system} {certificate}" if system and certificate else certificate,
            ids=tuple(ids[shown.movie_id]),
            starts_at=clock.local(shown.starts_at),
            feature_starts_at=clock.local(shown.feature_starts_at),
            feature_ends_at=clock.local(shown.feature_ends_at),
            doors_at=clock.local(doors_at),
            business_day=clock.business_day(shown.starts_at),
        )


def _identifiers(session: Session, movies: set[int]) -> dict[int, Sequence[tuple[str, str]]]:
    ids: dict[int, Sequence[tuple[str, str]]] = defaultdict(list)
    known = select(MovieIdentifier).where(MovieIdentifier.movie_id.in_(movies))
    for one in session.scalars(known.order_by(MovieIdentifier.scheme, MovieIdentifier.value)):
        ids[one.movie_id] = [*ids[one.movie_id], (one.scheme, one.value)]
    return ids
