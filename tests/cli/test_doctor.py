"""`cinemactl doctor`: how things stand and what mends them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cinemactl.store.revision import HEAD


def states(result):
    return {finding["check"]: finding["state"] for finding in result.json}


def test_all_is_well_on_servers_of_ones_own(cinemactl):
    result = cinemactl("doctor", "--json")
    assert result.code == 0
    found = states(result)
    assert found["database"] == found["schema"] == found["extensions"] == found["queue"] == found["jobs"] == "ok"
    assert found["workers"] == "warn"
    assert all(set(finding) == {"check", "state", "message", "mend"} for finding in result.json)
    assert all(finding["mend"] for finding in result.json if finding["state"] != "ok")


def test_a_running_job_without_a_sign_of_life_is_named(cinemactl, database):
    with database.connection() as connection:
        connection.execute(
            text("""
                INSERT INTO job (kind, queue, asked_by, state, lease_owner, lease_until)
                VALUES ('ping', 'cinemactl', 'a test', 'running', 'x', now() - interval '1 minute')
            """)
        )
        connection.commit()
    assert states(cinemactl("doctor", "--json"))["stuck leases"] == "warn"


def test_an_empty_home_is_no_failure_and_nothing_is_started(cinemactl, monkeypatch, tmp_path):
    monkeypatch.delenv("CINEMACTL_DATABASE_URL")
    monkeypatch.delenv("CINEMACTL_REDIS_URL")
    result = cinemactl("doctor", "--json")
    assert result.code == 0
    assert states(result)["database"] == states(result)["queue"] == "warn"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("variable", "value", "check"),
    [
        ("CINEMACTL_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "database"),
        ("CINEMACTL_REDIS_URL", "redis://127.0.0.1:1/0", "queue"),
        ("CINEMACTL_HOME", "/dev/null/home", "home"),
    ],
)
def test_what_fails_says_what_mends_it(cinemactl, monkeypatch, variable, value, check):
    monkeypatch.setenv(variable, value)
    result = cinemactl("doctor", "--json")
    assert result.code == 1
    failed = [finding for finding in result.json if finding["state"] == "fail"]
    assert [finding["check"] for finding in failed] == [check]
    assert failed[0]["mend"]


def test_a_database_without_tables_names_the_upgrade(cinemactl, monkeypatch, empty_database):
    monkeypatch.setenv("CINEMACTL_DATABASE_URL", empty_database.url.render_as_string(hide_password=False))
    result = cinemactl("doctor", "--json")
    assert result.code == 1
    assert next(f["mend"] for f in result.json if f["check"] == "schema") == "cinemactl db upgrade"


def test_waiting_and_set_aside_jobs_are_named(cinemactl, database):
    with database.unit_of_work() as session:
        session.execute(
            text("""
                INSERT INTO job (kind, queue, asked_by, state, created_at, ended_at) VALUES
                ('ping', 'any', 'test', 'queued', now() - interval '1 hour', NULL),
                ('ping', 'any', 'test', 'set-aside', now(), now())
            """)
        )
    result = cinemactl("doctor", "--json")
    assert states(result)["jobs"] == states(result)["jobs set aside"] == "warn"
    assert "60 minutes" in next(f["message"] for f in result.json if f["check"] == "jobs")


def test_kept_imports_have_a_size(cinemactl):
    assert "0 imports" in next(f["message"] for f in cinemactl("doctor", "--json").json if f["check"] == "imports")


def test_a_person_sees_a_line_for_each(cinemactl):
    result = cinemactl("doctor")
    assert f"schema {HEAD}" in result.out
    assert "\nwarn" in result.out
    assert "cinemactl worker run" in result.out
