"""The rows of a file of sites or screens: each cell's value, or why the row is set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cinemactl.errors import UsageRefused
from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.findings import Findings
from cinemactl.importing.headed import Columns, Records
from cinemactl.importing.reading import Record
from cinemactl.importing.refusing import sentence_of
from cinemactl.programme.place_cells import SCREEN_CELLS, Cell, cell_of, value_of

SITES = Records("site", "sites", (("site",),), "A file of sites has the columns site and timezone; see `site export`.")
SCREENS = Records(
    "screen",
    "screens",
    (("screen",), ("site",)),
    "A file of screens has the columns site, screen and seats (see `screen export`); --site names the site of all.",
)
NAMES = ("site", "screen")
RECORDS = {records.noun: records for records in (SITES, SCREENS)}


@dataclass(slots=True)
class PlaceRow:
    """One row: what it says, as cells, and what becomes of it.

    `said` is of the site or screen itself, `of_site` of the site that a screen may be the first of. `changes` are cells,
    old and new; `id` is the site or screen it changes.
    """

    line: int
    said: dict[str, Cell] = field(default_factory=dict)
    of_site: dict[str, Cell] = field(default_factory=dict)
    outcome: str | None = None
    column: str | None = None
    reason: str | None = None
    changes: dict[str, list[Cell]] | None = None
    id: int | None = None

    def set_aside(self, outcome: str, reason: str, column: str | None = None) -> None:
        """Say what becomes of the row, and why."""
        self.outcome, self.reason, self.column, self.changes = outcome, reason, column, None


def read_rows(
    noun: str, columns: Columns, records: Iterable[Record], site: str | None, findings: Findings
) -> Iterator[PlaceRow]:
    """Yield the rows of a file; `site` is the site of all screens, where none is in a row.

    `findings` tell whether what cannot be read of a site or screen but its name is dropped.
    """
    for record in records:
        row = PlaceRow(record.line)
        if record.fault:
            row.set_aside("rejected", f"The row cannot be used: {record.fault}.")
        else:
            _read(noun, columns, record, row, findings)
            if noun == "screen" and site is not None:
                row.said.setdefault("site", site)
            for needed in NAMES if noun == "screen" else NAMES[:1]:
                if row.outcome is None and needed not in row.said:
                    row.set_aside("rejected", f"The {needed} is empty.", columns.heading(needed))
        yield row


def _read(noun: str, columns: Columns, record: Record, row: PlaceRow, findings: Findings) -> None:
    for name, place in columns.places.items():
        cell = unguarded(record.fields[place])
        if says_nothing(cell):
            continue
        own = noun == "site" or name in SCREEN_CELLS
        try:
            value: Any = value_of(name, cell, of_screen=noun == "screen" and own)
        except UsageRefused as refused:
            reason = sentence_of(refused)
            if name not in NAMES and findings.does_without(columns.header[place], reason):
                continue
            row.set_aside("rejected", reason, columns.header[place])
            return
        (row.said if own else row.of_site)[name] = cell_of(name, value)
