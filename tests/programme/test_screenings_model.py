"""Any sequence of changes against a model that knows of every minute who has the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from programme.houses import House, house
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.programme.refusing import ErrorsFound
from cinemactl.programme.screening_faults import ScreeningCancelled
from cinemactl.programme.screenings import (
    add_screening,
    cancel_screening,
    move_screening,
    remove_screening,
)
from cinemactl.programme.tables import Screening
from cinemactl.programme.taken import ScreenTaken

PRE_SHOW = TURNAROUND = 15
MINUTE = timedelta(minutes=1)
# Days that clocks go back or forward on, and the moment, in UTC, from which times are drawn.
CHANGES = [
    ("Europe/Paris", datetime(2026, 3, 28, 21, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 2, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 2, 17, 22, tzinfo=UTC)),
]
STARTS = st.integers(min_value=0, max_value=72).map(lambda number: 5 * number)
CHANGE = st.fixed_dictionaries(
    {
        "verb": st.sampled_from(["add", "add", "add", "move", "cancel", "remove"]),
        "start": STARTS,
        "screen": st.integers(min_value=0, max_value=1),
        "runtime": st.sampled_from([30, 45, 90]),
        "force": st.booleans(),
        "which": st.integers(min_value=0, max_value=9),
    }
)


@dataclass(frozen=True)
class Taken:
    """A screening in minutes since the moment that times are drawn from."""

    screen: int
    start: int
    runtime: int
    cancelled: bool = False

    @property
    def minutes(self) -> set[int]:
        return set(range(self.start, self.start + PRE_SHOW + self.runtime))

    @property
    def until_clear(self) -> set[int]:
        return set(range(self.start, self.start + PRE_SHOW + self.runtime + TURNAROUND))


def refusal(model: dict[int, Taken], one: Taken, number: int | None, *, force: bool) -> type[Exception] | None:
    """Return what keeps a screening from being where it is to be, by looking at each minute."""
    others = [
        other for key, other in model.items() if key != number and other.screen == one.screen and not other.cancelled
    ]
    if any(one.minutes & other.minutes for other in others):
        return ScreenTaken
    if not force and any(one.until_clear & other.until_clear for other in others):
        return ErrorsFound
    return None


@hypothesis.settings(max_examples=12)
@hypothesis.given(st.sampled_from(CHANGES), st.lists(CHANGE, min_size=4, max_size=9))
def test_no_sequence_of_changes_makes_two_overlap(session: Session, where, changes) -> None:
    zone, since = where
    with session.begin_nested() as example:
        built = house(session, zone)
        model: dict[int, Taken] = {}
        for change in changes:
            apply(built, model, since, **change)
            assert standing(built, since) == model
        example.rollback()


def apply(built: House, model: dict[int, Taken], since, *, verb, start, screen, runtime, force, which) -> None:
    """Do one change to the screenings and to the model, both of which do it or neither does."""
    session, site, at, on = built.session, built.site, since + start * MINUTE, built.screens[screen]
    if verb == "add":
        wanted = Taken(screen, start, runtime)
        if refused := refusal(model, wanted, None, force=force):
            with pytest.raises(refused):
                add_screening(session, built.heat, site, on, at, runtime=runtime, force=force)
        else:
            added = add_screening(session, built.heat, site, on, at, runtime=runtime, force=force)
            model[added.id] = wanted
        return
    if not model:
        return
    number = sorted(model)[which % len(model)]
    screening = session.get_one(Screening, number)
    if verb == "cancel":
        cancel_screening(session, screening)
        model[number] = replace(model[number], cancelled=True)
    elif verb == "remove":
        remove_screening(session, screening)
        del model[number]
    else:
        wanted = replace(model[number], screen=screen, start=start)
        moving: dict[str, Any] = {"site": site, "screen": on, "starts_at": at, "force": force}
        refused = ScreeningCancelled if wanted.cancelled else None
        if wanted != model[number]:
            refused = refused or refusal(model, wanted, number, force=force)
        if refused:
            with pytest.raises(refused):
                move_screening(session, screening, **moving)
        else:
            move_screening(session, screening, **moving)
            model[number] = wanted


def standing(built: House, since: datetime) -> dict[int, Taken]:
    """Return what the table says, and see that what is derived from it says the same."""
    found = {}
    screens = [screen.id for screen in built.screens]
    columns = (Screening.id, Screening.screen_id, Screening.state, Screening.starts_at)
    parts = (Screening.feature_starts_at, Screening.feature_ends_at, Screening.clear_at)
    for number, screen_id, state, start, feature, end, clear in built.session.execute(select(*columns, *parts)):
        runtime = (end - feature) // MINUTE
        assert (feature - start, clear - end) == (PRE_SHOW * MINUTE, TURNAROUND * MINUTE)
        found[number] = Taken(screens.index(screen_id), (start - since) // MINUTE, runtime, state == "cancelled")
    first = min((one.start for one in found.values() if not one.cancelled), default=None)
    told = built.session.scalar(text("SELECT first_screening_at FROM movie WHERE id = :id"), {"id": built.heat.id})
    assert told == (None if first is None else since + first * MINUTE)
    return found
