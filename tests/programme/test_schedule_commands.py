"""Screenings as commands."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cinemactl.store.database import Database


@pytest.fixture
def office(cinemactl):
    """Know a movie, and a site with two screens."""
    assert cinemactl("movie", "add", "Heat", "--year", "1995", "--runtime", "170").code == 0
    assert cinemactl("site", "add", "Filmhaus", "--timezone", "Europe/Berlin", "--country", "DE").code == 0
    for number in ("1", "2"):
        assert cinemactl("screen", "add", f"Screen {number}", "--site", "Filmhaus", "--seats", "120").code == 0
    return cinemactl


def test_screenings_are_added_listed_moved_cancelled_and_removed(office, database: Database):
    added = office(
        "schedule", "add", "Heat", "--screen", "Filmhaus/Screen 1", "--at", "2126-12-05 25:30", "--json"
    ).json
    assert (added["starts_at"], added["business_day"]) == ("2126-12-06T01:30:00+01:00", "2126-12-05")
    assert (added["feature_starts_at"], added["state"]) == ("2126-12-06T01:45:00+01:00", "draft")
    number = str(added["id"])
    assert office("schedule", "show", number, "--json").json == added
    assert office("movie", "show", "Heat", "--json").json["status"] == "coming-up"

    every = office(
        "schedule",
        "add",
        "Heat",
        "--screen",
        "screen 2",
        "--at",
        "fri-sun 14:00,18:00",
        "--from",
        "2126-12-06",
        "--json",
    )
    assert [one["starts_at"][:16] for one in every.json][:2] == ["2126-12-06T14:00", "2126-12-06T18:00"]
    assert len(every.json) == 6

    listed = office("schedule", "list", "--day", "2126-12-05")
    assert "25:30  25:45    28:35" in listed.out
    assert "Screen 1" in listed.out
    assert [one["id"] for one in office("schedule", "list", "--screen", "Screen 1", "--json").json] == [added["id"]]
    weeks = [
        office("schedule", "list", "--week", week, "--movie", "Heat", "--json").json
        for week in ("2126-W49", "2126-W50")
    ]
    assert [len(week) for week in weeks] == [7, 0]
    page = office("schedule", "list", "--limit", "2", "--json")
    following = office("schedule", "list", "--after", str(page.json[-1]["id"]), "--all", "--json").json
    assert f"--after {page.json[-1]['id']}" in page.err
    assert len(page.json) + len(following) == 7

    taken = office("schedule", "add", "Heat", "--screen", "Screen 1", "--at", "2126-12-06 01:00", "--json")
    assert (taken.code, taken.error["code"]) == (4, "screen-taken")
    assert f"by screening {number}, Heat (1995)" in taken.error["message"]
    short = office("schedule", "add", "Heat", "--screen", "Screen 1", "--at", "2126-12-06 04:40", "--json")
    assert (short.code, short.error["code"]) == (4, "turnaround-short")

    moved = office("schedule", "move", number, "--at", "20:15", "--screen", "Screen 2", "--json").json
    assert (moved["screen"], moved["starts_at"]) == ("Screen 2", "2126-12-05T20:15:00+01:00")
    assert office("schedule", "move", number).code == 2
    with database.unit_of_work() as session:
        session.execute(text("UPDATE screening SET sold = 3, state = 'published', published_at = now()"))
    assert office("schedule", "cancel", number, "--json").error["code"] == "screening-sold"
    cancelled = office("schedule", "cancel", number, "--force", "--json")
    assert (cancelled.json["state"], cancelled.json["sequence"]) == ("cancelled", 1)
    assert "3 sold seats are affected" in cancelled.err
    assert "The public was told otherwise" in cancelled.err
    assert [one["id"] for one in office("schedule", "list", "--state", "cancelled", "--json").json] == [added["id"]]
    assert office("schedule", "remove", number, "--yes").code == 4
    assert office("schedule", "remove", number, "--yes", "--force").code == 0
    assert office("schedule", "show", number).code == 3
    refused = office("movie", "remove", "Heat", "--yes", "--json")
    assert refused.error["message"] == "Heat (1995) is in use: 6 screenings (6 published, 18 seats sold)."


def test_what_cannot_be_is_one_sentence_and_changes_nothing(office):
    def code(*words: str) -> int:
        return office("schedule", *words).code

    add = ("add", "Heat", "--screen", "Screen 1", "--at")
    assert code(*add, "2126-03-31 02:30") == 2  # clocks leap over it
    twice = office("schedule", *add, "2126-10-27 02:30", "--json")
    assert (twice.code, twice.error["code"]) == (2, "local-time")
    assert "2126-10-27T02:30+02:00 or 2126-10-27T02:30+01:00" in twice.error["hint"]
    assert code(*add, "someday") == 2
    assert code("add", "Heat", "--screen", "Screen 3", "--at", "fri 20:00") == 3
    assert code("add", "Gone", "--screen", "Screen 1", "--at", "fri 20:00") == 3
    assert code(*add, "2126-12-05 20:00", "--held-back", "121") == 2
    assert code("list", "--week", "2126-W60") == 2
    assert code("list", "--week", "2126-W01", "--day", "fri") == 2
    assert code("list", "--state", "gone") == 2
    assert code("show") == 2
    assert office("schedule", *add, "2126-12-05 20:00", "--dry-run").code == 0
    assert office("schedule", "list", "--all", "--json").json == []


def test_what_checks_find_in_a_screening_is_said_when_it_is_added_or_moved(office):
    add = ("schedule", "add", "Heat", "--screen", "Screen 1", "--at")
    assert "warning" not in office(*add, "2126-12-06 14:00").err
    added = office(*add, "2126-12-06 17:21")
    assert (added.code, added.err.count("warning: ")) == (0, 1)
    assert "warning: Heat (Screen 1, Fri 2126-12-06 17:21) does not start on the grid" in added.err
    assert "(off-grid)" in office("schedule", "move", "2", "--at", "17:22").err
    assert office("schedule", "move", "2", "--at", "17:23", "--quiet").err == ""
    forced = office("schedule", "move", "2", "--at", "17:10", "--force", "--quiet")
    assert (forced.code, "(turnaround-short)" in forced.err) == (0, True)
    assert "warning: its start is in the past" in office(*add, "2020-12-06 14:00").err


def test_a_week_is_drawn_and_told(office):
    office("schedule", "add", "Heat", "--screen", "Screen 1", "--at", "2126-12-06 14:00")
    office("schedule", "add", "Heat", "--screen", "Screen 1", "--at", "2126-12-06 17:06", "--force")
    drawn = office("schedule", "show", "--week", "2126-W49")
    assert drawn.code == 0
    assert "Fri 2126-12-06" in drawn.out
    assert "(turnaround-short: " in drawn.out
    told = office("schedule", "show", "--week", "2126-W49", "--json").json
    assert (told["first_day"], told["last_day"], told["week"]) == ("2126-12-05", "2126-12-11", "2126-W49")
    assert [len(row["screenings"]) for row in told["days"][1]["screens"]] == [2, 0]
    assert "turnaround-short" in {one["rule"] for one in told["findings"]}
    assert "Nothing is shown at Filmhaus" in office("schedule", "show", "--day", "2126-12-24").err
