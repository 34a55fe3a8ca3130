"""Screenings as the public is told of them, hostile titles among them, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from cinemactl.programme.exports.source import PublicScreening
from cinemactl.programme.tables import Screen, Screening, Site

HOSTILE = (
    '</script><script>alert("x")</script>',
    "Quotes \" ' ` & ampersands; semicolons, commas \\n and \\ backslashes",
    "Lines\r\nof\nseveral\u2028kinds\x85and\x0btabs\t",
    "\u202eright to left\u202c ליל שימורים: אהבה",
    "\x1b[31mred\x07 <!-- -->]]>",
    '=HYPERLINK("http://example.org";"x")',
    "Fünfundsiebzig Oktette 🎬 " + "und 汉字 noch mehr " * 8,
)


class House:
    """A site, and a way to show something there."""

    def __init__(self, timezone="Europe/Berlin", country="DE"):
        self.site = Site(
            id=1,
            name="Filmhaus <3>",
            timezone=timezone,
            country=country,
            region=None,
            city="Köln",
            address="Straße 1; Hof, links",
            url="https://filmhaus.example/?a=1&b=2",
            business_day_cut=datetime(2026, 1, 1, 6).time(),
            week_starts_on=None,
        )
        self.screen = Screen(id=1, site_id=1, name="Saal 1", seats=100, house_seats=4)
        self.number = 0
        self.movies = {}

    def show(self, title, local, *, minutes=120, screen=None, fold=0, certificate=None, **columns):
        """Give a screening that starts at a local time."""
        self.number += 1
        movie_id = self.movies.setdefault(title, len(self.movies) + 1)
        screen = screen or self.screen
        clock = self.site.clock
        starts_at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(self.site.timezone), fold=fold)
        starts_at = starts_at.astimezone(UTC)
        feature, end = starts_at + timedelta(minutes=15), starts_at + timedelta(minutes=15 + minutes)
        given = {"state": "published", "format": "2D", "audio": None, "subtitles": None, "captions": None, "sold": 0}
        given |= {"sequence": 0, "held_back_seats": 0, "price_category": None, "movie_id": movie_id}
        screening = Screening(
            id=self.number,
            uid=UUID(int=self.number),
            screen_id=screen.id,
            starts_at=starts_at,
            feature_starts_at=feature,
            feature_ends_at=end,
            clear_at=end + timedelta(minutes=15),
            updated_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            **given | columns,
        )
        return PublicScreening(
            screening=screening,
            screen=screen,
            site=self.site,
            clock=clock,
            title=title,
            original_title=None,
            release_year=1995,
            certificate=certificate,
            ids=(("imdb", "tt0113277"),),
            starts_at=clock.local(starts_at),
            feature_starts_at=clock.local(feature),
            feature_ends_at=clock.local(end),
            doors_at=clock.local(starts_at - timedelta(minutes=15)),
            business_day=clock.business_day(starts_at),
        )


@pytest.fixture
def house():
    return House()


@pytest.fixture
def hostile(house):
    """Show every hostile title once, on successive evenings, the first of them cancelled."""
    shown = [house.show(title, f"2026-12-{3 + day:02}T20:00", sequence=day) for day, title in enumerate(HOSTILE)]
    shown[0].screening.state = "cancelled"
    return shown
