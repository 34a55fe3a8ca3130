"""What an import found out while it read its file: in the report, in `import show`, and in the job's log."""

from __future__ import annotations

from importing.importer import table

from cinemactl.jobs.imports import show_import
from cinemactl.jobs.manage import get_job

FOUND = ("container", "packed", "sheet", "header_line", "date_order", "mended", "ignored_columns", "dropped_values")


def test_dirt_is_mended_and_counted_by_kind(importer):
    file = table(
        "title,synopsis,director,genre,keywords",
        ["Am\u00c3\u00a9lie", "Tom &amp; Jerry", "Andr&eacute; T\u00e9chin\u00e9", "Drama", "a&amp;b,\ufeffc"],
        ["Heat &amp; Dust", "Plain", "James Ivory", "Science&nbsp;Fiction", ""],
    )
    done = importer.run(file)
    first, second = importer.movies()
    assert (first["title"], first["synopsis"]) == ("Am\u00e9lie", "Tom & Jerry")
    assert (first["people"][0]["name"], first["keywords"]) == ("Andr\u00e9 T\u00e9chin\u00e9", ["a&b", "c"])
    assert (second["title"], second["genres"]) == ("Heat & Dust", ["Science Fiction"])
    assert done["mended"] == {"UTF-8 read as Latin-1": 1, "HTML entities": 5, "characters of no width": 1}


def test_articles_that_were_turned_are_counted(importer):
    done = importer.run(table("title,original_title", ["Matrix, The (1999)", ""]))
    assert done["mended"] == {"articles behind titles": 1}
    assert (importer.movie()["title"], importer.movie()["year"]) == ("The Matrix", 1999)


def test_all_of_it_is_kept_with_the_import(importer):
    file = "\n\nFilme 2024;;\ntitle;released;runtime;Nr\nHeat;31/12/1995;soon;1\nRonin;01/02/1998;122;2\n"
    done = importer.run(file, lenient=True)
    assert {name: done[name] for name in FOUND} == {
        "container": "text",
        "packed": None,
        "sheet": None,
        "header_line": done["header_line"],
        "date_order": "dmy",
        "mended": {},
        "ignored_columns": ["Nr"],
        "dropped_values": {"runtime": 1},
    }
    assert done["header_line"] >= 3
    with importer.database.unit_of_work() as session:
        shown = show_import(session, done["import_id"])
    assert {name: shown[name] for name in FOUND} == {name: done[name] for name in FOUND}


def test_an_import_that_was_not_read_yet_found_nothing(importer):
    asked = importer.ask(table("title", "Heat"))
    with importer.database.unit_of_work() as session:
        shown = show_import(session, asked.id)
    assert [shown[name] for name in FOUND] == [None, None, None, None, None, {}, [], {}]


def test_the_log_of_the_job_says_it(importer):
    file = table("title,released,runtime,Nr", "Heat &amp; Dust,31/12/1983,soon,1", "Ronin,01/02/1998,122,2")
    asked = importer.ask(file, lenient="yes")
    importer.work(asked.job_id)
    log = importer.one(f"SELECT string_agg(message, ' ' ORDER BY id) FROM job_log WHERE job_id = {asked.job_id}")
    assert "Dates were read as dmy." in log
    assert "Columns that feed no field: Nr." in log
    assert "Cells that were mended: HTML entities 1." in log
    assert "1 value was dropped from the column runtime, first: The runtime 'soon'" in log


def test_a_column_of_dates_that_could_be_either_fails_the_job_at_once(importer):
    asked = importer.ask(table("title,released", "Heat,03/04/1995", "Ronin,05/06/1998"))
    job = importer.work(asked.job_id)
    assert (job.state, job.error["code"]) == ("failed", "date-order-unclear")
    assert "--date-order" in job.error["hint"]
    with importer.database.unit_of_work() as session:
        assert get_job(session, asked.job_id).attempts == 1
