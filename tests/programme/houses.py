"""A site with screens and movies, for tests of what is shown there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.screenings import add_screening
from cinemactl.programme.tables import Screen, Screening, Site


@dataclass(frozen=True)
class House:
    """One site, its screens and two movies: Heat of 100 minutes, Shorts of nobody knows how many."""

    session: Session
    site: Site
    screens: list[Screen]
    heat: Movie
    shorts: Movie

    def at(self, text: str) -> datetime:
        """Return the moment of a local time."""
        return self.site.clock.instant(datetime.fromisoformat(text))

    def add(self, text: str, screen: int = 0, **options) -> Screening:
        """Show Heat at a local time."""
        return add_screening(self.session, self.heat, self.site, self.screens[screen], self.at(text), **options)


def house(session: Session, timezone: str = "Europe/Berlin", screens: int = 2) -> House:
    """Return a new house whose pre-show and turnaround are 15 minutes."""
    site = Site(name=f"Filmhaus {timezone}", timezone=timezone, country="DE")
    heat, shorts = Movie(title="Heat", release_year=1995, runtime=100), Movie(title="Shorts")
    session.add_all([site, heat, shorts])
    session.flush()
    built = [
        Screen(site_id=site.id, name=f"Screen {number}", seats=100, formats=["2D", "IMAX 3D"])
        for number in range(1, screens + 1)
    ]
    session.add_all(built)
    session.flush()
    for one in (site, *built):
        session.refresh(one)
    return House(session, site, built, heat, shorts)
