"""The records of a delimited file, with their lines.

A record that cannot be parsed costs its first line and no more: reading goes on with the line after it, so that one
stray quotation mark does not swallow the rest of a file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from cinemactl.importing.dialect import HEAD_BYTES, Dialect
from cinemactl.importing.signatures import SAVE_AS_CSV
from cinemactl.importing.uploads import FileUnreadable

RECORD_CHARACTERS = 2**20
MOST_COLUMNS = 5000
UNDECODED = re.compile("[\ud800-\udfff]")


class Record(NamedTuple):
    """One record: the line it begins on (from 1), its fields, and why it cannot be used if it cannot."""

    line: int
    fields: list[str]
    fault: str = ""


def records(stream: io.RawIOBase | io.BytesIO, dialect: Dialect, name: str) -> Iterator[Record]:
    """Yield every record of the file, the header first; blank lines are passed over, as are those above the header.

    The header of a file without one is `column_1`, `column_2`, ..., on line 0. A record with more or fewer fields than the
    header is faulty; empty fields too many do no harm. Raises FileUnreadable when the header cannot be
    parsed, a line is too long for a table, or the encoding cannot go on.
    """
    text = io.TextIOWrapper(
        io.BufferedReader(cast("io.RawIOBase", stream), HEAD_BYTES),
        encoding=dialect.encoding,
        errors="surrogateescape",
        newline="",
    )
    lines = _Lines(text, name)
    try:
        for _ in range(1, dialect.header or 1):
            lines.begin()
            lines.take()
        found = _parsed(lines, dialect)
        first = next(found, None)
        if first is None:
            return
        if len(first.fields) > MOST_COLUMNS:
            raise FileUnreadable(name, f"its first line has {len(first.fields):,} columns", SAVE_AS_CSV)
        if dialect.header is None:
            yield Record(0, unnamed(len(first.fields)))
        elif first.fault:
            where = "its first line" if dialect.header == 1 else f"its header (line {first.line})"
            raise FileUnreadable(name, f"in {where}, {first.fault}")
        yield first
        yield from found
    except UnicodeError as error:
        raise FileUnreadable(name, f"it is not valid {dialect.encoding} after line {lines.number}") from error


def at_lines(lines: Iterable[int], records: Iterator[Record]) -> Iterator[Record]:
    """Yield the records that begin on these lines; both come in the order of the file."""
    for line in lines:
        yield next(record for record in records if record.line == line)


def unnamed(width: int) -> list[str]:
    """Return the names of the columns of a table that has no header."""
    return [f"column_{number}" for number in range(1, width + 1)]


def _parsed(lines: _Lines, dialect: Dialect) -> Iterator[Record]:
    delimiter = dialect.delimiter
    plain = len(delimiter) > 1  # whoever separates by two characters knows no quotation marks
    reader = csv.reader(lines, delimiter="," if plain else delimiter, strict=True)
    width = 0
    while line := lines.begin():
        if plain or '"' not in line:
            fields = lines.take().rstrip("\r\n").split(delimiter)
        else:
            try:
                fields = next(reader)
            except (csv.Error, StopIteration) as error:
                reason = str(error) or "a quotation mark is never closed"
                yield Record(lines.first, lines.keep_first(delimiter), f"it cannot be parsed: {reason}")
                continue
        if len(fields) == 1 and not line.strip():
            continue
        width = width or len(fields)
        fault = _fault(fields, width, lines, dialect)
        if fault:
            yield Record(lines.first, lines.keep_first(delimiter) if lines.several() else fields, fault)
        else:
            yield Record(lines.first, fields[:width])


def _fault(fields: list[str], width: int, lines: _Lines, dialect: Dialect) -> str:
    if fault := lines.fault(dialect.encoding):
        return fault
    if len(fields) != width and (len(fields) < width or any(map(str.strip, fields[width:]))):
        columns = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
        return f"it has {columns} where the header has {width}"
    return ""


class _Lines:
    """Lines with a step back: those of the record under way can be handed out again."""

    def __init__(self, text: io.TextIOWrapper, name: str) -> None:
        self._text = text
        self._name = name
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._size = 0
        self.number = 0
        self.first = 0

    def begin(self) -> str:
        """Begin a record and return its first line without taking it, empty at the end of the file."""
        self._taken.clear()
        self._size = 0
        self.first = self.number + 1
        if not self._waiting:
            self._waiting.append(self._read())
        return self._waiting[0]

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.take()
        if not line:
            raise StopIteration
        if self._size > RECORD_CHARACTERS:
            raise csv.Error("a quotation mark is not closed within a million characters")
        return line

    def take(self) -> str:
        """Return the next line of the record, empty at the end of the file."""
        line = self._waiting.popleft() if self._waiting else self._read()
        if line:
            self._taken.append(line)
            self._size += len(line)
            self.number += 1
        return line

    def several(self) -> bool:
        """Whether the record under way has more than one line."""
        return len(self._taken) > 1

    def fault(self, encoding: str) -> str:
        """Return what of the record under way is no text: bytes that are no characters, or the empty one."""
        for line in self._taken:
            if "\0" in line:
                return "it has an empty byte (NUL) in it, which no text has"
            if not line.isascii() and UNDECODED.search(line):
                return f"it is not valid {encoding}"
        return ""

    def keep_first(self, delimiter: str) -> list[str]:
        """Give back all lines of the record but its first, and return that one split as well as can be."""
        first, *others = self._taken
        self._waiting.extendleft(reversed(others))
        self.number -= len(others)
        return first.rstrip("\r\n").split(delimiter)

    def _read(self) -> str:
        line = self._text.readline(RECORD_CHARACTERS)
        if len(line) == RECORD_CHARACTERS and not line.endswith(("\n", "\r")):
            reason = f"line {self.number + 1} has more than a million characters"
            raise FileUnreadable(self._name, reason, "See that it is a table, with a line for each movie.")
        return line.removeprefix("\ufeff") if self.number == 0 and not self._taken else line
