"""Where the rows set aside go, and what is never written over."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cinemactl import settings as configuration
from cinemactl.jobs.run import perform

FILE = "title,year\nHeat,1995\nCold,19x6\n"
ORDER = [
    *("import_id", "job_id", "state", "layout", "encoding", "delimiter", "rows", "created", "updated", "unchanged"),
    *("duplicates", "ambiguous", "rejected", "rejects_file", "seconds"),
]


@pytest.fixture
def job(cinemactl, tmp_path):
    """Import a file with a row that is set aside, and give the job, which has ended."""
    return do_import(cinemactl, tmp_path / "movies.csv")


def do_import(cinemactl, file, *words):
    file.write_text(FILE)
    asked = cinemactl("movie", "import", str(file), "--no-wait", *words)
    perform(int(asked.out), settings=configuration.load({}, cinemactl.environment))
    return asked.out.strip()


def test_beside_the_user_in_a_file_that_tells_where_it_is(cinemactl, job, tmp_path):
    done = cinemactl("job", "wait", job, "--json")
    assert done.code == 6
    assert list(done.json)[: len(ORDER)] == ORDER
    assert {name: done.json[name] for name in ORDER[2:14]} == {
        "state": "succeeded",
        "layout": "generic",
        "encoding": "utf-8",
        "delimiter": ",",
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicates": 0,
        "ambiguous": 0,
        "rejected": 1,
        "rejects_file": str(tmp_path / "movies.rejects-1.csv"),
    }
    with Path(done.json["rejects_file"]).open(newline="") as file:
        assert [(row["title"], row["rejected_line"]) for row in csv.DictReader(file)] == [("Cold", "3")]
    assert done.err.splitlines() == [
        f"warning: 1 row was set aside; it is in {done.json['rejects_file']}, with line, column and reason."
    ]


def test_a_second_look_keeps_the_file_and_never_writes_over_a_corrected_one(cinemactl, job, tmp_path):
    first = Path(cinemactl("job", "wait", job, "--json").json["rejects_file"])
    assert cinemactl("job", "wait", job, "--json").json["rejects_file"] == str(first)
    first.write_text(first.read_text().replace("19x6", "1996"))
    second = cinemactl("job", "wait", job, "--json").json["rejects_file"]
    assert second == str(tmp_path / "movies.rejects-1-2.csv")
    assert "1996" in first.read_text()
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".")) == []


def test_in_the_file_that_is_named(cinemactl, job, tmp_path):
    for _ in range(2):
        done = cinemactl("job", "wait", job, "--rejects", "aside.csv", "--json")
        assert (done.code, done.json["rejects_file"]) == (6, "aside.csv")
    assert "19x6" in (tmp_path / "aside.csv").read_text()


def test_never_over_a_file_that_holds_something_else(cinemactl, tmp_path):
    (tmp_path / "movies.csv").write_text(FILE)
    (tmp_path / "notes.csv").write_text("mine")
    refused = cinemactl("movie", "import", "movies.csv", "--rejects", "notes.csv", "--json")
    assert (refused.code, refused.error["code"]) == (4, "file-exists")
    for name in ("movies.csv", "-", "."):
        assert cinemactl("movie", "import", "movies.csv", "--rejects", name).code == 2
    assert (tmp_path / "notes.csv").read_text() == "mine"
    assert cinemactl("import", "list", "--json").json == []


def test_a_folder_that_cannot_be_written_is_a_warning(cinemactl, job):
    done = cinemactl("job", "wait", job, "--rejects", "/proc/aside.csv", "--json")
    assert (done.code, done.json["rejects_file"]) == (6, None)
    assert done.err.splitlines() == [
        (
            "warning: The rows set aside could not be written to /proc/aside.csv (No such file or directory); "
            "`cinemactl import rejects 1 FILE` writes them elsewhere."
        ),
        "warning: 1 row was set aside.",
    ]


def test_a_folder_that_is_gone_is_a_warning(cinemactl, job, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    done = cinemactl("job", "wait", job, "--json")
    assert (done.code, done.json["rejects_file"]) == (6, None)


def test_a_device_is_written_to(cinemactl, job):
    assert cinemactl("job", "wait", job, "--rejects", "/dev/null", "--json").json["rejects_file"] == "/dev/null"


def test_rejects_are_printed_and_written_later(cinemactl, job, tmp_path):
    printed = cinemactl("import", "rejects", "1")
    assert printed.out.splitlines()[0] == "rejected_line,rejected_column,rejected_reason,title,year"
    assert printed.err == "1 rows written.\n"
    assert cinemactl("import", "rejects", "1", "aside.csv").code == 0
    assert (tmp_path / "aside.csv").read_text() == printed.out
    (tmp_path / "notes.csv").write_text("mine")
    assert cinemactl("import", "rejects", "1", "notes.csv").code == 4


def test_a_file_that_is_no_longer_kept(cinemactl, job, database):
    from sqlalchemy import text

    with database.unit_of_work() as session:
        session.execute(text("DELETE FROM upload"))
    done = cinemactl("job", "wait", job, "--json")
    assert (done.code, done.json["rejects_file"]) == (6, None)
    assert cinemactl("import", "rejects", "1").code == 1
    assert cinemactl("import", "show", "1", "--json").json["rejected"] == 1


def test_imports_are_listed_and_shown(cinemactl, job, tmp_path):
    do_import(cinemactl, tmp_path / "second.csv", "--dry-run")
    listed = cinemactl("import", "list", "--json").json
    assert [(one["filename"], one["dry_run"], one["state"]) for one in listed] == [
        ("second.csv", True, "succeeded"),
        ("movies.csv", False, "succeeded"),
    ]
    assert (listed[0]["unchanged"], listed[0]["rejected"], listed[0]["rejects_file"]) == (1, 1, None)
    assert cinemactl("import", "list", "--limit", "1", "--after", "2", "--json").json == listed[1:]
    shown = cinemactl("import", "show", "1", "--json").json
    assert list(shown)[1 : 1 + len(ORDER)] == ORDER
    rows = cinemactl("import", "show", "1", "--rows", "--json").json
    assert [list(row) for row in rows] == [
        ["line", "outcome", "movie_id", "changes", "column", "reason", "candidates"]
    ] * 2
    assert "created" in cinemactl("import", "show", "1", "--rows").out


def test_an_import_whose_job_has_not_run_or_failed(cinemactl, tmp_path):
    (tmp_path / "movies.csv").write_text(FILE)
    job = cinemactl("movie", "import", "movies.csv", "--no-wait").out.strip()
    assert cinemactl("import", "show", "1", "--json").json["state"] == "queued"
    refused = cinemactl("import", "show", "1", "--rows", "--json")
    assert (refused.code, refused.error["code"]) == (1, "import-not-planned")
    assert cinemactl("import", "rejects", "1").code == 1
    cinemactl("job", "cancel", job)
    assert cinemactl("import", "list", "--json").json[0]["state"] == "cancelled"


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_an_import_that_is_not_there(cinemactl, number):
    for words in (["show", number], ["show", number, "--rows"], ["rejects", number]):
        assert cinemactl("import", *words).code == 3


def test_a_report_in_every_format(cinemactl, job):
    assert json.loads(cinemactl("job", "wait", job, "--format", "jsonl").out)["rows"] == 2
    header, row = csv.reader(cinemactl("job", "wait", job, "--format", "csv").out.splitlines())
    assert header[: len(ORDER)] == ORDER
    assert row[6:13] == ["2", "1", "0", "0", "0", "0", "1"]
    assert "rejects file" in cinemactl("job", "wait", job).out
