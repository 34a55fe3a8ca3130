"""The records of a delimited file, with their lines.

A record that cannot be parsed costs its first line and no more: reading goes on with the line after it, so that one
stray quotation mark does not swallow the rest of a file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from cinemactl.importing.dialect import HEAD_BYTES, Dialect
from cinemactl.importing.uploads import FileUnreadable

RECORD_CHARACTERS = 2**20
UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (from 1), its fields, and why it cannot be used if it cannot."""

    line: int
    fields: list[str]
    fault: str = ""


def records(stream: io.RawIOBase | io.BytesIO, dialect: Dialect, name: str) -> Iterator[Record]:
    """Yield every record of the file, the header first; blank lines are passed over.

    A record with more or fewer fields than the header is faulty; empty fields too many do no harm. Raises FileUnreadable
    when the header cannot be parsed, a line is too long for a table, or the encoding cannot go on.
    """
    text = io.TextIOWrapper(
        io.BufferedReader(cast("io.RawIOBase", stream), HEAD_BYTES),
        encoding=dialect.encoding,
        errors="surrogateescape",
        newline="",
    )
    lines = _Lines(text, name)
    try:
        found = _parsed(lines, dialect)
        header = next(found, None)
        if header is None:
            return
        if header.fault:
            raise FileUnreadable(name, f"in its first line, {header.fault}")
        yield header
        yield from found
    except UnicodeError as error:
        raise FileUnreadable(name, f"it is not valid {dialect.encoding} after line {lines.number}") from error


def _parsed(lines: _Lines, dialect: Dialect) -> Iterator[Record]:
    delimiter = dialect.delimiter
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    while line := lines.begin():
        if '"' not in line:
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
    if lines.undecoded():
        return f"it is not valid {dialect.encoding}"
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

    def undecoded(self) -> bool:
        """Whether the record under way has bytes in it that are no characters."""
        return any(not line.isascii() and UNDECODED.search(line) for line in self._taken)

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
