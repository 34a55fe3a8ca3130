"""`cinemactl schedule check`: what it prints, and how it ends."""

from __future__ import annotations

from sqlalchemy import text


def programme(database, *starts, **site):
    """Put Heat (105 minutes) on the only screen of a site in Berlin, at these moments."""
    with database.unit_of_work() as session:
        checks = site.get("checks", "{}")
        session.execute(
            text("INSERT INTO site (name, timezone, country, checks) VALUES ('Rex', 'Europe/Berlin', 'DE', :checks)"),
            {"checks": checks},
        )
        session.execute(text("INSERT INTO screen (site_id, name, seats) VALUES (1, 'Saal 1', 100)"))
        session.execute(text("INSERT INTO movie (title, runtime) VALUES ('Heat', 105)"))
        session.execute(
            text("""
                INSERT INTO screening (screen_id, movie_id, starts_at, feature_starts_at, feature_ends_at, clear_at)
                SELECT 1, 1, start, start + interval '15 minutes', start + interval '2 hours', start + interval '135 minutes'
                FROM unnest(CAST(:starts AS timestamptz[])) AS start
            """),
            {"starts": list(starts)},
        )


def test_findings_are_printed_and_the_exit_code_is_that_of_the_worst(cinemactl, database):
    programme(database, "2026-12-04T14:00Z", "2026-12-04T16:10Z", "2026-12-11T19:02Z", "2020-01-03T19:01Z")
    week = cinemactl("schedule", "check", "--week", "2026-W49", "--json")
    assert week.code == 4
    assert week.json == [
        {
            "rule": "turnaround-short",
            "severity": "error",
            "message": "Heat (Saal 1, Fri 2026-12-04 17:10) starts 10 minutes after the end of Heat (Saal 1, Fri 2026-12-04 "
            "15:00); the screen takes 15 and is clear at 17:15.",
            "screenings": [1, 2],
            "mend": "Start it at Fri 2026-12-04 17:15 or later, or show it on another screen.",
            "numbers": {"minutes": 10, "needed": 15},
            "site": "Rex",
            "day": "2026-12-04",
        }
    ]
    assert week.err == "1 error, no warnings in 2 screenings.\n"
    later = cinemactl("schedule", "check", "--week", "2026-W50", "--site", "rex")
    assert later.code == 6
    assert "off-grid" in later.out
    assert cinemactl("schedule", "check", "--rule", "overlap", "--all").code == 0
    assert cinemactl("schedule", "check", "--week", "2026-W51").code == 0
    every = cinemactl("schedule", "check", "--all", "--json")
    assert [finding["rule"] for finding in every.json] == ["off-grid", "turnaround-short", "off-grid"]


def test_what_is_over_is_checked_when_it_is_asked_for(cinemactl, database):
    programme(database, "2020-01-03T19:01Z", checks='{"off-grid": {"severity": "error"}}')
    coming = cinemactl("schedule", "check")
    assert coming.code == 0
    assert "--all checks those that are over" in coming.err
    assert cinemactl("schedule", "check", "--all").code == 4


def test_a_check_is_tuned_and_explained_with_the_numbers_of_a_site(cinemactl, database):
    programme(database)
    edited = cinemactl("site", "edit", "Rex", "--check", "children-late.latest=20:00", "--json")
    assert edited.json["checks"] == {"children-late": {"latest": "20:00"}}
    assert cinemactl("site", "edit", "Rex", "--check", "off-grid.minutes=7", "--json").error["code"] == "check-setting"
    told = cinemactl("schedule", "check", "--explain", "children-late", "--site", "Rex", "--json").json
    assert told["numbers"] == [
        {"name": "latest", "value": "20:00", "default": "18:00", "what": "the latest start of a children's movie"}
    ]
    law = cinemactl("schedule", "check", "--explain", "certificate-curfew")
    assert (law.code, "JuSchG §11 (3)" in law.out) == (0, True)


def test_what_cannot_be_checked_is_one_sentence(cinemactl):
    assert cinemactl("schedule", "check", "--rule", "off-gird", "--json").error["hint"] == "Did you mean off-grid?"
    assert cinemactl("schedule", "check", "--explain", "nonsense").code == 3
    assert cinemactl("schedule", "check", "--week", "2026-W49", "--all").code == 2
    assert cinemactl("schedule", "check", "--week", "9999-W52").code in {0, 2}
    assert cinemactl("schedule", "check", "--site", "nowhere").code == 3
