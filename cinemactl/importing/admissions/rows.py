"""The rows of a file of admissions: each cell's value, or why the row is set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from cinemactl.audience import values
from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.amounts import amount_of, whole_of
from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.headed import Columns, Records
from cinemactl.importing.reading import Record
from cinemactl.importing.refusing import Dropped, sentence_of
from cinemactl.importing.starts import STARTS, Start, StartReader
from cinemactl.programme.place_values import NAME_MOST, text_of

ADMISSIONS = Records(
    "admission",
    "admissions",
    (("screening", "starts_at", "date"), ("sold", "member")),
    "A file of admissions has the columns site, screen, starts_at (or date and time, or screening) and sold; "
    "--map FIELD=COLUMN says which is which.",
)
STAGED = (
    "line",
    "outcome",
    '"column"',
    "reason",
    "screening",
    "site",
    "screen",
    "local_start",
    "unclear_day",
    "starts_at",
    "sold",
    "gross",
    "handle",
)
LARGEST = 2**31 - 1
MOST_GROSS = Decimal(10) ** 10
CENT = Decimal("0.01")

_site, _screen = text_of("site", NAME_MOST), text_of("screen", NAME_MOST)
Row = tuple[Any, ...]


class AdmissionReader:
    """Reads the rows of one file; `site` is where all screenings are, where a row does not say it."""

    def __init__(self, columns: Columns, date_order: str | None, site: str | None, dropped: Dropped | None) -> None:
        self._columns = columns
        self._starts = StartReader(date_order, columns.heading("starts_at") or columns.heading("date") or "", dropped)
        self.found = self._starts.found
        self._site = site

    def rows(self, records: Iterable[Record]) -> Iterator[Row]:
        """Yield each record as STAGED has it; what cannot be used as rejected, with its column and reason."""
        for record in records:
            if record.fault:
                yield _rejected(record.line, f"The row cannot be used: {record.fault}.")
                continue
            field = ""
            cells = {name: unguarded(record.fields[place]) for name, place in self._columns.places.items()}
            said = {name: cell for name, cell in cells.items() if not says_nothing(cell)}
            try:
                screening = _whole("screening", said)
                start = Start()
                if screening is None or not said.keys().isdisjoint(STARTS):
                    start = self._starts.told(said, timed="time" in self._columns.places)
                handle = values.handle(said["member"]) if "member" in said else None
                yield (
                    *(record.line, None, None, None, screening),
                    _site(said["site"]) if "site" in said else self._site,
                    _screen(said["screen"]) if "screen" in said else None,
                    *(start.local, start.unclear, start.at, _sold(said, handle)),
                    self._gross(said) if handle is None else None,
                    handle,
                )
            except ValueRefused as refused:
                field = "starts_at" if refused.field == "start" else refused.field
                heading = self._columns.heading(field if field != "handle" else "member")
                yield _rejected(record.line, sentence_of(refused), heading)

    def _gross(self, said: dict[str, str]) -> Decimal | None:
        try:
            return _gross(said)
        except ValueRefused as refused:
            if self.found.does_without(self._columns.heading("gross"), sentence_of(refused)):
                return None
            raise


def _rejected(line: int, reason: str, column: str | None = None) -> Row:
    return (line, "rejected", column, reason, *(None,) * 9)


def _whole(name: str, said: dict[str, str]) -> int | None:
    number = whole_of(said[name], name) if name in said else None
    if number is not None and number > LARGEST:
        raise ValueRefused(name, said[name], "is too large", "Give a smaller number.")
    return number


def _sold(said: dict[str, str], handle: str | None) -> int:
    sold = _whole("sold", said)
    if handle is None and sold is None:
        raise ValueRefused("sold", "", "is empty", "Give how many seats were sold, 0 for none.")
    if handle is not None and sold == 0:
        raise ValueRefused("sold", said["sold"], "is no seat, and a member who attended had one", "Leave the row out.")
    return 1 if sold is None else sold


def _gross(said: dict[str, str]) -> Decimal | None:
    amount = amount_of(said["gross"], "gross") if "gross" in said else None
    if amount is not None and not 0 <= amount < MOST_GROSS:
        raise ValueRefused("gross", said["gross"], "is negative or too large", "Give the money taken.")
    return None if amount is None else amount.quantize(CENT)
