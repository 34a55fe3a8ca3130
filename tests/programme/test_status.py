from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from programme.houses import house
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.programme.screenings import cancel_screening, remove_screening
from cinemactl.programme.status import refresh_statuses

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (8 * DAY, "coming-up"),
        (7 * DAY, "starting"),
        (timedelta(minutes=1), "starting"),
        (timedelta(0), "running"),
        (-2 * DAY, "running"),
        (-4 * DAY, "finished"),
    ],
)
def test_a_status_is_what_the_screenings_make_of_it(session: Session, before: timedelta, status: str) -> None:
    """The first of two is on a Friday at 19:30, the last three days later until 21:25."""
    built = house(session)
    first = built.add("2026-12-04 19:30").starts_at
    built.add("2026-12-07 19:30")
    refresh_statuses(session, [built.heat.id], now=first - before)
    session.refresh(built.heat)
    assert (built.heat.status, built.heat.first_screening_at) == (status, first)


def test_without_screenings_the_release_date_counts_and_cancelled_ones_do_not(session: Session) -> None:
    built = house(session)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    unreleased = Movie(title="Later", release_date=date(2026, 12, 2), release_year=2026)
    session.add(unreleased)
    shown = [built.add(f"2026-12-0{day} 19:30") for day in (4, 5)]
    cancel_screening(session, shown[0])
    # Of all movies: those that are as they should be are not written.
    assert refresh_statuses(session, now=now) >= 1
    assert refresh_statuses(session, now=now) == 0
    session.refresh(unreleased)
    session.refresh(built.heat)
    assert (unreleased.status, built.heat.status) == ("coming-up", "starting")
    assert built.heat.first_screening_at == shown[1].starts_at
    remove_screening(session, shown[1])
    session.refresh(built.heat)
    assert built.heat.status == "catalogue"
    assert not built.heat.first_screening_at
