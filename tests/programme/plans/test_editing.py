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
        ({"uid": "0"}, "Line 2 has the uid 0"),
        ({"year": "1995"}, "Line 2 has the year 1995, and Short"),
        ({"title": "Long", "year": "1995"}, "Line 2 names no movie: .*Long \\(1995\\)"),
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


def test_what_follows_from_an_edit_may_be_as_it_was_or_as_it_will_be(cinema: Cinema) -> None:
    first, *others = rows(cinema)
    moved = first | {"starts_at": "2026-12-05 13:30"}
    told = {"feature_starts_at": "2026-12-05 13:45", "business_day": "2026-12-05", "week": "2026-W49"}
    for edited in (moved, moved | told):
        made = plan(cinema, [edited, *others])
        assert cinema.counts(made)["moved"] == 1
        assert "plan-file" not in {one["rule"] for one in made.findings}


def test_what_no_plan_changes_is_said(cinema: Cinema) -> None:
    """A file from before the last tickets were sold is good all the same."""
    first, *others = rows(cinema)
    cinema.write("UPDATE screening SET sold = 7 WHERE starts_at < '2026-12-04 16:00Z'")
    edit = {"feature_ends_at": "2026-12-04 23:59", "business_day": "2026-12-05"}
    made = plan(cinema, [one | {"colour": "red"} for one in (first | edit, *others)])
    assert cinema.counts(made) == {"unchanged": 3}
    strange, ends, day, sold = made.findings
    assert strange["message"].startswith("What the file says in 'colour' is passed over")
    said = "Line 2 has {} for {}, and screening {} {}: that is passed over."
    assert ends["message"] == said.format("2026-12-04 23:59", "feature_ends_at", first["id"], "2026-12-04 15:55")
    assert day["message"] == said.format("2026-12-05", "business_day", first["id"], "2026-12-04")
    assert sold["message"] == said.format("0", "sold", first["id"], 7) + " So do 1 more."
    assert {one["severity"] for one in made.findings} == {"warning"}


def test_what_is_published_is_no_draft_again(cinema: Cinema) -> None:
    publishing.publish(cinema.session, [cinema.site], "2026-W49", force=True)
    first, *others = rows(cinema)
    with pytest.raises(PlanFileRefused, match="Line 2 is a draft by the file and published here"):
        plan(cinema, [first | {"state": "draft"}, *others])


def test_the_screening_of_another_site_is_named(cinema: Cinema) -> None:
    other = Cinema(cinema.session, "Europe/London", "GB")
    first, *others = rows(cinema)
    with pytest.raises(
        PlanFileRefused, match=f"Line 2 is at Rex Europe/London, and screening {first['id']} at Rex Europe/Par"
    ):
        plan(cinema, [first | {"site": other.site.name, "state": "published"}, *others])


def test_entries_of_json_are_counted_from_one_and_hold_text(cinema: Cinema) -> None:
    def refusal(*given: dict[str, str]) -> str:
        with pytest.raises(PlanFileRefused) as refused:
            editing.plan_of_file(cinema.session, json.dumps(given).encode(), "week.json", site=cinema.site)
        return refused.value.message

    first, *others = rows(cinema)
    for half in ({"title": "a\ud800"}, {"\udfff": "a"}, {"screen": "\0"}):
        message = refusal(*others, first | half)
        assert message.startswith("Entry 3 cannot be read: ")
        assert message.encode()
    assert refusal(first, *others, first) == f"Entry 4 is screening {first['id']} again, as entry 1 is."
    new = {"site": cinema.site.name, "screen": "1", "title": "Long", "starts_at": "2026-12-04 14:10"}
    made = editing.plan_of_file(cinema.session, json.dumps([new, *rows(cinema)]).encode(), "week.json")
    assert made.findings[0]["message"].startswith("entry 1: ")
    assert made.findings[0]["message"].endswith("at the same time as entry 2, entry 3.")


def test_a_screening_that_is_there_twice_is_refused(cinema: Cinema) -> None:
    first, *others = rows(cinema)
    with pytest.raises(PlanFileRefused, match=r"Line 5 is screening .* again, as line 2 is"):
        plan(cinema, [first, *others, first])
