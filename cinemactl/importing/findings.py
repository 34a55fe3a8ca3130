"""What reading a file finds out beside its rows: kept with the import and shown in its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cinemactl.importing.dates import ColumnDates
from cinemactl.importing.dialect import Dialect
from cinemactl.importing.mending import Mended
from cinemactl.importing.refusing import Dropped
from cinemactl.importing.tables import Import

LISTED_COLUMNS = 50
# What a report says before its job found out anything.
UNKNOWN: Mapping[str, Any] = {
    "container": None,
    "packed": None,
    "sheet": None,
    "header_line": None,
    "date_order": None,
    "mended": {},
    "ignored_columns": [],
    "dropped_values": {},
}


@dataclass
class Findings:
    """What the cells of one file show while they are parsed.

    `date_order` is what the user or the layout told; without one `dates` looks at the column of dates, if there is one.
    `mended` is None where cells are meant as they are written, `dropped` where no value may be dropped.
    """

    date_order: str | None = None
    mended: Mended | None = field(default_factory=Mended)
    dropped: Dropped | None = None
    dates: ColumnDates | None = None

    def does_without(self, column: str | None, reason: str) -> bool:
        """Count a value that is dropped from a column, and why; return whether any may be."""
        if self.dropped is None:
            return False
        self.dropped.drop(column or "", reason)
        return True

    @property
    def counted(self) -> int:
        """How many cells were mended or dropped so far."""
        mended = sum(self.mended.counts.values()) if self.mended and self.mended.counts else 0
        return mended + (sum(self.dropped.counts.values()) if self.dropped else 0)

    @property
    def mend(self) -> Callable[[str], str]:
        """The function that texts go through before they are read."""
        return self.mended.mend if self.mended else str

    def count(self, kind: str) -> None:
        """Count a cell that was mended in a way of its own."""
        if self.mended:
            self.mended.count(kind)

    def dates_of(self, column: str) -> ColumnDates | None:
        """Return what looks at the dates of a column, None when their order was told."""
        if self.date_order is None:
            self.dates = ColumnDates(column)
        return self.dates

    def order(self) -> str | None:
        """Return the order that dates were read by, None when each was certain by itself; raises DateOrderUnclear."""
        return self.dates.order() or self.dates.certain if self.dates else self.date_order


class Headed(Protocol):
    """The columns of a file."""

    @property
    def header(self) -> Sequence[str]:
        """The headings."""

    @property
    def ignored(self) -> Sequence[str]:
        """The headings of the columns that feed no field."""


def keep_findings(
    log: Callable[[str, str], None],
    found: Import,
    dialect: Dialect,
    columns: Headed,
    findings: Findings,
    *,
    layout: str,
    rows: int,
    has_dates: bool,
) -> None:
    """Keep with an import how its file was read and what that showed, and tell its log; raises DateOrderUnclear."""
    log(f"{rows} rows read as {dialect.described()}.", "info")
    found.findings = described(dialect, findings, has_dates=has_dates, ignored=columns.ignored)
    for sentence, level in sentences(found.findings, findings):
        log(sentence, level)
    found.layout, found.encoding, found.delimiter = layout, dialect.encoding or None, dialect.delimiter or None
    found.header = list(columns.header)


def described(dialect: Dialect, found: Findings, *, has_dates: bool, ignored: Sequence[str]) -> dict[str, Any]:
    """Return the findings of a file that was read, with the keys of UNKNOWN. Of the ignored columns only the first are listed."""
    return {
        "container": dialect.container,
        "packed": dialect.packed or None,
        "sheet": dialect.sheet or None,
        "header_line": dialect.header,
        "date_order": found.order() if has_dates else None,
        "mended": dict(found.mended.counts) if found.mended else {},
        "ignored_columns": list(ignored[:LISTED_COLUMNS]),
        "dropped_values": dict(found.dropped.counts) if found.dropped else {},
    }


def sentences(findings: Mapping[str, Any], found: Findings) -> list[tuple[str, str]]:
    """Return what a job's log says of the findings: (sentence, level)."""
    said = []
    if findings["date_order"]:
        said.append((f"Dates were read as {findings['date_order']}.", "info"))
    if findings["ignored_columns"]:
        said.append((f"Columns that feed no field: {', '.join(findings['ignored_columns'])}.", "warning"))
    if findings["mended"]:
        counts = ", ".join(f"{kind} {count}" for kind, count in findings["mended"].items())
        said.append((f"Cells that were mended: {counts}.", "info"))
    if found.dropped:
        for column, count in list(found.dropped.counts.items())[:LISTED_COLUMNS]:
            values = "1 value was" if count == 1 else f"{count} values were"
            said.append(
                (f"{values} dropped from the column {column}, first: {found.dropped.reasons[column]}", "warning")
            )
    return said
