"""Every record of every file is accounted for, and an import repeats itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cinemactl.errors import CinemactlError
from cinemactl.importing.dialect import Dialect
from cinemactl.importing.reading import records

SAMPLES = Path(__file__).parents[2] / "sample_data"
REPORT = [
    *("import_id", "job_id", "state", "layout", "encoding", "delimiter", "rows", "created", "updated", "unchanged"),
    *("duplicates", "ambiguous", "rejected", "rejects_file", "seconds"),
]
OUTCOMES = ("created", "updated", "unchanged", "duplicates", "ambiguous", "rejected")

CELLS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["Heat", "1995", "tt0113277", '"', 'a"b', "a\nb", "a,b", "=1+1", "0", "-5", "Drama|Crime", "\N{NO-BREAK SPACE}"]
)


def read(content: bytes) -> list[tuple[int, list[str], str]]:
    return [(one.line, one.fields, one.fault) for one in records(io.BytesIO(content), Dialect("utf-8", ","), "file")]


def test_the_sample_is_created_and_then_unchanged(importer):
    content = (SAMPLES / "movies.csv").read_bytes()
    first = importer.run(content)
    assert set(first) >= set(REPORT)
    assert (first["rows"], first["created"], first["state"], first["layout"]) == (342, 342, "succeeded", "generic")
    before = importer.one("SELECT max(xmin::text::bigint) FROM movie")
    assert importer.counts(content) == {"unchanged": 342}
    assert importer.one("SELECT max(xmin::text::bigint) FROM movie") == before


def test_the_dirty_twin_is_accounted_for_line_by_line(importer):
    content = (SAMPLES / "movies-dirty.csv").read_bytes()
    assert importer.counts(content) == {"created": 12, "duplicates": 3, "rejected": 15}
    listed = {}
    for line in (SAMPLES / "README.md").read_text(encoding="utf-8").splitlines():
        number, _, defect = line.strip("| ").partition(" | ")
        if number.isdecimal():
            listed[int(number)] = "duplicates" if "same row" in defect else "rejected"
    assert {line: outcome for line, outcome in importer.outcomes().items() if outcome != "created"} == listed
    assert importer.counts(content) == {"unchanged": 12, "duplicates": 3, "rejected": 15}


def test_a_dry_run_says_what_the_run_then_does(importer):
    content = (SAMPLES / "movies-dirty.csv").read_bytes()
    planned = importer.run(content, dry_run=True)
    assert importer.movies() == []
    assert importer.one("SELECT count(*) FROM upload") == 1
    done = importer.run(content)
    assert {name: planned[name] for name in OUTCOMES} == {name: done[name] for name in OUTCOMES}
    assert (planned["state"], done["state"]) == ("succeeded", "succeeded")


def test_rejects_come_back_as_they_were_and_import_once_mended(importer):
    done = importer.run("title,year,genres\nHeat,1995,Crime\nAlien,19x9,Horror\n")
    rejected = importer.rejects(done["import_id"])
    row = next(csv.DictReader(io.StringIO(rejected)))
    assert (row["title"], row["year"], row["rejected_line"], row["rejected_column"]) == ("Alien", "19x9", "3", "year")
    assert "19x9" in row["rejected_reason"]
    mended = importer.counts(rejected.replace("Alien,19x9", "Alien,1979"))
    assert (mended, importer.reasons()) == ({"created": 1}, {})


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"title,year\nHeat,1995\n\n  \nAlien,1979\n", []),
        (b"title,year\rHeat,1995\rAlien,1979\r\n", []),
        (b'title,year\n"Heat,1995\nAlien,1979\n', [2]),
        (b'title,year\n"He"at",1995\nAlien,1979\n', [2]),
        (b'title,year\n"He\nat",1995\nAlien,1979\n', []),
        (b"title,year\nHeat\nAlien,1979,3\nDune,1984,,\n", [2, 3]),
        (b"title,year\nAm\xe9lie,2001\nAlien,1979\n", [2]),
    ],
)
def test_a_fault_costs_its_own_line(content, faults):
    assert [line for line, _, fault in read(content) if fault] == faults


@given(content=st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    try:
        found = read(content)
    except CinemactlError:
        return
    lines = [line for line, _, _ in found]
    assert lines == sorted(set(lines))


@settings(max_examples=5)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=12))
def test_rows_are_the_sum_of_the_outcomes_whatever_is_in_them(importer, rows):
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["title", "year", "runtime", "genres", "imdb_id"])
    writer.writerows(rows)
    try:
        done = importer.run(stream.getvalue())
    except CinemactlError:
        assume(condition=False)  # a header whose rows are all blank is no import
    assert done["rows"] == sum(done[outcome] for outcome in OUTCOMES)
    again = importer.run(stream.getvalue())
    assert again["rows"] == done["rows"]
    assert again["created"] == again["updated"] == 0
