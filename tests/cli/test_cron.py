"""`cinemactl cron`: recurring work from the command line, and the one that leads."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from commands import PROGRAM
from redis import Redis
from sqlalchemy import text

from cinemactl.jobs.ask import ask
from cinemactl.jobs.cron.leader import leader


@pytest.fixture
def tick(cinemactl):
    """Add an entry that is due each second."""
    added = cinemactl(
        *("cron", "add", "tick", "--schedule", "* * * * * *", "--kind", "ping", "--arg", "seconds=0"),
        *("--overlap", "allow", "--json"),
    )
    assert added.code == 0, added.err
    return added.json


@pytest.fixture
def started(cinemactl):
    """Start `cron run` and end it after the test."""
    processes = []

    def start(*words):
        process = cinemactl.start("cron", "run", *words, stderr=subprocess.PIPE)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def _leader(database):
    with database.connection() as connection:
        return leader(connection)


def _ticks(database):
    with database.connection() as connection:
        rows = connection.execute(text("SELECT due_at, outcome FROM cron_tick WHERE entry = 'tick' ORDER BY due_at"))
        return [(row.due_at, row.outcome) for row in rows]


def _finding(cinemactl):
    return next(one for one in cinemactl("doctor", "--json").json if one["check"] == "cron")


def _until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_entry_from_beginning_to_end(cinemactl, tick):
    assert (tick["name"], tick["kind"], tick["args"], tick["enabled"]) == ("tick", "ping", {"seconds": 0}, True)
    assert [one["name"] for one in cinemactl("cron", "list", "--json").json] == [
        "purge-jobs",
        "rebuild-recommendations",
        "refresh-ranking",
        "refresh-vectors",
        "tick",
    ]
    assert cinemactl("cron", "disable", "tick", "--json").json["next_at"] is None
    assert cinemactl("cron", "enable", "tick").code == 0
    assert cinemactl("cron", "remove", "tick").code == 2
    assert cinemactl("cron", "remove", "tick", "--dry-run").code == 0
    assert cinemactl("cron", "remove", "tick", "--yes").code == 0
    assert cinemactl("cron", "remove", "tick", "--yes").code == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "tick", "--schedule", "@daily", "--kind", "ping"), 4),
        (("add", "new", "--schedule", "0 0 30 2 *", "--kind", "ping"), 2),
        (("add", "new", "--schedule", "@daily", "--kind", "shell"), 2),
        (("add", "new", "--schedule", "@daily", "--kind", "ping", "--arg", "seconds"), 2),
        (("add", "new", "--schedule", "@daily", "--kind", "ping", "--timezone", "Mars/Olympus"), 2),
        (("next", "none"), 3),
        (("next", "--after", "tomorrow"), 2),
        (("export",), 2),
        (("run", "none"), 3),
    ],
)
def test_what_cannot_be_is_one_sentence(cinemactl, tick, words, code):
    result = cinemactl("cron", *words, "--json") if words[0] != "export" else cinemactl("cron", *words)
    assert result.code == code
    assert len(result.err.splitlines()) <= 2


def test_next_shows_the_clock_of_the_zone(cinemactl):
    cinemactl("cron", "add", "late", "--schedule", "30 2 * * *", "--kind", "ping", "--timezone", "Europe/Berlin")
    found = cinemactl("cron", "next", "late", "--count", "2", "--after", "2026-10-24T12:00Z", "--json").json
    assert [one["local"] for one in found] == ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]


def test_work_is_run_now_by_name_and_not_twice_at_once(cinemactl):
    asked = cinemactl("cron", "run", "refresh-ranking")
    assert cinemactl("job", "show", asked.out.strip(), "--json").json["asked_by"] == "cron refresh-ranking"
    again = cinemactl("cron", "run", "refresh-ranking")
    assert (again.code, again.out) == (0, "")
    assert "still going" in again.err
    assert cinemactl("cron", "run", "purge-jobs", "--quiet").out == ""


def test_once_does_what_is_due_and_ends(cinemactl):
    done = cinemactl.process("cron", "run", "--once", "--log-format", "json")
    assert done.code == 0
    lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    shipped = {"refresh-ranking", "refresh-vectors", "purge-jobs"}
    assert {line["kind"] for line in lines if "job_id" in line} == shipped
    assert {one["kind"] for one in cinemactl("job", "list", "--json").json} == shipped
    again = cinemactl.process("cron", "run", "--once")
    assert again.code == 0
    assert len(cinemactl("job", "list", "--json").json) == 3


def test_a_job_that_never_reached_the_queue_is_put_there(cinemactl, database, servers):
    for name in ("refresh-ranking", "refresh-vectors", "purge-jobs"):
        cinemactl("cron", "disable", name)
    queue = cinemactl.environment["CINEMACTL_QUEUE"]
    with database.unit_of_work() as session:
        ask(session, "ping", {}, queue=queue, asked_by="a test")
        waiting = ask(session, "ping", {}, queue=queue, asked_by="a test")
        waiting.due_at = datetime.now(UTC) + timedelta(hours=1)
    assert cinemactl.process("cron", "run", "--once").code == 0
    with Redis.from_url(servers.redis_url) as connection:
        assert connection.llen(f"rq:queue:{queue}") == 1
        connection.delete(f"rq:queue:{queue}")
        assert cinemactl.process("cron", "run", "--once").code == 0
        assert connection.llen(f"rq:queue:{queue}") == 1


def test_two_do_the_work_of_one_and_a_killed_leader_is_replaced(cinemactl, database, tick, started):
    first = started()
    _until(lambda: _leader(database))
    second = started()
    _until(lambda: len(_ticks(database)) >= 2)
    led = _leader(database)
    first.kill()
    killed = time.monotonic()
    _until(lambda: _leader(database) not in {None, led})
    assert time.monotonic() - killed < 15
    last = _ticks(database)[-1][0]
    _until(lambda: _ticks(database)[-1][0] > last)
    second.send_signal(signal.SIGTERM)
    assert second.wait(10) == 0
    ticks = _ticks(database)
    assert {(later[0] - earlier[0]).total_seconds() for earlier, later in pairwise(ticks)} == {1}
    assert {outcome for _, outcome in ticks} == {"asked"}
    jobs = [one for one in cinemactl("job", "list", "--json").json if one["asked_by"] == "cron tick"]
    assert len(jobs) == len(ticks)


def test_a_leader_whose_connection_is_cut_goes_on(cinemactl, database, tick, started):
    process = started()
    _until(lambda: _leader(database))
    with database.connection() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cinemactl cron'")
        )
    seen = len(_ticks(database))
    _until(lambda: len(_ticks(database)) > seen + 1)
    assert process.poll() is None


def test_doctor_says_that_entries_are_due_and_nobody_leads(cinemactl, database, started):
    with database.connection() as connection:
        connection.execute(text("UPDATE cron_entry SET next_at = now() - interval '1 hour'"))
        connection.commit()
    found = _finding(cinemactl)
    assert found["state"] == "warn"
    assert "refresh-ranking" in found["message"]
    assert "cinemactl cron run" in found["mend"]
    started()
    _until(lambda: _leader(database))
    assert _finding(cinemactl)["state"] == "ok"


def test_export_says_what_each_scheduler_can_say(cinemactl, tick, tmp_path):
    cinemactl("cron", "add", "last-day", "--schedule", "0 3 L * *", "--kind", "ping")
    cinemactl("cron", "add", "both", "--schedule", "0 3 13 * fri", "--kind", "ping", "--timezone", "Europe/Berlin")
    exported = cinemactl("cron", "export", "--crontab")
    crontab = exported.out
    assert "does not name database_url, redis_url, queue" in exported.err  # the tests give them by environment
    assert "# tick is left out: a crontab has no seconds" in crontab
    assert "# last-day is left out" in crontab
    assert "CRON_TZ=Europe/Berlin\n0 3 13 * fri " in crontab
    units = cinemactl("cron", "export", "--systemd").out
    assert "OnCalendar=*-*-* *:*:* UTC" in units
    assert "OnCalendar=*-*-13 03:00:00 Europe/Berlin\nOnCalendar=Fri *-*-* 03:00:00 Europe/Berlin" in units
    assert "ExecStart=" in units
    if shutil.which("systemd-analyze"):
        times = [line.partition("=")[2] for line in units.splitlines() if line.startswith("OnCalendar=")]
        for calendar in times:
            subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)
    line = next(line for line in crontab.splitlines() if line.endswith("cron run purge-jobs --quiet"))
    assert line.startswith("17 3 * * * ")


def test_a_ranking_is_refreshed_by_its_job_and_explained(cinemactl, database):
    from cinemactl import settings as configuration
    from cinemactl.jobs.run import perform

    today = datetime.now(UTC).date().isoformat()
    cinemactl("movie", "add", "Heat", "--release-date", today)
    job = cinemactl("cron", "run", "refresh-ranking").out.strip()
    perform(int(job), settings=configuration.load({}, cinemactl.environment))
    assert cinemactl("job", "show", job, "--json").json["report"] == {"changed": 1}
    explained = cinemactl("movie", "show", "Heat", "--explain-ranking", "--json").json
    assert (
        explained["stored"] == explained["ranking"] == cinemactl("movie", "show", "Heat", "--json").json["ranking"] > 50
    )
    parts = ["start", "status", "screenings", "admissions", "rating"]
    assert [part["part"] for part in explained["parts"]] == parts
    assert "released" in cinemactl("movie", "show", "Heat", "--explain-ranking").out


def test_with_the_embedded_servers_cron_alone_gets_the_work_done():
    home = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CINEMACTL_")}
    environment |= {"CINEMACTL_HOME": str(home), "CINEMACTL_CONFIG": os.devnull}

    def command(*words):
        return subprocess.run([*PROGRAM, *words], env=environment, capture_output=True, timeout=60, check=True).stdout

    process = subprocess.Popen([*PROGRAM, "cron", "run", "--quiet"], env=environment)
    try:
        _until((home / "worker.log").exists, 30)
        _until(lambda: {one["state"] for one in json.loads(command("job", "list", "--json"))} == {"succeeded"}, 30)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        command("services", "stop")
        shutil.rmtree(home)
