"""`cinemactl import apply`, `undo` and `resolve`."""

from __future__ import annotations

import os
import subprocess

import pytest
from commands import open_terminal

from cinemactl import settings as configuration
from cinemactl.jobs.run import perform

FILE = "title,year,runtime\nHeat,1995,170\nCold,1996,100\n"


@pytest.fixture
def work(cinemactl):
    """Do the job whose id a command printed, and return how waiting for it ends."""

    def work(asked):
        assert asked.code == 0, asked.err
        perform(int(asked.out), settings=configuration.load({}, cinemactl.environment))
        return cinemactl("job", "wait", asked.out.strip(), "--json")

    return work


@pytest.fixture
def imported(cinemactl, tmp_path, work):
    """Import a file and return how that ended."""

    def imported(content, *words):
        (tmp_path / "movies.csv").write_text(content)
        return work(cinemactl("movie", "import", "movies.csv", "--no-wait", *words))

    return imported


def titles(cinemactl):
    return [movie["title"] for movie in cinemactl("movie", "list", "--json").json]


def test_a_plan_is_shown_then_applied_then_undone(cinemactl, imported, work):
    planned = imported(FILE, "--dry-run").json
    assert (planned["created"], planned["dry_run"], titles(cinemactl)) == (2, True, [])
    done = work(cinemactl("import", "apply", "1", "--no-wait"))
    assert (done.code, done.json["created"], titles(cinemactl)) == (0, 2, ["Cold", "Heat"])
    refused = cinemactl("import", "apply", "1", "--json")
    assert (refused.code, refused.error["code"]) == (4, "import-not-open")
    undone = work(cinemactl("import", "undo", "1", "--no-wait"))
    assert (undone.code, undone.json["removed"], titles(cinemactl)) == (0, 2, [])
    refused = cinemactl("import", "undo", "1", "--json")
    assert (refused.code, refused.error["code"]) == (4, "import-not-applied")


def test_an_outdated_plan_is_refused_by_the_worker(cinemactl, imported, work):
    imported(FILE, "--dry-run")
    cinemactl("movie", "add", "Heat", "--year", "1995")
    refused = work(cinemactl("import", "apply", "1", "--no-wait"))
    assert (refused.code, refused.error["code"]) == (4, "plan-outdated")
    assert titles(cinemactl) == ["Heat"]


def test_what_was_changed_since_is_not_undone(cinemactl, imported, work):
    imported(FILE)
    cinemactl("movie", "edit", "Heat", "--runtime", "171")
    refused = work(cinemactl("import", "undo", "1", "--no-wait"))
    assert (refused.code, refused.error["code"]) == (4, "import-touched")
    assert "1 Heat" in refused.error["message"]
    assert titles(cinemactl) == ["Cold", "Heat"]


@pytest.mark.parametrize("verb", ["apply", "undo"])
def test_an_import_that_is_not_there(cinemactl, verb):
    assert cinemactl("import", verb, "7").code == 3


@pytest.fixture
def ambiguous(cinemactl, imported):
    """Import a row that could be two movies."""
    for number in ("1", "2"):
        cinemactl("movie", "add", "Heat", "--year", "1995", "--tmdb-id", number, "--another")
    assert imported(FILE).json["ambiguous"] == 1


def test_answers_come_from_a_file(cinemactl, ambiguous, tmp_path, work):
    (tmp_path / "answers.csv").write_text("line,answer\n2,2\n")
    done = work(cinemactl("import", "resolve", "1", "--answers", "answers.csv", "--no-wait"))
    assert (done.code, done.json["rows"], done.json["updated"]) == (0, 1, 1)
    assert cinemactl("movie", "show", "2", "--json").json["runtime"] == 170
    assert cinemactl("movie", "show", "1", "--json").json["runtime"] is None


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("line,answer\n2,perhaps\n", 2, "'perhaps' in line 2 of answers.csv is no answer."),
        ("line,answer\nx,new\n", 2, "'x' in line 2 of answers.csv is no line of a file."),
        ("row,movie\n2,new\n", 2, "answers.csv has no columns called line and answer."),
        ("line,answer\n3,new\n", 2, "Import 1 has no ambiguous row in line 3."),
        ("line,answer\n2,skip\n", 0, "Nothing was answered, nothing was changed."),
        ("line,answer\n2,99999999999999999999\n", 2, "is no answer"),
    ],
)
@pytest.mark.usefixtures("ambiguous")
def test_answers_that_are_none(cinemactl, tmp_path, content, code, says):
    (tmp_path / "answers.csv").write_text(content)
    refused = cinemactl("import", "resolve", "1", "--answers", "answers.csv")
    assert refused.code == code
    assert says in refused.err


def test_a_file_of_answers_that_is_not_there(cinemactl, ambiguous):
    refused = cinemactl("import", "resolve", "1", "--answers", "none.csv")
    assert (refused.code, "none.csv cannot be read" in refused.err) == (2, True)


def test_nobody_is_there_to_be_asked(cinemactl, ambiguous):
    refused = cinemactl.process("import", "resolve", "1")
    assert refused.code == 2
    assert "--answers FILE" in refused.err


def test_rows_are_asked_about_at_a_terminal(cinemactl, ambiguous):
    ours, theirs = open_terminal()
    os.write(ours, b"perhaps\nnew\n")
    process = cinemactl.start(
        *("import", "resolve", "1", "--no-wait"), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, said = process.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, said
    told = said.decode()
    assert "Row 1 of 1, line 2: title Heat, year 1995, runtime 170" in told
    assert "1  Heat (1995)" in told
    assert "'perhaps' in what was typed is no answer." in told
    perform(int(out), settings=configuration.load({}, cinemactl.environment))
    assert len(titles(cinemactl)) == 4
