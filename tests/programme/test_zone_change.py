"""A site moves to another time zone, and its screenings stay at their times of day."""

from __future__ import annotations

from datetime import datetime

import pytest
from programme.houses import House, house
from sqlalchemy.orm import Session

from cinemactl.programme import sites
from cinemactl.programme.plans.faults import SeatsSold
from cinemactl.programme.standing import TimezoneInUse
from cinemactl.programme.tables import Screening
from cinemactl.programme.zone_change import TimesLost

FIRST, ACROSS, LAST = "2035-03-10 22:00", "2035-03-25 00:30", "2035-07-04 14:00"


def locals_of(house: House) -> list[str]:
    house.session.expire_all()
    every = house.session.query(Screening).order_by(Screening.starts_at)
    return [f"{house.site.clock.local(one.starts_at):%Y-%m-%d %H:%M}" for one in every]


def moved(house: House, zone: str, **told) -> sites.SiteChanged:
    return sites.edit_site(house.session, house.site, {"timezone": zone}, local_times=True, **told)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"])
def test_times_of_day_stay_and_minutes_too(session: Session, zone: str) -> None:
    """Those that are over keep their moments, as tickets and books have them."""
    cinema = house(session)
    gone = cinema.add("2020-06-01 20:00", force=True)
    over = gone.starts_at
    shown = [cinema.add(at, screen, force=True) for at in (FIRST, ACROSS, LAST) for screen in (0, 1)]
    before, lengths = locals_of(cinema)[1:], {one.id: one.clear_at - one.starts_at for one in shown}
    shown[0].published_at = datetime.fromisoformat("2034-12-01T00:00Z")
    shown[0].sequence = 3
    done = moved(cinema, zone)
    assert locals_of(cinema)[1:] == before
    assert {one.id: one.clear_at - one.starts_at for one in shown} == lengths
    assert [one.sequence for one in shown] == [4, *[0] * 5]
    assert (cinema.session.get_one(Screening, gone.id).starts_at, done.shifted, done.moved) == (over, 1, 6)


def test_times_that_the_zone_does_not_have_are_named(session: Session) -> None:
    cinema = house(session)
    leapt, doubled = cinema.add("2035-03-11 02:30", force=True), cinema.add("2035-11-04 01:30", force=True)
    before = locals_of(cinema)
    with pytest.raises(TimesLost) as lost:
        moved(cinema, "America/New_York", force=True)
    assert f"screening {leapt.id}: 2035-03-11 02:30 does not exist in America/New_York" in lost.value.message
    assert f"screening {doubled.id}: 2035-11-04 01:30 happens twice" in lost.value.message
    assert (cinema.site.timezone, locals_of(cinema)) == ("Europe/Berlin", before)


def test_what_would_overlap_is_named(session: Session) -> None:
    """The night is an hour shorter there, so that what began before it ends at a later time of day."""
    cinema = house(session)
    one, other = (cinema.add(at, force=True) for at in ("2035-03-11 00:30", "2035-03-11 03:00"))
    with pytest.raises(TimesLost, match=f"screenings {one.id} and {other.id} would overlap"):
        moved(cinema, "America/New_York")


def test_sold_ones_are_moved_with_force_alone_and_nobody_need_choose_blindly(session: Session) -> None:
    cinema = house(session)
    cinema.add(LAST, force=True).sold = 7
    session.flush()
    with pytest.raises(SeatsSold, match="7 seats are sold for what would be moved"):
        moved(cinema, "Europe/London")
    with pytest.raises(TimezoneInUse) as refused:
        sites.edit_site(session, cinema.site, {"timezone": "Europe/London"})
    assert "--keep local-times" in refused.value.hint
    assert moved(cinema, "Europe/London", force=True).moved == 1
    assert locals_of(cinema) == [LAST]
