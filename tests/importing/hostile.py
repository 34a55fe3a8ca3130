"""What must hold of any file whatever: it is refused as a whole, or every row of it is accounted for."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections import Counter
from typing import Any

from importing.importer import OUTCOMES, Importer
from importing.spoiling import Hostile

from cinemactl.errors import CinemactlError
from cinemactl.importing.opening import SURVEYED, open_table

KNOWN = ("movie", "movie_identifier", "movie_title", "credit", "person", "movie_search")
FINGERPRINT = " || ' ' || ".join(
    f"(SELECT coalesce(md5(string_agg(one::text, ' ' ORDER BY one::text)), '') FROM {table} AS one)" for table in KNOWN
)
MOVIES = "SELECT count(*) FROM movie"
LINE_ENDS = re.compile(r"\r\n|\r|\n")


def begin(importer: Importer, file: Hostile) -> None:
    """Begin with a catalogue that knows the movies of the file's original, or half the time with an empty one."""
    importer.empty()
    if zlib.crc32(file.content) % 2:
        try:
            importer.run(file.original.text(), name=file.original.name)
        except CinemactlError:
            return  # a file of ratings, say


def check(importer: Importer, file: Hostile) -> str:
    """Import a file, see that all that must hold of it does, and take it back; return what came of it, in a word.

    Raises AssertionError when something does not hold, and whatever else the import raises that it must not.
    """
    before = importer.one(f"SELECT {FINGERPRINT}")
    told = _tried(importer, file, dry_run=True)
    if isinstance(told, CinemactlError):
        again = _tried(importer, file, dry_run=False)
        assert isinstance(again, CinemactlError), "what the dry run refused is imported"
        assert told.message, "an error without a sentence"
        assert again.message == told.message
        assert importer.one(f"SELECT {FINGERPRINT}") == before, "a file that was refused changed something"
        return f"refused: {told.code}"
    assert importer.one(f"SELECT {FINGERPRINT}") == before, "a dry run changed something"
    planned = importer.plan(told["import_id"])
    _is_accounted_for(told, planned)
    _has_no_lines_left_out(file, told, planned)
    movies = importer.one(MOVIES)
    done = _applied(importer, file, told)
    _is_what_was_told(told, done, planned, importer.plan(done["import_id"]))
    assert importer.one(MOVIES) - movies == told["created"], "other movies were created than the report says"
    _gives_back_what_it_set_aside(importer, done)
    undone = importer.undo(done["import_id"])
    assert (undone["removed"], undone["restored"]) == (done["created"], done["updated"])
    assert importer.one(f"SELECT {FINGERPRINT}") == before, "an undone import left something behind"
    return "imported, with rows set aside" if done["rejected"] + done["ambiguous"] else "imported"


def _tried(importer: Importer, file: Hostile, *, dry_run: bool) -> dict[str, Any] | CinemactlError:
    """Return the report of an import, or the error by which the whole file is refused."""
    try:
        return importer.run(file.content, name=file.name, dry_run=dry_run, **file.options)
    except CinemactlError as error:
        return error


def _is_accounted_for(told: dict[str, Any], planned: list[dict[str, Any]]) -> None:
    counted = Counter(row["outcome"] for row in planned)
    assert told["rows"] == len(planned), "the plan has not as many rows as the report"
    assert {one: told[one] for one in OUTCOMES} == {one: counted[one] for one in OUTCOMES}
    lines = [row["line"] for row in planned]
    assert lines == sorted(set(lines)), "a line is there twice"
    assert all(row["reason"] for row in planned if row["outcome"] == "rejected"), "a row is rejected without a reason"


def _has_no_lines_left_out(file: Hostile, told: dict[str, Any], planned: list[dict[str, Any]]) -> None:
    """See that the plan has every line of a plain text, counted in another way, if no quotation mark can join lines."""
    encoding, delimiter = told["encoding"], told["delimiter"]
    if not encoding or not delimiter or "text" not in file.how:
        return
    text = file.content.decode(encoding, "surrogateescape").removeprefix("\ufeff")
    if '"' in text:
        return
    options = {SURVEYED: encoding, **file.options}
    header = open_table(lambda: io.BytesIO(file.content), file.name, options).dialect.header or 1
    lines = {number for number, line in enumerate(LINE_ENDS.split(text), 1) if line.strip() or delimiter in line}
    left_out = {number for number in lines if number >= header} - {row["line"] for row in planned}
    assert len(left_out) <= 1, f"lines {sorted(left_out)} are missing"
    assert left_out <= {min(number for number in lines if number >= header)}, "a line is missing that is no header"


def _applied(importer: Importer, file: Hostile, told: dict[str, Any]) -> dict[str, Any]:
    """Apply the plan, or import the file anew: both must do what was told."""
    if zlib.crc32(file.content) % 3:
        return importer.run(file.content, name=file.name, **file.options)
    return importer.apply(told["import_id"])


def _is_what_was_told(
    told: dict[str, Any], done: dict[str, Any], planned: list[dict[str, Any]], applied: list[dict[str, Any]]
) -> None:
    names = ("rows", "layout", "encoding", "delimiter", *OUTCOMES)
    assert {name: told[name] for name in names} == {name: done[name] for name in names}
    for row in (*planned, *applied):
        if row["outcome"] in ("created", "duplicates"):
            row["movie_id"] = None  # a number that the plan could not know
    assert planned == applied, "something was applied that the plan did not show"


def _gives_back_what_it_set_aside(importer: Importer, done: dict[str, Any]) -> None:
    rows = list(csv.reader(io.StringIO(importer.rejects(done["import_id"]), newline=""), strict=True))
    assert len(rows) == 1 + done["rejected"] + done["ambiguous"]
    assert not [cell for row in rows for cell in row if cell[:1] in "=@\t\r" and cell], "a cell a spreadsheet would run"
