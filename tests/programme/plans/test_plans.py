from __future__ import annotations

from typing import Any

import pytest
from programme.plans.cinema import Cinema
from sqlalchemy.orm import Session

from cinemactl.errors import NotFound, UsageRefused
from cinemactl.programme.plans import applying, undoing
from cinemactl.programme.plans.faults import EditedSince, NothingToUndo, ProgrammeMoved, SeatsSold
from cinemactl.programme.plans.proposals import Proposal


@pytest.fixture
def cinema(session: Session) -> Cinema:
    return Cinema(session)


def test_what_is_generated_keeps_to_the_grid_and_is_generated_once(cinema: Cinema) -> None:
    plan = cinema.generate("2026-12-04", earliest=14 * 60 + 3, latest=22 * 60)
    assert cinema.counts(plan) == {"added": 4}
    assert cinema.starts() == []
    done = cinema.apply(plan)
    assert done.changed
    assert cinema.starts() == ["12-04 14:05", "12-04 16:15", "12-04 18:25", "12-04 20:35"]
    again = cinema.generate("2026-12-04", earliest=14 * 60 + 3, latest=22 * 60)
    assert cinema.counts(again) == {"unchanged": 4}
    before = cinema.state()
    assert not cinema.apply(plan).changed
    cinema.apply(again)
    assert cinema.state() == before


def test_generating_goes_around_what_stands_and_names_what_it_cannot_place(cinema: Cinema) -> None:
    cinema.apply(cinema.generate("2026-12-04", movie=1, earliest=17 * 60, latest=17 * 60))
    plan = cinema.generate("2026-12-04", latest=20 * 60)
    assert [f"{line['starts_at']:%H:%M}" for line in cinema.lines(plan)] == ["14:00", "19:40"]
    cinema.apply(plan)
    assert cinema.counts(cinema.generate("2026-12-04", latest=20 * 60)) == {"unchanged": 2}
    fixed = cinema.generate("2026-12-04", earliest=14 * 60, latest=20 * 60, spacing=180)
    assert cinema.counts(fixed) == {"unchanged": 1, "set_aside": 2}
    assert "The screen is taken by screening" in fixed.findings[0]["message"]
    with pytest.raises(UsageRefused, match="cannot be 60 apart"):
        cinema.generate("2026-12-04", spacing=60)
    with pytest.raises(UsageRefused, match="before the earliest"):
        cinema.generate("2026-12-04", latest=60)


def test_a_week_is_copied_once_at_the_same_times(cinema: Cinema) -> None:
    cinema.apply(cinema.generate("2026-12-02", "2026-12-08", latest=25 * 60 + 30))
    cinema.apply(cinema.generate("2026-12-09", movie=1, latest=14 * 60))
    plan = cinema.copy("2026-W49", "2026-W50")
    assert cinema.counts(plan) == {"added": 10, "set_aside": 2}
    cinema.apply(plan)
    assert cinema.starts()[-1] == "12-16 00:50"
    assert cinema.counts(cinema.copy("2026-W49", "2026-W50")) == {"unchanged": 10, "set_aside": 2}
    with pytest.raises(UsageRefused, match="to itself"):
        cinema.copy("2026-W49", "2026-W49")
    with pytest.raises(NotFound, match="Nothing is shown"):
        cinema.copy("2026-W40", "2026-W49")


def test_a_copy_over_a_clock_change_sets_aside_what_has_no_such_time(session: Session) -> None:
    cinema = Cinema(session, "America/Sao_Paulo", "BR")
    cinema.apply(cinema.generate("2018-10-27", earliest=24 * 60 + 15, latest=24 * 60 + 15))
    cinema.apply(cinema.generate("2018-10-27", latest=22 * 60))
    plan = cinema.copy("2018-W43", "2018-W44")
    assert cinema.counts(plan) == {"added": 4, "set_aside": 1}
    assert plan.findings[0]["rule"] == "local-time"
    assert "does not exist" in plan.findings[0]["message"]


def test_both_of_two_that_overlap_are_set_aside_and_screens_can_be_exchanged(cinema: Cinema) -> None:
    cinema.apply(cinema.generate("2026-12-04", screens=(0, 1), latest=14 * 60))
    one, other = cinema.screenings()
    exchanged = cinema.propose(
        Proposal(screening_id=one.id, screen_id=other.screen_id, starts_at=one.starts_at, **moments(one)),
        Proposal(screening_id=other.id, screen_id=one.screen_id, starts_at=one.starts_at, **moments(other)),
    )
    assert cinema.counts(exchanged) == {"moved": 2}
    state = cinema.state()
    cinema.apply(exchanged)
    first, second = (screen.id for screen in cinema.screens)
    assert [here.screen_id for here in cinema.screenings()] == [second, first]
    cinema.undo()
    assert cinema.state() == state
    crowded = cinema.propose(
        Proposal(line=2, screening_id=one.id, screen_id=one.screen_id, starts_at=one.starts_at, **moments(one)),
        Proposal(line=3, screening_id=other.id, screen_id=one.screen_id, starts_at=one.starts_at, **moments(other)),
    )
    assert cinema.counts(crowded) == {"set_aside": 2}
    assert [finding["line"] for finding in crowded.findings] == [2, 3]
    assert "line 3" in crowded.findings[0]["message"]
    assert "line 2" in crowded.findings[1]["message"]


def test_a_plan_is_refused_once_the_programme_has_moved(cinema: Cinema) -> None:
    cinema.apply(cinema.generate("2026-12-04", latest=14 * 60))
    plan = cinema.generate("2026-12-04")
    cinema.write("UPDATE screening SET price_category = 'kids'")
    with pytest.raises(ProgrammeMoved, match="was changed"):
        cinema.apply(plan)
    rival = cinema.generate("2026-12-05", movie=1)
    late = cinema.generate("2026-12-05")
    cinema.apply(late)
    with pytest.raises(ProgrammeMoved, match="has the screen"):
        cinema.apply(rival)


def test_undo_takes_the_last_back_and_names_later_edits(cinema: Cinema) -> None:
    with pytest.raises(NothingToUndo):
        cinema.undo()
    empty = cinema.state()
    first = cinema.generate("2026-12-04")
    cinema.apply(first)
    standing = cinema.state()
    cinema.apply(cinema.generate("2026-12-05"))
    cinema.undo()
    assert cinema.state() == standing
    number = cinema.screenings()[0].id
    cinema.write(f"UPDATE screening SET state = 'cancelled' WHERE id = {number}")
    with pytest.raises(EditedSince, match=f"screening {number} was cancelled later"):
        cinema.undo()
    cinema.write(f"UPDATE screening SET state = 'draft' WHERE id = {number}")
    cinema.undo()
    assert cinema.state() == empty
    cinema.apply(first)
    assert cinema.state() == standing


def test_sold_screenings_are_moved_only_with_force(cinema: Cinema) -> None:
    cinema.apply(cinema.generate("2026-12-04", latest=14 * 60))
    (one,) = cinema.screenings()
    plan = cinema.propose(Proposal(screening_id=one.id, cancels=True))
    cinema.write("UPDATE screening SET sold = 7, published_at = now(), state = 'published'")
    plan = cinema.propose(Proposal(screening_id=one.id, cancels=True))
    with pytest.raises(SeatsSold, match="7 seats are sold"):
        cinema.apply(plan)
    done = cinema.apply(plan, force=True)
    assert (done.seats, cinema.starts(), cinema.screenings()[0].sequence) == (7, [], 1)
    undoing.undo_last(cinema.session)
    assert cinema.screenings()[0].state == "published"


def test_movies_know_that_they_are_shown(cinema: Cinema) -> None:
    plan = cinema.generate("2035-12-04")
    cinema.apply(plan)
    assert cinema.movies[0].status == "coming-up"
    cinema.undo()
    assert (cinema.movies[0].status, cinema.movies[0].first_screening_at) == ("catalogue", None)
    with pytest.raises(NotFound):
        applying.get_plan(cinema.session, 10**6)


def moments(one) -> Any:
    return {name: getattr(one, name) for name in ("feature_starts_at", "feature_ends_at", "clear_at")}
