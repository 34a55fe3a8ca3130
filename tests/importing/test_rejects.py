"""The rows set aside, handed back so that they can be corrected and imported again."""

from __future__ import annotations

import csv
import io

import pytest
from importing.importer import table

from cinemactl.importing.cells import guarded, unguarded
from cinemactl.importing.report import ImportNotPlanned, ImportPurged
from cinemactl.jobs.imports import purge_imports

THREE = ["rejected_line", "rejected_column", "rejected_reason"]


def rejected(importer, file, **options):
    done = importer.run(file, **options)
    return list(csv.reader(io.StringIO(importer.rejects(done["import_id"]), newline="")))


def test_cells_come_back_as_they_were_with_line_column_and_reason(importer):
    header, *rows = rejected(importer, table("title,note,runtime", "Heat,ok,170", ["Cold", 'a "b", c\nd', "-5"]))
    assert header == [*THREE, "title", "note", "runtime"]
    assert rows == [
        [
            *("3", "runtime"),
            "The runtime '-5' is not between 1 and 60,000 minutes. Give minutes as a whole number, such as 142.",
            *("Cold", 'a "b", c\nd', "-5"),
        ]
    ]


def test_columns_too_few_and_too_many_stay_where_they_are(importer):
    _, short, long = rejected(importer, "title,year,runtime\nHeat,1995\nCold,1996,100,surplus,\n")
    assert short[3:] == ["Heat", "1995"]
    assert short[1:3] == ["", "The row cannot be used: it has 2 columns where the header has 3."]
    assert long[3:] == ["Cold", "1996", "100", "surplus", ""]


def test_a_row_that_cannot_be_parsed_comes_back_as_its_line(importer):
    _, row, *none = rejected(importer, 'title,year\n"Heat,1995\nCold,1996\n')
    assert row[0] == "2"
    assert row[3:] == ['"Heat', "1995"]
    assert none == []


def test_bytes_that_are_no_text_are_marked(importer):
    _, row = rejected(importer, b"title,year\nAm\xe9lie,2001\nHeat,1995\n", encoding="utf-8")
    assert row[3:] == ["Am\N{REPLACEMENT CHARACTER}lie", "2001"]


def test_a_corrected_file_is_imported_and_its_three_columns_passed_over(importer):
    done = importer.run(table("title,year,runtime", "Heat,1995,x", "Cold,1996,y"))
    corrected = importer.rejects(done["import_id"]).replace(",x", ",170")
    again = importer.run(corrected)
    assert (again["created"], again["rejected"], again["ignored_columns"]) == (1, 1, [])
    header, row = csv.reader(io.StringIO(importer.rejects(again["import_id"])))
    assert header == [*THREE, "title", "year", "runtime"]
    assert row[0] == "3"
    assert row[3:] == ["Cold", "1996", "y"]


def test_what_a_spreadsheet_would_run_is_guarded_and_reads_back_the_same(importer):
    file = table("title,note,year", ["=HYPERLINK(1)", "@x", "19x9"], ["'=Heat", "-5", "19x9"], ["'Til", "+1", "19x9"])
    given_back = importer.rejects(importer.run(file)["import_id"])
    assert [row[3:] for row in csv.reader(io.StringIO(given_back))][1:] == [
        ["'=HYPERLINK(1)", "'@x", "19x9"],
        ["'=Heat", "-5", "19x9"],
        ["'Til", "+1", "19x9"],
    ]
    assert importer.counts(given_back.replace("19x9", "1999")) == {"created": 3}
    assert [movie["title"] for movie in importer.movies()] == ["=HYPERLINK(1)", "=Heat", "'Til"]


@pytest.mark.parametrize("cell", ["=1", "'=1", "''=1", "'a", "'", "-5", "+1.5", "-a", "@", "\t", "", "'-5", "a=1"])
def test_unguarded_undoes_guarded(cell):
    assert unguarded(guarded(unguarded(cell))) == unguarded(cell)
    assert cell == unguarded(f"'{cell}") or not cell.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_carriage_returns_in_cells_survive(importer):
    done = importer.run(b'title,note,year\n"Heat","a\rb\r\nc",x\n')
    again = importer.run(importer.rejects(done["import_id"]).replace(",x", ",1995"))
    assert (again["rows"], again["created"]) == (1, 1)


def test_ambiguous_rows_are_there_too(importer):
    _, *rows = rejected(importer, table("title,year,runtime", "Heat,1995,1", "Heat,1995,2"))
    assert [row[:2] for row in rows] == [["2", "runtime"], ["3", "runtime"]]


def test_thousands_of_rows_come_back_in_their_order(importer):
    _, *rows = rejected(importer, table("title,year", *[(f"Movie {n}", "x" if n % 2 else 1990) for n in range(2000)]))
    assert [int(row[0]) for row in rows] == list(range(3, 2002, 2))


def test_an_import_without_a_plan_has_none(importer):
    asked = importer.ask("title\nHeat\n")
    with pytest.raises(ImportNotPlanned):
        importer.rejects(asked.id)


class TestPurge:
    def test_files_and_plans_go_and_records_stay(self, importer):
        old, new = importer.run("title,year\nHeat,x\nNew,1990\n"), importer.run("title,year\nCold,x\nNewer,1990\n")
        importer.execute(
            "UPDATE job SET state = 'succeeded', ended_at = now()",
            f"UPDATE import SET created_at = now() - interval '31 days' WHERE id = {old['import_id']}",
        )
        with importer.database.unit_of_work() as session:
            assert purge_imports(session, keep_days=30) == 1
        assert importer.one("SELECT count(*) FROM import") == 2
        assert importer.one("SELECT sum(rejected) FROM import") == 2
        for kept in ("upload", "upload_chunk", "import_row", "import_block"):
            assert importer.one(f"SELECT count(*) FROM {kept}") == 1
        assert importer.rejects(new["import_id"])
        with pytest.raises(ImportPurged):
            importer.rejects(old["import_id"])

    def test_the_next_import_purges(self, importer):
        importer.run("title\nHeat\n")
        importer.execute(
            "UPDATE job SET state = 'succeeded', ended_at = now()",
            f"UPDATE import SET created_at = now() - interval '{importer.settings.keep_imports_days + 1} days'",
        )
        importer.run("title\nCold\n")
        assert importer.one("SELECT count(*) FROM upload") == 1

    def test_a_job_that_still_waits_keeps_its_file(self, importer):
        asked = importer.ask("title\nHeat\n")
        importer.execute("UPDATE import SET created_at = now() - interval '300 days'")
        with importer.database.unit_of_work() as session:
            assert purge_imports(session, keep_days=30) == 0
        assert importer.work(asked.job_id).report["created"] == 1
