from __future__ import annotations

import csv
import io
import json

import pytest
from programme.plans.cinema import Cinema
from sqlalchemy.orm import Session

from cinemactl.cli.values import dumps
from cinemactl.programme import listing
from cinemactl.programme.exports import source
from cinemactl.programme.plans import editing, publishing
from cinemactl.programme.plans.files import PlanFileRefused

HEADER = "id,site,screen,movie_id,title,starts_at,runtime,price_category,state"


@pytest.fixture
def cinema(session: Session) -> Cinema:
    """Give a cinema with screenings on one screen at 14:00, 16:10 and 18:20."""
    cinema = Cinema(session)
    cinema.apply(cinema.generate("2026-12-04", latest=19 * 60))
    return cinema


def rows(cinema: Cinema) -> list[dict[str, str]]:
    listed = listing.documents(cinema.session, cinema.screenings())
    return [json.loads(dumps(one)) for one in listed]


def plan(cinema: Cinema, given: list[dict[str, str]], **told):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(given[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(given)
    told = {"site": cinema.site} | told
    return editing.plan_of_file(cinema.session, stream.getvalue().encode("utf-8-sig"), "week.csv", **told)


def test_a_week_that_nobody_edited_changes_nothing(cinema: Cinema) -> None:
    assert cinema.counts(plan(cinema, rows(cinema))) == {"unchanged": 3}
    whole = json.dumps(rows(cinema)).encode()
    assert cinema.counts(editing.plan_of_file(cinema.session, whole, "week.json")) == {"unchanged": 3}


def test_what_is_edited_added_and_left_out_is_done(cinema: Cinema) -> None:
    first, second, third = rows(cinema)
    state = cinema.state()
    second["price_category"] = "kids"
    first["starts_at"] = "2026-12-04 13:30"
    new = third | {"id": "", "starts_at": "2026-12-04 25:30", "title": "Long", "movie_id": "", "year": ""}
    made = plan(cinema, [first, second, new])
    assert cinema.counts(made) == {"added": 1, "moved": 1, "changed": 1, "cancelled": 1}
    moved = next(line for line in cinema.lines(made) if line["change"] == "moved")
    assert f"{moved['was']['starts_at']:%H:%M}" == "14:00"
    cinema.apply(made)
    assert cinema.starts() == ["12-04 13:30", "12-04 16:10", "12-05 01:30"]
    assert [one.feature_ends_at - one.feature_starts_at for one in cinema.screenings()][-1].seconds == 130 * 60
    cinema.undo()
    assert cinema.state() == state


def test_an_export_is_edited_by_its_date_and_time_and_leaves_drafts_alone(cinema: Cinema) -> None:
    publishing.publish(cinema.session, [cinema.site], "2026-W49", force=True)
    cinema.apply(cinema.generate("2026-12-05", latest=14 * 60))
    exported = [json.loads(dumps(one.document())) for one in source.public_screenings(cinema.session, week="2026-W49")]
    assert cinema.counts(plan(cinema, exported)) == {"unchanged": 3}
    exported[2]["time"] = "19:30"
    assert cinema.counts(plan(cinema, exported[1:])) == {"unchanged": 1, "moved": 1, "cancelled": 1}
    exported[2]["starts_at"] = "2026-12-04 19:35"
    with pytest.raises(
        PlanFileRefused, match="Line 3 starts at 2026-12-04 19:35 by its starts_at, and at 2026-12-04 19:30"
    ):
        plan(cinema, exported[1:])


def test_a_file_of_another_week_or_site_cancels_nothing(cinema: Cinema) -> None:
    """A row that is moved into the week is one of it."""
    first, *others = rows(cinema)
    with pytest.raises(PlanFileRefused, match=r"week.csv has no row of 2026-W50 at Rex Europe/Paris\."):
        plan(cinema, [first, *others], week="2026-W50")
    moved = first | {"starts_at": "2026-12-11 14:00"}
    assert cinema.counts(plan(cinema, [moved], week="2026-W50")) == {"moved": 1}
    other = Cinema(cinema.session, "Europe/London", "GB")
    with pytest.raises(PlanFileRefused, match=r"week.csv has no row of Rex Europe/London\."):
        plan(cinema, [first, *others], site=other.site)


def test_a_file_that_is_applied_twice_is_taken_back_once(cinema: Cinema) -> None:
    state = cinema.state()
    first, *others = rows(cinema)
    edited = [first | {"starts_at": "2026-12-04 13:30"}, *others]
    cinema.apply(plan(cinema, edited))
    cinema.apply(plan(cinema, edited))
    cinema.undo()
    assert cinema.state() == state


def test_two_screenings_change_places_and_a_cancelled_one_comes_back(cinema: Cinema) -> None:
    first, second, third = rows(cinema)
    first["starts_at"], second["starts_at"] = second["starts_at"], first["starts_at"]
    third["state"] = "cancelled"
    cinema.apply(plan(cinema, [first, second, third]))
    assert cinema.starts() == ["12-04 14:00", "12-04 16:10"]
    listed = rows(cinema)
    assert cinema.counts(plan(cinema, listed)) == {"unchanged": 3}
    listed[2]["state"] = "draft"
    assert cinema.counts(plan(cinema, listed)) == {"unchanged": 2, "changed": 1}


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"id": "x"}, "Line 2 has the id 'x'"),
        ({"id": "99999999"}, "Line 2 is screening 99999999, which is not there"),
        ({"starts_at": "fri 19:30"}, "Line 2 starts at 'fri 19:30'"),
        ({"starts_at": ""}, "Line 2 has no starts_at"),
        ({"starts_at": "2026-12-04T19:30:00+02:00"}, r"the clocks of Rex Europe/Paris are at \+01:00"),
        ({"starts_at": "2026-03-29 02:30"}, "Line 2 cannot start then: .*does not exist"),
        ({"screen": "9"}, "Line 2 cannot be placed: There is no screen '9'"),
        ({"title": "Nobody"}, "Line 2 names no movie"),
        ({"held_back_seats": "101"}, "Line 2 holds back 101 seats"),
        ({"captions": "loud"}, "Line 2 has a wrong captions"),
        ({"state": "published"}, "Line 2 is published by the file"),
        ({"state": "gone"}, "Line 2 has a wrong state"),
    ],
)
def test_nonsense_is_refused_by_its_line(cinema: Cinema, edit: dict[str, str], sentence: str) -> None:
    first, *others = rows(cinema)
    with pytest.raises(PlanFileRefused, match=sentence):
        plan(cinema, [first | edit, *others])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "lists no screenings|no column"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b"id,title\n1,Heat\n", "no column starts_at"),
        (b"id,starts_at\n1,2,3\n", "Line 2 has 3 cells"),
        (b"{]", "no valid JSON"),
        (b"[3]", "Entry 1"),
        (b'{"a": 1}', "no list"),
    ],
)
def test_what_is_no_plan_file_is_refused(cinema: Cinema, content: bytes, sentence: str) -> None:
    with pytest.raises(PlanFileRefused, match=sentence):
        editing.plan_of_file(cinema.session, content, "week.csv")


def test_a_screening_that_is_there_twice_is_refused(cinema: Cinema) -> None:
    first, *others = rows(cinema)
    with pytest.raises(PlanFileRefused, match=r"Line 5 is screening .* again, as line 2 is"):
        plan(cinema, [first, *others, first])
