"""The rows that an import set aside, as a file that can be corrected and imported again."""

from __future__ import annotations

import csv
from itertools import chain, tee
from typing import TextIO

from sqlalchemy.orm import Session

from cinemactl.importing.cells import guarded, unguarded
from cinemactl.importing.layouts.words import REJECTED_COLUMNS
from cinemactl.importing.reading import UNDECODED, at_lines
from cinemactl.importing.report import plan_rows
from cinemactl.importing.run import read_upload
from cinemactl.importing.tables import Import

SET_ASIDE = ("rejected", "ambiguous")
FIRST_WORDS = ",".join(REJECTED_COLUMNS)


def write_rejects(session: Session, found: Import, stream: TextIO) -> int:
    """Write the rows set aside as CSV: line, column and reason, then the cells as they came; return how many.

    A file without a header gets that of its layout. The three first columns are passed over when the corrected file is
    imported. Raises ImportNotPlanned, ImportPurged.
    """
    set_aside = plan_rows(session, found, SET_ASIDE)
    records, _ = read_upload(session.connection(), found)
    first = next(records)
    header = found.header or first.fields
    if header != list(map(str.strip, first.fields)):
        records = chain([first], records)
    kept = [position for position, heading in enumerate(header) if heading.strip() not in REJECTED_COLUMNS]
    surplus = len(header)
    writer = csv.writer(_UnixLines(stream))
    writer.writerow([*REJECTED_COLUMNS, *(_written(header[position]) for position in kept)])
    count = 0
    rows, others = tee(set_aside)
    for row, record in zip(rows, at_lines((row.line for row in others), records), strict=True):
        cells = record.fields
        original = [cells[position] for position in kept if position < len(cells)] + cells[surplus:]
        writer.writerow([row.line, row.column, row.reason, *map(_written, original)])
        count += 1
    return count


def is_file_of_rejects(stream: TextIO) -> bool:
    """Whether a file begins as those do that `write_rejects` wrote."""
    return stream.read(len(FIRST_WORDS)) == FIRST_WORDS


def _written(cell: str) -> str:
    """Return a cell for a file in UTF-8 that may be opened in a spreadsheet; bytes that were no text are marked."""
    return guarded(unguarded(UNDECODED.sub("\ufffd", cell)))


class _UnixLines:
    """Ends the csv module's lines with a newline; asked to do so itself, it would leave a CR in a cell unquoted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> int:
        return self._stream.write(line.removesuffix("\r\n") + "\n")
