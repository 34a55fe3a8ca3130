"""The checks on screenings in the database: what is loaded, how often, and who is concerned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound
from cinemactl.programme.checks import check_changes, check_screenings
from cinemactl.programme.checks.tuning import set_tuning
from cinemactl.programme.shown import Shown, shown
from cinemactl.programme.tables import Booking, KeyWindow, OpeningHours, Screen, Screening, Site

START = datetime(2026, 12, 4, 18, tzinfo=UTC)


@pytest.fixture
def screen(session: Session) -> Screen:
    """Give a screen with Heat on it at 18:00 UTC, which is clear at 20:15."""
    site = Site(name="Rex", timezone="Europe/Berlin")
    movie = Movie(title="Heat", runtime=105)
    session.add_all([site, movie])
    session.flush()
    screen = Screen(site_id=site.id, name="1", seats=100)
    session.add(screen)
    session.flush()
    session.add(Screening(screen_id=screen.id, movie_id=movie.id, **_moments(START)))
    session.flush()
    return screen


def _moments(start: datetime) -> dict[str, Any]:
    minutes = {"starts_at": 0, "feature_starts_at": 15, "feature_ends_at": 120, "clear_at": 135}
    return {name: start + timedelta(minutes=after) for name, after in minutes.items()}


def _standing(session: Session, screen: Screen) -> Shown:
    (one,) = shown(session, sites=[screen.site_id])
    return one


def test_a_planned_screening_is_checked_among_those_that_stand(session: Session, screen: Screen) -> None:
    standing = _standing(session, screen)
    planned = replace(standing, id=None, **_moments(START + timedelta(minutes=125)))
    (found,) = check_changes(session, [planned])
    assert found.rule == "turnaround-short"
    assert found.screenings == (standing.id, None)
    assert found.as_json()["day"] == "2026-12-04"
    assert check_changes(session, [replace(planned, state="cancelled")]) == []


def test_a_moved_screening_stands_in_its_own_place(session: Session, screen: Screen) -> None:
    standing = _standing(session, screen)
    assert check_changes(session, [replace(standing, **_moments(START + timedelta(minutes=30)))]) == []


def test_any_number_of_screenings_takes_the_same_few_queries(session: Session, screen: Screen) -> None:
    standing = _standing(session, screen)
    many = [replace(standing, id=None, **_moments(START + timedelta(days=day))) for day in range(50)]
    queries = []
    event.listen(session.connection(), "before_cursor_execute", lambda *given: queries.append(given[2]))
    check_screenings(session, many)
    assert len(queries) <= 8


def test_hours_bookings_and_keys_are_those_of_the_site_and_the_movie(session: Session, screen: Screen) -> None:
    standing = _standing(session, screen)
    other = Site(name="Lux", timezone="Europe/Berlin")
    session.add(other)
    session.flush()
    of_both = {"site_id": screen.site_id, "movie_id": standing.movie_id}
    day = date(2026, 12, 4)
    session.add_all(
        [
            OpeningHours(site_id=other.id, on_date=day),
            OpeningHours(site_id=screen.site_id, weekday=4, opens_minute=600, closes_minute=1260),
            Booking(**of_both, starts_on=day - timedelta(days=9), ends_on=day - timedelta(days=1)),
            KeyWindow(**of_both, valid_from=START - timedelta(days=9), valid_until=START),
        ]
    )
    session.flush()
    found = check_screenings(session, [standing])
    assert {finding.rule for finding in found} == {
        "outside-hours",
        "gap-without-start",
        "booking-missing",
        "key-window",
    }
    assert not check_screenings(session, [standing], rules=["off-grid"])


def test_a_check_that_is_off_finds_nothing_and_a_site_says_how_bad_it_is(session: Session, screen: Screen) -> None:
    planned = replace(_standing(session, screen), id=None, **_moments(START + timedelta(minutes=122)))
    site = session.get_one(Site, screen.site_id)
    assert [one.severity for one in check_changes(session, [planned])] == ["error", "warning"]
    set_tuning(site, "turnaround-short.severity=warning")
    set_tuning(site, "off-grid.off=yes")
    assert [(one.rule, one.severity) for one in check_changes(session, [planned])] == [("turnaround-short", "warning")]


def test_a_rule_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no check 'overlapp'") as raised:
        check_screenings(session, [], rules=["overlapp"])
    assert raised.value.hint == "Did you mean overlap?"
