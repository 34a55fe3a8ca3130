"""Files of several pieces and kinds, from the upload to the catalogue."""

from __future__ import annotations

import gzip

import pytest
from importing.tables import workbook

from cinemactl.importing.uploads import FileUnreadable


def test_an_encoding_is_found_in_a_later_piece(importer):
    plain = b"title,year,synopsis\n" + b"".join(b"Movie %d,1995,%s\n" % (n, b"words " * 1000) for n in range(200))
    assert importer.run(plain + b"Am\xe9lie,2001,\n")["encoding"] == "cp1252"
    assert importer.movies()[-1]["title"] == "Amélie"
    with pytest.raises(FileUnreadable, match=r"not UTF-8 \(line 202\)"):
        importer.ask(plain + b"Am\x8elie,2001,\n")
    assert importer.run(gzip.compress(plain + b"Am\xe9lie,2001,\n"))["unchanged"] == 201


def test_a_workbook_is_imported_and_its_rejects_are_cells(importer):
    done = importer.run(workbook(("List", [["title", "year"], ["Heat", 1995], ["Alien", "19x9"]])), name="list.xlsx")
    assert (done["created"], done["rejected"], done["encoding"], done["delimiter"]) == (1, 1, None, None)
    assert importer.rejects(done["import_id"]).splitlines()[1].endswith(",Alien,19x9")
