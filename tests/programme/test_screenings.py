"""Screenings: what is added, moved, cancelled and removed, and what keeps it from being so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from programme.houses import House, house
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import CinemactlError, UsageRefused
from cinemactl.programme import screenings, taken
from cinemactl.programme.refusing import ErrorsFound
from cinemactl.programme.screening_faults import (
    ClocksDiffer,
    RuntimeUnknown,
    ScreeningCancelled,
    ScreeningNotFound,
    ScreeningPublished,
    SoldScreening,
)
from cinemactl.programme.screenings import (
    add_screening,
    add_screenings,
    calendar_of,
    cancel_screening,
    find_screening,
    move_screening,
    remove_screening,
    target_of,
)
from cinemactl.programme.tables import Screen, Screening, Site
from cinemactl.programme.taken import ScreenTaken
from cinemactl.programme.versions import version_of
from cinemactl.programme.when import moment
from cinemactl.store.database import Database


@pytest.fixture
def filmhaus(session: Session) -> House:
    return house(session)


def publish(screening: Screening, *, sold: int = 0) -> None:
    screening.state, screening.published_at, screening.sold = "published", screening.starts_at, sold


def test_a_screening_has_its_parts_and_is_a_draft(filmhaus: House) -> None:
    shown = filmhaus.add("2026-12-04 19:30", version=version_of("imax 3d", "english", None, "open"), force=True)
    parts = (shown.starts_at, shown.feature_starts_at, shown.feature_ends_at, shown.clear_at)
    assert parts == tuple(
        map(filmhaus.at, ("2026-12-04 19:30", "2026-12-04 19:45", "2026-12-04 21:25", "2026-12-04 21:40"))
    )
    assert (shown.state, shown.format, shown.audio, shown.captions) == ("draft", "IMAX 3D", "en", "open")
    assert filmhaus.heat.first_screening_at is None  # the object is as it was read; the row is not
    filmhaus.session.refresh(filmhaus.heat)
    assert filmhaus.heat.first_screening_at == shown.starts_at


def test_a_taken_screen_is_refused_with_what_is_in_the_way(filmhaus: House) -> None:
    first = filmhaus.add("2026-12-04 19:30")
    for start in ("2026-12-04 17:40", "2026-12-04 19:30", "2026-12-04 21:20"):
        with pytest.raises(ScreenTaken, match=f"19:30 to 21:25 by screening {first.id}, Heat") as refused:
            filmhaus.add(start, force=True)
    assert "21:40 or later" in refused.value.hint
    assert filmhaus.add("2026-12-04 19:30", screen=1).screen_id == filmhaus.screens[1].id


def test_a_short_turnaround_is_refused_unless_forced(filmhaus: House) -> None:
    first = filmhaus.add("2026-12-04 19:30")
    with pytest.raises(ErrorsFound) as refused:
        filmhaus.add("2026-12-04 21:35")
    assert (refused.value.code, refused.value.exit_code) == ("turnaround-short", 4)
    assert filmhaus.session.scalars(select(Screening.id).where(Screening.movie_id == filmhaus.heat.id)).all() == [
        first.id
    ]
    assert filmhaus.add("2026-12-04 21:40")
    # It ends as the first starts, and is not clear by then.
    assert filmhaus.add("2026-12-04 17:35", force=True)


def test_a_runtime_nobody_knows_is_refused_and_can_be_given(filmhaus: House) -> None:
    start = filmhaus.at("2026-12-04 19:30")
    add = (filmhaus.session, filmhaus.shorts, filmhaus.site, filmhaus.screens[0], start)
    with pytest.raises(RuntimeUnknown, match="runtime of Shorts is not known"):
        add_screening(*add)
    shown = add_screening(*add, runtime=30)
    assert shown.feature_ends_at - shown.feature_starts_at == timedelta(minutes=30)
    filmhaus.session.refresh(filmhaus.shorts)
    assert filmhaus.shorts.runtime == 30


def test_a_screening_is_not_longer_than_a_day_unless_its_movie_is(filmhaus: House) -> None:
    with pytest.raises(ValueRefused, match="'1441' is more than 1,440 minutes"):
        filmhaus.add("2026-12-04 19:30", runtime=1441)
    first = filmhaus.add("2026-12-04 19:30", runtime=1440)
    with pytest.raises(ScreenTaken, match=r"19:30 to Sat 19:45 by screening .*: one at Sat 10:00 would") as refused:
        filmhaus.add("2026-12-05 10:00")
    assert "Start at 20:00 or later" in refused.value.hint
    place: dict[str, Any] = {"site": filmhaus.site, "screen": filmhaus.screens[0]}
    with pytest.raises(ValueRefused):
        move_screening(filmhaus.session, first, runtime=2000, **place)
    filmhaus.heat.runtime = 2000
    assert move_screening(filmhaus.session, first, runtime=2000, **place)


def test_a_clash_advises_a_start_on_the_grid(filmhaus: House) -> None:
    filmhaus.add("2026-12-04 19:32")
    with pytest.raises(ScreenTaken) as refused:
        filmhaus.add("2026-12-04 20:00")
    assert "Start at 21:45 or later" in refused.value.hint


def test_several_are_added_or_none(filmhaus: House) -> None:
    taken_one = filmhaus.add("2026-12-05 20:00")

    def add(*starts: str) -> list[Screening]:
        moments = [filmhaus.at(start) for start in starts]
        return add_screenings(filmhaus.session, filmhaus.heat, filmhaus.site, filmhaus.screens[0], moments).screenings

    with pytest.raises(ScreenTaken, match=f"screening {taken_one.id}"):
        add("2026-12-04 20:00", "2026-12-05 20:00", "2026-12-06 20:00")
    with pytest.raises(UsageRefused, match="over the start of the next at 21:00"):
        add("2026-12-04 20:00", "2026-12-04 21:00")
    assert filmhaus.session.scalars(select(Screening.id).where(Screening.movie_id == filmhaus.heat.id)).all() == [
        taken_one.id
    ]
    assert len(add("2026-12-04 20:00", "2026-12-06 20:00")) == 2


def test_a_move_keeps_the_minutes_and_may_overlap_itself(filmhaus: House) -> None:
    filmhaus.add("2026-12-04 22:00")
    shown = filmhaus.add("2026-12-04 19:30", runtime=60)
    place: dict[str, Any] = {"site": filmhaus.site, "screen": filmhaus.screens[0]}
    assert move_screening(filmhaus.session, shown, starts_at=filmhaus.at("2026-12-04 20:00"), **place)
    assert shown.feature_ends_at == filmhaus.at("2026-12-04 21:15")
    assert not move_screening(filmhaus.session, shown, **place)
    with pytest.raises(ErrorsFound):
        move_screening(filmhaus.session, shown, starts_at=filmhaus.at("2026-12-04 20:35"), **place)
    with pytest.raises(ScreenTaken):
        move_screening(filmhaus.session, shown, starts_at=filmhaus.at("2026-12-04 21:00"), **place)
    assert (shown.starts_at, shown.sequence) == (filmhaus.at("2026-12-04 20:00"), 0)
    site, screen = target_of(filmhaus.session, shown, None, "screen 2")
    assert move_screening(filmhaus.session, shown, site=site, screen=screen)
    assert shown.screen_id == filmhaus.screens[1].id


def test_a_move_to_a_site_of_another_clock_says_when(filmhaus: House) -> None:
    shown = filmhaus.add("2026-12-04 07:00")
    strand = Site(name="Strand", timezone="America/New_York")
    filmhaus.session.add(strand)
    filmhaus.session.flush()
    there = Screen(site_id=strand.id, name="2", seats=100)
    filmhaus.session.add(there)
    filmhaus.session.flush()
    place: dict[str, Any] = {"site": strand, "screen": there}
    with pytest.raises(ClocksDiffer, match=r"2026-12-04 07:00 at Filmhaus .* is 2026-12-04 01:00 at Strand"):
        move_screening(filmhaus.session, shown, **place)
    start = moment("07:00", calendar_of(filmhaus.session, shown, strand))
    assert strand.clock.local(start).isoformat() == "2026-12-04T07:00:00-05:00"
    assert move_screening(filmhaus.session, shown, starts_at=start, **place)


def test_what_is_cancelled_frees_its_screen_and_stays_where_it_is(filmhaus: House) -> None:
    shown = filmhaus.add("2026-12-04 19:30")
    assert cancel_screening(filmhaus.session, shown)
    assert not cancel_screening(filmhaus.session, shown)
    filmhaus.add("2026-12-04 19:30")
    with pytest.raises(ScreeningCancelled):
        move_screening(filmhaus.session, shown, site=filmhaus.site, screen=filmhaus.screens[1])


def test_sold_seats_are_guarded(filmhaus: House) -> None:
    shown = filmhaus.add("2026-12-04 19:30")
    publish(shown, sold=12)
    later: dict[str, Any] = {
        "site": filmhaus.site,
        "screen": filmhaus.screens[0],
        "starts_at": filmhaus.at("2026-12-04 20:30"),
    }
    for change in (
        lambda: move_screening(filmhaus.session, shown, **later),
        lambda: cancel_screening(filmhaus.session, shown),
        lambda: remove_screening(filmhaus.session, shown),
    ):
        with pytest.raises(SoldScreening, match="12 seats are sold"):
            change()
    assert move_screening(filmhaus.session, shown, force=True, **later)
    assert cancel_screening(filmhaus.session, shown, force=True)
    assert (shown.state, shown.sequence) == ("cancelled", 2)


def test_what_the_public_knows_is_cancelled_rather_than_removed(filmhaus: House) -> None:
    shown = filmhaus.add("2026-12-04 19:30")
    publish(shown)
    with pytest.raises(ScreeningPublished, match="public was told"):
        remove_screening(filmhaus.session, shown)
    remove_screening(filmhaus.session, shown, force=True)
    with pytest.raises(ScreeningNotFound):
        find_screening(filmhaus.session, shown.id)


@pytest.mark.parametrize("reference", ["", "0", "-1", "one", "9999999999", "4" * 5000, "²"])
def test_what_names_no_screening_is_not_found(session: Session, reference: str) -> None:
    with pytest.raises(ScreeningNotFound):
        find_screening(session, reference)


def test_the_table_itself_refuses_whoever_writes_to_it_and_they_are_told(
    filmhaus: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = filmhaus.add("2026-12-04 19:30")
    columns = ("screen_id", "movie_id", "starts_at", "feature_starts_at", "feature_ends_at", "clear_at")
    with pytest.raises(IntegrityError, match="screening_overlap_excl"), filmhaus.session.begin_nested():
        filmhaus.session.execute(insert(Screening).values({name: getattr(first, name) for name in columns}))
    # As if the other had come between the look and the insert.
    looks = iter([lambda *_, **__: None] * 2)

    def look(*given, **options) -> None:
        next(looks, taken.raise_if_taken)(*given, **options)

    monkeypatch.setattr(screenings, "raise_if_taken", look)
    with pytest.raises(ScreenTaken, match=f"screening {first.id}"):
        filmhaus.add("2026-12-04 19:30")


def test_of_those_who_add_at_once_one_wins_and_the_others_are_told(database: Database) -> None:
    with database.unit_of_work() as session:
        built = house(session)
        keys = (built.heat.id, built.site.id, built.screens[0].id)
        start = built.at("2026-12-04 19:30")

    def add(number: int) -> str:
        try:
            with database.unit_of_work() as session:
                movie, site = session.get_one(Movie, keys[0]), session.get_one(Site, keys[1])
                screen = session.get_one(Screen, keys[2])
                return str(add_screening(session, movie, site, screen, start + timedelta(minutes=5 * number)).id)
        except CinemactlError as error:
            return f"{error.exit_code:d} {error.message}"

    with ThreadPoolExecutor(6) as threads:
        ended = list(threads.map(add, range(6)))
    won = [end for end in ended if end.isdecimal()]
    assert len(won) == 1
    assert all(f"by screening {won[0]}, Heat (1995)" in end for end in ended if end.startswith("4 "))
    assert sum(end.startswith("4 ") for end in ended) == 5
