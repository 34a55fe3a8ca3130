"""The records of a workbook: the values of the first sheet with a table, or of the one that is named.

The library holds a whole sheet in memory, a cell for each place between its corners. So every sheet is measured first,
and what would take too much is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from cinemactl.importing.columnar import cell_of
from cinemactl.importing.documents import fault_of
from cinemactl.importing.header import Sampled, header_line
from cinemactl.importing.packing import BLOCK_BYTES, Archive, Spooled
from cinemactl.importing.reading import Record, unnamed
from cinemactl.importing.signatures import SAVE_AS_CSV
from cinemactl.importing.uploads import FileUnreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# A cell takes some 90 bytes.
MOST_CELLS = 4_000_000
MOST_XML_BYTES = 400 * 2**20
MOST_OTHER_BYTES = 100 * 2**20
SAMPLE_ROWS = 200
OVERLAP_BYTES = 64
SHOWN = 5
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
Row = tuple[int, list[str]]


class Sheet:
    """A sheet of a workbook: its `name`, and the line of its `header` (None for none), as told or as found out.

    Raises FileUnreadable when there is no such sheet, none with a table, or it would take too much memory.
    """

    def __init__(
        self, spooled: Spooled, file: str, *, sheet: str | None, header_told: tuple[int | None] | None
    ) -> None:
        import python_calamine as library  # noqa: PLC0415  (start-up)

        _measure(Archive(file, spooled), file)
        try:
            with library.CalamineWorkbook.from_path(spooled.path) as workbook:
                self.name, self._sheet = _chosen(workbook, file, sheet)
        except library.PasswordError as error:
            raise FileUnreadable(file, "it has a password", "Save it without one.") from error
        except (library.CalamineError, OSError, ValueError) as error:
            raise FileUnreadable(file, f"it cannot be read as a workbook ({str(error)[:200]})", SAVE_AS_CSV) from error
        self.header = header_told[0] if header_told else self._found()

    def rows(self) -> Iterator[Row]:
        """Yield the line and the cells of every row that is not blank; empty cells at its end are left out."""
        begins = (self._sheet.start or (0, 0))[0] + 1
        for line, row in enumerate(self._sheet.iter_rows(), begins):
            cells = [cell_of(value) for value in row]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield line, cells

    def records(self) -> Iterator[Record]:
        """Yield the records, the header first."""
        rows: Iterator[Row] = (row for row in self.rows() if row[0] >= (self.header or 1))
        first = next(rows, None)
        if first is None:
            return
        if self.header is None:
            sample = [first, *islice(rows, SAMPLE_ROWS)]
            width = max(len(cells) for _, cells in sample)
            yield Record(0, unnamed(width))
            rows = chain(sample, rows)
        else:
            width = len(first[1])
            yield Record(*first)
        for line, cells in rows:
            fault = fault_of(cells)
            if len(cells) > width:
                fault = fault or f"it has {len(cells)} columns where the header has {width}"
            yield Record(line, cells + [""] * (width - len(cells)), fault)

    def _found(self) -> int | None:
        """Return the first line that is about as wide as the widest, unless it holds values as those below it do."""
        sample = list(islice(self.rows(), SAMPLE_ROWS))
        width = max(len(cells) for _, cells in sample)
        start = next(place for place, (_, cells) in enumerate(sample) if 2 * sum(map(bool, cells)) > width)
        return header_line(
            [Sampled(line, cells + [""] * (width - len(cells)), after_blank=False) for line, cells in sample[start:]]
        )


def _chosen(workbook: CalamineWorkbook, file: str, sheet: str | None) -> tuple[str, CalamineSheet]:
    names = workbook.sheet_names
    if sheet is not None:
        wanted = next((name for name in names if name.casefold() == sheet.strip().casefold()), None)
        if wanted is None:
            listed = ", ".join(repr(name[:40]) for name in names[:SHOWN])
            raise FileUnreadable(
                file, f"it has no sheet {sheet[:40]!r}; it has {listed}", "Name one of them with --sheet."
            )
        names = [wanted]
    for name in names:
        found: Any = workbook.get_sheet_by_name(name)
        if found.start is not None and found.height > 1:
            return name, found
    raise FileUnreadable(file, "there is no table in it" if sheet is None else "there is no table in that sheet")


def _measure(archive: Archive, file: str) -> None:
    """Raise FileUnreadable when a sheet, or all else, would take too much memory."""
    other = 0
    for member in archive.members:
        is_sheet = member.filename.lower().startswith("xl/worksheets/") and member.filename.lower().endswith(".xml")
        cells = places = 0
        columns: set[bytes] = set()
        size, rest = 0, b""
        with archive.open(member) as stream:
            while piece := stream.read(BLOCK_BYTES):
                size += len(piece)
                other += 0 if is_sheet else len(piece)
                if size > MOST_XML_BYTES or other > MOST_OTHER_BYTES:
                    raise _too_large(file)
                if is_sheet:
                    text = rest + piece
                    cells += piece.count(b"<c")
                    found = PLACE.findall(text)
                    columns.update(column for column, _ in found)
                    places = max(places, max((int(row[:8]) for _, row in found), default=0))
                    rest = text[-OVERLAP_BYTES:]
        width = max((_number(column) for column in columns), default=0)
        if max(cells, width * places) > MOST_CELLS:
            raise _too_large(file)


def _number(column: bytes) -> int:
    """Return the number of a column from its letters, A being 1."""
    number = 0
    for letter in column.upper()[:5]:
        number = number * 26 + letter - 64
    return number


def _too_large(file: str) -> FileUnreadable:
    return FileUnreadable(
        file, f"it has a sheet of more than {MOST_CELLS:,} cells, or as much else in it", "Save the sheet as CSV."
    )
