"""A house with two screens, and a week of shows to judge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.anatomy import anatomy
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Screen, Screening, Site


@pytest.fixture
def house(session):
    """Give a German site with a large and a small screen, two movies, and a way to show them."""
    return House(session)


class House:
    """A site whose cinema week starts on a Thursday; 2026-W49 begins on 3 December."""

    def __init__(self, session) -> None:
        self.session = session
        self.site = Site(name="Filmhaus", timezone="Europe/Berlin", country="DE")
        session.add(self.site)
        session.flush()
        session.refresh(self.site)
        self.large, self.small = (Screen(site_id=self.site.id, name=name, seats=seats) for name, seats in SCREENS)
        self.heat, self.alien = (Movie(title=title, runtime=120) for title in ("Heat", "Alien"))
        session.add_all([self.large, self.small, self.heat, self.alien])
        session.flush()

    def show(self, movie, screen, day, clock, *, state="published", published=True):
        """Put a movie on a screen; `clock` is a time such as 20:00 of a business day."""
        hours, minutes = map(int, clock.split(":"))
        moments = anatomy(self.site, screen, self.site.clock.at(day, hours * 60 + minutes), 120)
        found = Screening(
            screen_id=screen.id,
            movie_id=movie.id,
            state=state,
            starts_at=moments.starts_at,
            feature_starts_at=moments.feature_starts_at,
            feature_ends_at=moments.feature_ends_at,
            clear_at=moments.clear_at,
            published_at=moments.starts_at - timedelta(days=7) if published else None,
        )
        self.session.add(found)
        self.session.flush()
        return found

    def shown(self, screening):
        """Give a screening as checks see it."""
        return Shown(
            *(screening.id, self.site.id, screening.screen_id, screening.movie_id, screening.state),
            *(screening.starts_at, screening.feature_starts_at, screening.feature_ends_at, screening.clear_at),
        )


SCREENS = (("Saal 1", 300), ("Saal 2", 80))
