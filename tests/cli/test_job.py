"""`cinemactl job` and `cinemactl worker`."""

from __future__ import annotations

import os
import socket
import subprocess
import time

import pytest

from cinemactl import settings as configuration
from cinemactl.jobs.run import perform


@pytest.fixture
def asked(cinemactl, tmp_path):
    """Ask for the import of a file and return the job's id."""

    def ask(content, *words):
        (tmp_path / "movies.csv").write_text(content)
        return cinemactl("movie", "import", "movies.csv", "--no-wait", *words).out.strip()

    return ask


@pytest.fixture
def work(cinemactl):
    def work(job):
        perform(int(job), settings=configuration.load({}, cinemactl.environment))

    return work


def test_a_job_is_shown_from_beginning_to_end(cinemactl, asked, work):
    job = asked("title,note\nHeat,x\n")
    shown = cinemactl("job", "show", job, "--json").json
    assert {"id", "kind", "state", "attempts", "progress", "report"} <= set(shown)
    assert (shown["kind"], shown["state"], shown["attempts"], shown["report"]) == ("import-movies", "queued", 0, None)
    work(job)
    shown = cinemactl("job", "show", job, "--json").json
    assert (shown["state"], shown["attempts"], shown["report"]["created"]) == ("succeeded", 1, 1)
    assert [one["number"] for one in shown["tries"]] == [1]
    lines = cinemactl("job", "logs", job, "--json").json
    assert [(line["level"], line["message"]) for line in lines] == [
        ("info", "1 rows read as utf-8, separated by ',', its header in line 1."),
        ("warning", "Columns that feed no field: note."),
    ]


def test_jobs_are_listed_the_latest_first(cinemactl, asked, work):
    first, second = asked("title\nHeat\n"), asked("title\nCold\n")
    work(first)
    assert [str(one["id"]) for one in cinemactl("job", "list", "--json").json] == [second, first]
    assert [str(one["id"]) for one in cinemactl("job", "list", "--state", "queued", "--json").json] == [second]
    assert [str(one["id"]) for one in cinemactl("job", "list", "--after", second, "--json").json] == [first]
    assert cinemactl("job", "list", "--kind", "ping", "--json").json == []
    assert cinemactl("job", "list", "--state", "lost").code == 2
    assert "queued" in cinemactl("job", "list").out


def test_waiting_ends_as_the_command_would_have(cinemactl, asked, work):
    done, aside, failed = asked("title\nHeat\n"), asked("title,year\nHeat,x\n"), asked(_header_far_away())
    for job in (done, aside, failed):
        work(job)
    assert [cinemactl("job", "wait", job).code for job in (done, aside, failed)] == [0, 6, 1]
    refused = cinemactl("job", "wait", failed, "--json")
    assert refused.error["message"] == "movies.csv cannot be imported: line 3 has more than a million characters."
    assert cinemactl("import", "list", "--json").json[0]["state"] == "failed"
    assert cinemactl("import", "show", "3", "--json").json["error"]["code"] == "file-unreadable"


def test_waiting_no_longer_than_told(cinemactl, asked):
    job = asked("title\nHeat\n")
    began = time.monotonic()
    refused = cinemactl("job", "wait", job, "--timeout", "0.3", "--json")
    assert time.monotonic() - began < 5
    assert (refused.code, refused.error["code"]) == (1, "wait-timeout")
    assert cinemactl("job", "show", job, "--json").json["state"] == "queued"


def test_a_job_is_cancelled_and_tried_anew(cinemactl, asked, work):
    job = asked("title\nHeat\n")
    assert cinemactl("job", "cancel", job, "--json").json["state"] == "cancelled"
    refused = cinemactl("job", "wait", job, "--json")
    assert (refused.code, refused.error["code"]) == (1, "cancelled")
    assert cinemactl("job", "cancel", job).code == 4
    work(job)
    assert cinemactl("movie", "list", "--json").json == []
    assert cinemactl("job", "retry", job, "--json").json["state"] == "queued"
    work(job)
    assert cinemactl("job", "wait", job).code == 0
    assert cinemactl("job", "retry", job).code == 4
    assert len(cinemactl("movie", "list", "--json").json) == 1


@pytest.mark.parametrize("number", ["7", "9223372036854775807", "99999999999999999999"])
def test_a_job_that_is_not_there(cinemactl, number):
    for verb in ("show", "wait", "cancel", "retry", "logs"):
        assert cinemactl("job", verb, number).code == 3


def test_a_job_that_wrote_nothing(cinemactl, asked):
    job = asked("title\nHeat\n")
    assert cinemactl("job", "logs", job, "--json").json == []
    assert cinemactl("job", "logs", job).err == f"Job {job} wrote nothing.\n"


def test_workers_are_listed_while_they_live(cinemactl, asked):
    assert cinemactl("worker", "list", "--json").json == []
    process = cinemactl.start("worker", "run", stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (found := cinemactl("worker", "list", "--json").json) and time.monotonic() < deadline:
            time.sleep(0.1)
        (worker,) = found
        assert (worker["host"], worker["pid"], worker["job_id"]) == (socket.gethostname(), process.pid, None)
        assert worker["state"] in {"idle", "started"}
        done = cinemactl("job", "wait", asked("title\nHeat\n"), "--json")
        assert (done.code, done.json["created"]) == (0, 1)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert cinemactl("worker", "list", "--json").json == []


def test_a_worker_of_another_queue_leaves_the_job_alone(cinemactl, asked):
    job = asked("title\nHeat\n")
    assert cinemactl.process("worker", "run", "--burst", "--queue", f"other-{os.getpid()}").code == 0
    assert cinemactl("job", "show", job, "--json").json["state"] == "queued"
    assert cinemactl.process("worker", "run", "--burst").code == 0
    assert cinemactl("job", "show", job, "--json").json["state"] == "succeeded"


def _header_far_away():
    """Return a file whose beginning is fine and whose third line no table has."""
    return f"title\n{'x' * 400_000}\n{'y' * 1_100_000}\n"
