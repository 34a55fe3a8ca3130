"""`cinemactl movie import` and what comes after it, as it is typed."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "sample_data"


@pytest.fixture
def imported(cinemactl):
    """Import a file by a worker that ends when nothing is left, and return what the waiting command says."""

    def run(*words):
        asked = cinemactl("movie", "import", *words, "--no-wait", "--json")
        if asked.code:
            return asked
        assert set(asked.json) == {"job_id", "import_id", "state"}
        assert cinemactl.process("worker", "run", "--burst").code == 0
        return cinemactl("job", "wait", str(asked.json["job_id"]), "--json")

    return run


def test_a_file_is_imported_by_a_worker_and_reported(cinemactl, imported):
    done = imported(str(SAMPLES / "movies.csv"))
    assert done.code == 0
    assert list(done.json)[:7] == ["import_id", "job_id", "state", "layout", "encoding", "delimiter", "rows"]
    assert (done.json["created"], done.json["rejects_file"]) == (342, None)
    assert cinemactl("movie", "show", "Seven Samurai", "--json").json["original_title"] == "七人の侍"
    assert cinemactl("import", "list", "--json").json[0]["filename"] == "movies.csv"


def test_rows_set_aside_end_with_six_and_come_back_in_a_file(cinemactl, imported):
    done = imported(str(SAMPLES / "movies-dirty.csv"))
    assert done.code == 6
    assert (done.json["created"], done.json["duplicates"], done.json["rejected"]) == (12, 3, 15)
    with Path(done.json["rejects_file"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 15
    assert {row["rejected_column"] for row in rows} >= {"title", "runtime", "year", "genres", "countries", "imdb_id"}
    assert all(row["rejected_line"].isdecimal() and row["rejected_reason"] for row in rows)


def test_without_waiting_the_id_alone_is_printed(cinemactl):
    asked = cinemactl("movie", "import", str(SAMPLES / "movies.csv"), "--no-wait")
    assert asked.code == 0
    assert asked.out.strip().isdecimal()
    assert "no worker" in asked.err.lower()
    assert cinemactl("job", "show", asked.out.strip(), "--json").json["state"] == "queued"


def test_a_dry_run_changes_nothing(cinemactl, imported):
    assert imported(str(SAMPLES / "movies.csv"), "--dry-run").json["created"] == 342
    assert cinemactl("movie", "list", "--json").json == []


def test_stdin_is_a_file_too(cinemactl):
    asked = cinemactl.process("movie", "import", "-", "--no-wait", "--json", stdin="title,year\nHeat,1995\n")
    assert asked.code == 0
    assert cinemactl.process("worker", "run", "--burst").code == 0
    assert cinemactl("job", "wait", str(asked.json["job_id"]), "--json").json["created"] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"title\n" + b"x" * 3_000_000, "characters"),
    ],
)
def test_what_is_no_table_is_refused(cinemactl, imported, tmp_path, content, says):
    file = tmp_path / "movies.csv"
    file.write_bytes(content)
    refused = imported(str(file))
    assert refused.code == 1
    assert says in refused.error["message"]
    assert refused.error["hint"]
    assert cinemactl("movie", "list", "--json").json == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"title,year\n", "no rows"),
        (b"year,genre\n1995,Crime\n", "title"),
        (b"title,Title\nHeat,Heat\n", "two columns"),
    ],
)
def test_what_the_worker_refuses_is_told_to_whoever_waits(cinemactl, imported, tmp_path, content, says):
    file = tmp_path / "movies.csv"
    file.write_bytes(content)
    refused = imported(str(file))
    assert refused.code == 1
    assert says in refused.error["message"]
    assert cinemactl("movie", "list", "--json").json == []


def test_a_file_that_is_not_there_and_a_folder(cinemactl, tmp_path):
    assert cinemactl("movie", "import", str(tmp_path / "none.csv")).code == 3
    assert cinemactl("movie", "import", str(tmp_path)).code == 1
    assert cinemactl("import", "list", "--json").json == []


def test_ctrl_c_cancels_the_import(cinemactl):
    waiting = cinemactl.start(
        "movie", "import", str(SAMPLES / "movies.csv"), "--wait", stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while not cinemactl("job", "list", "--json").json and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    os.kill(waiting.pid, signal.SIGINT)
    _, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    assert b"cancelled" in said
    assert cinemactl("job", "list", "--json").json[0]["state"] == "cancelled"
    assert cinemactl.process("worker", "run", "--burst").code == 0
    assert cinemactl("movie", "list", "--json").json == []


def test_a_full_disk_in_the_worker_is_a_sentence_and_nothing_is_applied(cinemactl, imported, database):
    from sqlalchemy import text

    with database.connect() as connection:
        connection.execute(
            text("""
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE disk_full USING MESSAGE = 'No space left on device'; END $$
            """)
        )
        connection.execute(
            text("CREATE TRIGGER full_disk AFTER INSERT ON movie FOR EACH STATEMENT EXECUTE FUNCTION full_disk()")
        )
        connection.execute(text("ALTER TABLE job ALTER attempts_allowed SET DEFAULT 1"))  # a disk may have room again
        connection.commit()
    refused = imported(str(SAMPLES / "movies.csv"))
    assert refused.code == 1
    assert refused.error["code"] == "disk-full"
    assert cinemactl("movie", "list", "--json").json == []


def test_imports_and_jobs_that_are_not_there(cinemactl):
    for words in ("import show 9 --json", "import rejects 9", "job show 9 --json", "job wait 9 --json"):
        refused = cinemactl(*words.split())
        assert refused.code == 3
        assert len(refused.err.strip().splitlines()) <= 2


def test_the_plan_is_shown_row_by_row(cinemactl, imported):
    imported(str(SAMPLES / "movies-dirty.csv"))
    rows = cinemactl("import", "show", "1", "--rows", "--format", "jsonl").out.splitlines()
    assert len(rows) == 30
    assert json.loads(rows[0])["outcome"] == "created"
