"""What the public is told, from the database, and how it leaves as a command's file."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
import vobject
from sqlalchemy import text

from cinemactl.programme.exports.source import public_screenings


@pytest.fixture
def published(cinemactl, database):
    """Publish two evenings, one of them cancelled since, leave a third a draft, and book the movie."""
    cinemactl("site", "add", "Filmhaus", "--timezone", "Europe/Berlin", "--country", "DE")
    cinemactl("screen", "add", "Saal 1", "--site", "Filmhaus", "--seats", "100")
    cinemactl("movie", "add", "=Heat, 1995", "--year", "1995", "--runtime", "170", "--imdb-id", "tt0113277")
    words = ("schedule", "add", "=Heat, 1995", "--screen", "Saal 1", "--force", "--at")
    for at in ("2026-12-03 23:00", "2026-12-05 00:30", "2026-12-06 20:00"):
        assert cinemactl(*words, at).code == 0
    with database.unit_of_work() as session:
        session.execute(text("UPDATE screening SET state = 'published', published_at = now() WHERE id < 3"))
        session.execute(text("UPDATE screening SET state = 'cancelled', sequence = 1 WHERE id = 2"))
    return cinemactl


def test_only_what_the_public_was_told_of_leaves_the_house(published, database, tmp_path):
    with database.unit_of_work() as session:
        told = list(public_screenings(session, week="2026-W49"))
        assert [(one.business_day, one.is_cancelled) for one in told] == [
            (date(2026, 12, 3), False),
            (date(2026, 12, 4), True),
        ]
        assert (told[0].ids, told[0].remaining_seats) == ((("imdb", "tt0113277"),), 100)
        assert (told[0].starts_at - told[0].doors_at).total_seconds() == 900
        assert list(public_screenings(session, week="2026-W50")) == []
    words = ("schedule", "export", "--week", "2026-W49")
    (first, second) = csv.DictReader(io.StringIO(published(*words).out))
    assert (first["movie"], first["date"], first["time"]) == ("'=Heat, 1995", "2026-12-03", "23:00")
    assert (first["feature_time"], second["business_day"], second["state"]) == ("23:15", "2026-12-04", "cancelled")
    assert [one["runtime"] for one in published(*words, "--format", "json").json] == [170, 170]
    calendar = published(*words, "--format", "ical").out
    events = vobject.readOne(calendar).vevent_list
    assert [(one.status.value, one.sequence.value) for one in events] == [("CONFIRMED", "0"), ("CANCELLED", "1")]
    assert "\r\n" in calendar
    assert len(json.loads(published(*words, "--format", "jsonld").out)["@graph"]) == 2
    written = published(*words, "--output", str(tmp_path / "week.html"))
    assert written.err.strip() == "2 screenings written."
    assert "film" in (tmp_path / "week.html").read_text()
    assert published("schedule", "export", "a.csv", "--output", "b.csv").code == 2
    assert published("schedule", "export", "--format", "html", "--all").code == 2


def test_bookings_their_terms_and_keys_are_kept_by_commands(published, tmp_path):
    words = ("--from", "2026-12-03", "--until", "2026-12-16", "--distributor", "Verleih")
    added = published("booking", "add", "=Heat, 1995", *words, "--term", "shows-a-day 1", "--json").json
    assert (added["site"], added["terms"][0]["line"]) == ("Filmhaus", "shows-a-day 1")
    assert published("booking", "add", "=Heat, 1995", *words).code == 4
    (tmp_path / "terms.json").write_text('["share 60", {"clause": "screen", "screen": "Saal 1"}]')
    kept = published(
        "booking", "terms", "1", "--set", str(tmp_path / "terms.json"), "--add", "minimum-weeks 2", "--json"
    )
    assert [one["clause"] for one in kept.json] == ["share", "screen", "minimum-weeks"]
    (tmp_path / "terms.json").write_text(published("booking", "terms", "1", "--json").out)
    again = published("booking", "terms", "1", "--set", str(tmp_path / "terms.json"))
    assert (again.code, again.err) == (0, "Unchanged: the terms of booking 1.\n")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert "it is nested too deep" in published("booking", "terms", "1", "--set", str(tmp_path / "deep.json")).err
    assert published("booking", "terms", "1", "--drop", "4").code == 2
    assert [one["number"] for one in published("booking", "terms", "1", "--drop", "1", "--json").json] == [1, 2]
    assert published("booking", "edit", "1", "--until", "2026-12-09").code == 2
    assert published("booking", "edit", "1", "--clear", "until", "--note", "by phone", "--json").json["ends_on"] is None
    report = published("booking", "report", "--week", "2026-W49", "--broken", "--json").json
    assert [(one["clause"], one["short_by"]) for one in report] == [("screen", 5)]
    assert "screen" in published("booking", "report", "1").out
    assert published("booking", "list", "--site", "Filmhaus", "--json").json[0]["note"] == "by phone"
    key = ("booking", "key", "add", "=Heat, 1995", "--valid-from", "2026-12-03", "--valid-until", "2026-12-10")
    assert published(*key, "--screen", "Saal 1", "--json").json["valid_from"] == "2026-12-03T00:00:00+01:00"
    assert [one["screen"] for one in published("booking", "key", "list", "--json").json] == ["Saal 1"]
    assert published("booking", "key", "remove", "1", "--yes").code == 0
    assert published("booking", "remove", "1", "--yes").code == 0
    assert published("booking", "show", "1").code == 3
    parsed = published("version", "parse", "Cars3_FTR-25-3D_S_EN-de_DE-0_51_2K_DI_20170605_DTB_SMPTE-3D_OV")
    assert (parsed.code, parsed.err.strip()) == (0, "Cars 3: 3D, in en, with de subtitles.")
