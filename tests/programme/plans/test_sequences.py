"""Any sequence of changes, against a model that knows nothing but intervals; undo restores the very state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programme.plans.cinema import Cinema
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, Conflict
from cinemactl.programme import screenings
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.tables import SchedulePlan, Screening

# A site whose clocks change in the week that begins on the first day, and the ISO weeks before and of the change.
CHANGES = (
    ("Europe/Paris", "FR", date(2026, 10, 21)),
    ("Europe/Paris", "FR", date(2026, 3, 25)),
    ("America/New_York", "US", date(2026, 3, 6)),
    ("Australia/Lord_Howe", "AU", date(2026, 4, 2)),
    ("America/Sao_Paulo", "BR", date(2018, 11, 2)),
    ("America/Sao_Paulo", "BR", date(2018, 2, 16)),
)
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["add", "move", "cancel", "generate", "copy", "edit", "undo", "again"]),
        st.integers(min_value=0, max_value=6),
        st.integers(min_value=0, max_value=30),
    ),
    min_size=3,
    max_size=7,
)


class Model:
    """What must be so whatever is done: brute force, without the database's constraint."""

    def __init__(self, cinema: Cinema, first: date) -> None:
        self.cinema = cinema
        self.first = first
        self.applied: list[dict[int, Any]] = []

    def do(self, verb: str, day: int, step: int) -> None:
        act = getattr(self, f"_{verb}")
        try:
            with self.cinema.session.begin_nested():
                act(day, step)
        except CinemactlError:
            self.cinema.session.expire_all()
        self.check()

    def check(self) -> None:
        live = [one for one in self.cinema.screenings() if one.state != "cancelled"]
        for number, one in enumerate(live):
            for other in live[number + 1 :]:
                apart = one.feature_ends_at <= other.starts_at or other.feature_ends_at <= one.starts_at
                assert one.screen_id != other.screen_id or apart
            assert one.feature_ends_at - one.feature_starts_at in {timedelta(minutes=100), timedelta(minutes=130)}
            assert one.feature_starts_at - one.starts_at == timedelta(minutes=15)

    def apply(self, plan: SchedulePlan) -> None:
        counts = self.cinema.counts(plan)
        before = self.cinema.state()
        done = self.cinema.apply(plan)
        assert done.changed
        after = self.cinema.state()
        was, now = by_id(before), by_id(after)
        self.applied.append({number: was.get(number) for number in was | now if was.get(number) != now.get(number)})
        assert not self.cinema.apply(plan).changed
        assert self.cinema.state() == after
        assert len(after) - len(before) == counts.get("added", 0)
        assert (after == before) == (not set(counts) - {"unchanged", "set_aside"})

    def _start(self, day: int, step: int) -> datetime:
        local = datetime.combine(self.first + timedelta(days=day), datetime.min.time()) + timedelta(minutes=50 * step)
        return local.replace(tzinfo=self.cinema.clock.zone).astimezone(UTC)

    def _pick(self, step: int) -> Screening:
        standing = self.cinema.screenings()
        if not standing:
            raise Conflict("There is none.")
        return standing[step % len(standing)]

    def _add(self, day: int, step: int) -> None:
        movie, screen = self.cinema.movies[step % 2], self.cinema.screens[day % 2]
        screenings.add_screening(
            self.cinema.session, movie, self.cinema.site, screen, self._start(day, step), force=True
        )

    def _move(self, day: int, step: int) -> None:
        one = self._pick(step)
        screen = self.cinema.screens[(day + step) % 2]
        screenings.move_screening(
            self.cinema.session, one, site=self.cinema.site, screen=screen, starts_at=self._start(day, step), force=True
        )

    def _cancel(self, day: int, step: int) -> None:
        screenings.cancel_screening(self.cinema.session, self._pick(step))

    def _generate(self, day: int, step: int) -> None:
        told: dict[str, Any] = {
            "movie": step % 2,
            "screens": (0, 1) if day % 2 else (0,),
            "earliest": 20 * step,
            "latest": 20 * step + 500,
        }
        days = [(self.first + timedelta(days=day + more)).isoformat() for more in range(2)]
        plan = self.cinema.generate(*days, **told)
        assert set(self.cinema.counts(plan)) <= {"added", "unchanged", "changed", "set_aside"}
        self.apply(plan)
        assert set(self.cinema.counts(self.cinema.generate(*days, **told))) <= {"unchanged", "set_aside"}

    def _copy(self, day: int, step: int) -> None:
        week, other = (self.cinema.clock.week_name(self.first + timedelta(days=days)) for days in (0, 7))
        source, target = (week, other) if step % 2 else (other, week)
        self.apply(self.cinema.copy(source, target))
        assert not self.cinema.counts(self.cinema.copy(source, target)).get("added")

    def _edit(self, day: int, step: int) -> None:
        one, other = self._pick(step), self._pick(day + 1)
        shift = self._start(day, step) - one.starts_at
        moments = ("starts_at", "feature_starts_at", "feature_ends_at", "clear_at")
        moved = Proposal(
            screening_id=one.id, screen_id=other.screen_id, **{name: getattr(one, name) + shift for name in moments}
        )
        cancelled = [] if one is other else [Proposal(screening_id=other.id, cancels=True)]
        self.apply(self.cinema.propose(moved, *cancelled))

    def _undo(self, day: int, step: int) -> None:
        now = by_id(self.cinema.state())
        self.cinema.undo()
        expected = now | self.applied.pop()
        assert by_id(self.cinema.state()) == {number: row for number, row in expected.items() if row is not None}

    def _again(self, day: int, step: int) -> None:
        self.cinema.undo()
        raise Conflict("As if it had not been taken back.")


def by_id(state: list[Any]) -> dict[int, Any]:
    return {row["id"]: row for row in state}


@pytest.mark.parametrize(("zone", "country", "first"), CHANGES)
def test_any_sequence_keeps_screens_apart_and_is_undone(session: Session, zone: str, country: str, first: date) -> None:
    @settings(max_examples=4)
    @given(OPERATIONS)
    def holds(operations: list[tuple[str, int, int]]) -> None:
        start = session.begin_nested()
        try:
            model = Model(Cinema(session, zone, country), first)
            for verb, day, step in operations:
                model.do(verb, day, step)
        finally:
            start.rollback()
            session.expunge_all()

    holds()
