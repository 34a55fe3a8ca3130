"""Clauses on a line and as objects."""

from __future__ import annotations

import pytest

from cinemactl.programme.bookings.terms import TermRefused, clause_of, line_of, terms_of

LINES = {
    "minimum-weeks 4": {"weeks": 4},
    "shows-a-day 3": {"minimum": 3},
    "shows-a-day exactly 5, in weeks 1-2": {"exactly": 5, "first_week": 1, "last_week": 2},
    "matinees 2, before 16:30": {"minimum": 2, "before": "16:30", "per": "day"},
    "evenings 4, from 18:00, a week": {"minimum": 4, "from": "18:00", "per": "week"},
    "time-window 14:00-25:30": {"from": "14:00", "until": "25:30"},
    "times 14:00 20:00": {"times": ["14:00", "20:00"]},
    "screen largest, in weeks 1-4, penalty 5 % more, for each show": {
        "screen": "largest",
        "first_week": 1,
        "last_week": 4,
        "penalty": "5 % more, for each show",
    },
    "screen Saal 1, 3 a day": {"screen": "Saal 1", "minimum": 3},
    "screen id:7, only": {"screen_id": 7, "only": True},
    "exclusive-screen, in week 1": {"first_week": 1, "last_week": 1},
    "every-show-every-day": {},
    "share 65 62.5 50": {"percent": [65.0, 62.5, 50.0]},
    "penalty 5 %, for a single dropped show": {"penalty": "5 %, for a single dropped show"},
}


@pytest.mark.parametrize(("line", "said"), LINES.items())
def test_a_clause_is_read_from_a_line_and_written_again(line, said):
    clause = clause_of(line)
    assert clause == {"clause": line.split(",")[0].split()[0], **said}
    assert clause_of(line_of(clause)) == clause == clause_of(clause)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "shows-a-day",
        "shows-a-day many",
        "shows-a-day 0",
        "shows-a-day ²",
        "minimum-weeks 4, in week 1",
        "time-window 22:00-14:00",
        "times 14:61",
        "share 101",
        "share NaN",
        "screen largest, 2 a day, only",
        "screen largest, in weeks 4-1",
        "every-show-every-day 3",
        "matinees 2, noon",
        {"clause": "screen"},
        {"clause": "shows-a-day", "minimum": 3, "line": "shows-a-day 4"},
        {"clause": ["screen"]},
        {"clause": "shows-a-day", "minimum": True},
        {"clause": "shows-a-day", "minimum": 3, "colour": "red"},
        {"clause": "times", "times": [14]},
    ],
)
def test_what_is_no_clause_is_refused(given):
    with pytest.raises(TermRefused):
        clause_of(given)


def test_a_clause_is_read_as_a_booking_shows_it():
    shown = {"number": 1, "clause": "screen", "screen": "Saal 1", "screen_id": 7, "only": True}
    kept = {name: shown[name] for name in shown if name != "number"}
    assert line_of(kept) == "screen Saal 1, only"
    assert clause_of(shown | {"line": "screen Saal 1, only"}) == kept
    with pytest.raises(TermRefused, match="its line says something else"):
        clause_of(shown | {"line": "screen Saal 2, only"})
    assert line_of(kept | {"screen": "Saal 1, links"}) == line_of(kept | {"screen": "id:3"}) == "screen id:7, only"


def test_a_share_that_is_no_number_is_named():
    with pytest.raises(TermRefused, match="'share 60 b' is no clause of a booking: 'b' is no percentage"):
        clause_of("share 60 b")


def test_a_booking_has_its_share_once():
    with pytest.raises(TermRefused, match="has it once"):
        terms_of(["share 60", "share 50"])
