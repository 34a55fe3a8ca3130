"""Commands that a timer calls: locks by name, waiting no longer than told, silence when all went well."""

from __future__ import annotations

import json
import subprocess
import threading

import pytest

from cinemactl import settings as configuration
from cinemactl.jobs.locks import held
from cinemactl.jobs.run import perform


@pytest.fixture
def file(tmp_path):
    (tmp_path / "movies.csv").write_text("title\nHeat\n")
    return "movies.csv"


@pytest.fixture
def work(cinemactl):
    def work(job):
        perform(int(job), settings=configuration.load({}, cinemactl.environment))

    return work


def test_a_command_is_skipped_while_the_job_of_the_last_one_goes_on(cinemactl, file, work):
    first = cinemactl("movie", "import", file, "--no-wait", "--lock", "nightly")
    job = first.out.strip()
    assert cinemactl("job", "show", job, "--json").json["lock_name"] == "nightly"
    second = cinemactl("movie", "import", file, "--no-wait", "--lock", "nightly")
    assert (second.code, second.out) == (0, "")
    assert second.err == f"Skipped: job {job} of that lock is still going (nightly).\n"
    assert cinemactl("movie", "import", file, "--no-wait", "--lock=nightly", "--quiet").err == ""
    assert cinemactl("movie", "import", file, "--no-wait", "--lock", "another").out.strip() == "2"
    work(job)
    assert cinemactl("movie", "import", file, "--no-wait", "--lock", "nightly").out.strip() == "3"


def test_a_command_is_skipped_while_another_one_goes_on(cinemactl, database):
    with held(database, "nightly") as going:
        assert going is None
        skipped = cinemactl("movie", "add", "Heat", "--lock", "nightly")
    assert (skipped.code, skipped.out) == (0, "")
    assert "a command of that lock is still going" in skipped.err
    assert cinemactl("movie", "add", "Heat", "--lock", "nightly").code == 0
    assert cinemactl("movie", "add", "Heat", "--lock", "nightly").code == 4
    assert len(cinemactl("movie", "list", "--json").json) == 1


def test_of_many_at_once_one_holds_the_lock(database):
    barrier, found = threading.Barrier(5), []

    def take():
        barrier.wait()
        with held(database, "once") as going:
            found.append(going)
            barrier.wait()

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(going is None for going in found) == [False] * 4 + [True]


@pytest.mark.parametrize("name", ["", "x" * 65, "a\tb"])
def test_what_is_no_name_of_a_lock(cinemactl, name):
    assert cinemactl("movie", "list", f"--lock={name}").code == 2


def test_waiting_no_longer_than_told(cinemactl, file):
    late = cinemactl("movie", "import", file, "--wait", "--timeout", "0.2", "--json")
    assert (late.code, late.error["code"]) == (1, "wait-timeout")
    assert cinemactl("job", "show", "1", "--json").json["state"] == "queued"
    assert cinemactl("job", "wait", "1", "--timeout", "-1").code == 2


def test_quiet_is_silent_when_all_went_well_and_not_when_rows_were_set_aside(cinemactl, file, work, tmp_path):
    work(cinemactl("movie", "import", file, "--no-wait").out)
    done = cinemactl("job", "wait", "1", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert cinemactl("job", "wait", "1", "--quiet", "--json").json["created"] == 1
    (tmp_path / "movies.csv").write_text("title,year\nHeat,x\n")
    work(cinemactl("movie", "import", file, "--no-wait").out)
    aside = cinemactl("job", "wait", "2", "--quiet")
    assert aside.code == 6
    assert "set aside" in aside.err


def test_quiet_is_silent_in_every_command_that_changes_something(cinemactl):
    for words in (
        *(
            "movie add Heat --year 1995",
            "movie add Heta --year 1995",
            "movie edit 1 --runtime 170",
            "movie merge 1 2 --yes",
        ),
        *("member add ann", "member edit ann --name Ann", "rating add ann 1 5", "rating remove ann 1 --yes"),
        *(
            "cron add often --kind ping --schedule @daily",
            "cron disable often",
            "cron enable often",
            "cron remove often --yes",
        ),
        *("movie remove 1 --yes", "member remove ann --yes", "job purge --yes", "db upgrade"),
    ):
        done = cinemactl(*words.split(), "--quiet")
        assert (done.code, done.out, done.err) == (0, "", ""), words
    assert cinemactl("movie", "add", "Heat", "--quiet", "--json").json["title"] == "Heat"


def test_log_lines_as_json_name_the_job_and_how_long_it_took(cinemactl, file):
    cinemactl("movie", "import", file, "--no-wait")
    process = cinemactl.start("worker", "run", "--burst", "--log-format", "json", stderr=subprocess.PIPE)
    _, log = process.communicate(timeout=30)
    lines = [json.loads(line) for line in log.decode().splitlines()]
    assert all({"at", "level", "message"} <= set(line) for line in lines)
    (ended,) = [line for line in lines if line.get("state") == "succeeded"]
    assert (ended["job_id"], ended["kind"], ended["attempt"]) == (1, "import-movies", 1)
    assert ended["duration_seconds"] > 0


def test_old_jobs_are_purged_and_counted_by_kind(cinemactl, file, work):
    work(cinemactl("movie", "import", file, "--no-wait").out)
    cinemactl("movie", "import", file, "--no-wait")
    (counted,) = cinemactl("job", "stats", "--json").json
    assert (counted["kind"], counted["jobs"], counted["succeeded"], counted["open"]) == ("import-movies", 2, 1, 1)
    assert sum(counted["durations"]) == 1
    assert counted["median_seconds"] > 0
    assert "import-movies" in cinemactl("job", "stats").out
    assert cinemactl("job", "purge", "--keep-days", "0").code == 2
    assert cinemactl("job", "purge", "--keep-days", "0", "--state", "queued", "--yes").code == 2
    assert cinemactl("job", "purge", "--keep-days", "0", "--dry-run", "--json").json["jobs"] == 1
    assert cinemactl("job", "purge", "--yes", "--json").json["jobs"] == 0
    assert cinemactl("job", "purge", "--keep-days", "0", "--yes", "--json").json["jobs"] == 1
    assert [one["id"] for one in cinemactl("job", "list", "--json").json] == [2]
    assert cinemactl("import", "show", "1", "--json").json["created"] == 1
    assert cinemactl("job", "stats", "--hours", "0.1", "--json").json[0]["jobs"] == 1
