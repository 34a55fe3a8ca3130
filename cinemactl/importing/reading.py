"""Reading a delimited file: what it is written in, and its records with their lines.

A record that cannot be parsed costs its first line and no more: reading goes on with the line after it, so that one
stray quotation mark does not swallow the rest of a file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from cinemactl.importing.uploads import FileUnreadable

HEAD_BYTES = 256 * 1024
LINE_CHARACTERS = 2**20
DELIMITERS = (",", ";", "\t", "|")
SNIFF_LINES = 50

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})


@dataclass(frozen=True)
class Dialect:
    """How a file is written: encoding (a Python codec) and delimiter (one character)."""

    encoding: str
    delimiter: str


@dataclass(frozen=True)
class Record:
    """One record: the line it begins on (from 1), its fields, and why it cannot be used if it cannot."""

    line: int
    fields: list[str]
    fault: str = ""


def recognise(name: str, head: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Dialect:
    """Return the dialect of a file that begins with `head`; raises FileUnreadable when it is no delimited text."""
    if not head.strip():
        raise FileUnreadable(name, "it is empty")
    known = encoding or _encoding(name, head)
    try:
        text = head.decode(known, errors="replace")
    except LookupError:
        raise FileUnreadable(name, f"there is no encoding {known!r}", "Try utf-8, cp1252, latin-1 or utf-16.") from None
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise FileUnreadable(name, "it is a web page or XML, no table", "Save it as CSV.")
    return Dialect(known, delimiter or _delimiter(text))


def records(stream: io.RawIOBase, dialect: Dialect, name: str) -> Iterator[Record]:
    """Yield every record of the file, the header first; blank lines are passed over.

    A record with more or fewer fields than the header is faulty; empty fields too many do no harm. Raises FileUnreadable
    when a line is too long for a table or the encoding cannot go on.
    """
    text = io.TextIOWrapper(
        io.BufferedReader(stream, HEAD_BYTES), encoding=dialect.encoding, errors="surrogateescape", newline=""
    )
    lines = _Lines(_bounded(text, name))
    width = 0
    while True:
        lines.begin()
        try:
            fields = next(csv.reader(lines, delimiter=dialect.delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(lines.first, lines.keep_first(dialect.delimiter), f"it cannot be parsed: {error}")
            continue
        except UnicodeError as error:
            raise FileUnreadable(name, f"it is not valid {dialect.encoding} after line {lines.number}") from error
        if len(fields) < 2 and not "".join(fields).strip():  # noqa: PLR2004  (one empty field is a blank line)
            continue
        width = width or len(fields)
        fault = _fault(fields, width, dialect)
        if fault and lines.several():
            fields = lines.keep_first(dialect.delimiter)
        yield Record(lines.first, fields if fault else fields[:width], fault)


def _fault(fields: list[str], width: int, dialect: Dialect) -> str:
    if any(map(_undecoded, fields)):
        return f"it is not valid {dialect.encoding}"
    if len(fields) < width or "".join(fields[width:]).strip():
        return f"it has {len(fields)} columns where the header has {width}"
    return ""


class _Lines:
    """Lines with one step back: those of the record under way can be handed out again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._taken: list[str] = []
        self.number = 0
        self.first = 0

    def begin(self) -> None:
        self._taken = []
        self.first = self.number + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._taken.append(line)
        self.number += 1
        return line

    def several(self) -> bool:
        """Whether the record under way has more than one line."""
        return len(self._taken) > 1

    def keep_first(self, delimiter: str) -> list[str]:
        """Give back all lines of the record but its first, and return that one split as well as can be."""
        first, *others = self._taken
        self._lines = chain(others, self._lines)
        self.number -= len(others)
        return first.rstrip("\r\n").split(delimiter)


def _bounded(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    while line := text.readline(LINE_CHARACTERS):
        if len(line) == LINE_CHARACTERS and not line.endswith(("\n", "\r")):
            raise FileUnreadable(name, "it has a line of more than a million characters", "Save it as CSV.")
        yield line


def _encoding(name: str, head: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if head.translate(None, CONTROL_BYTES) != head:
        raise FileUnreadable(name, "it is binary, no text", "Save it as CSV.")
    try:
        head[: len(head) - _cut_short(head)].decode()
    except UnicodeDecodeError as error:
        line = head[: error.start].count(b"\n") + 1
        raise FileUnreadable(
            name, f"it is not UTF-8 (line {line})", "Say what it is, as in --encoding cp1252, or save it as UTF-8."
        ) from None
    return "utf-8"


def _cut_short(head: bytes) -> int:
    """Return how many bytes at the end of a full head may be the beginning of one more character."""
    if len(head) < HEAD_BYTES:
        return 0
    return next((back for back in range(1, 4) if head[-back] >= 0xC0), 0)  # noqa: PLR2004  (UTF-8's own numbers)


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first record in most fields and the next ones in as many."""
    lines = text.splitlines(keepends=True)[:SNIFF_LINES]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) if width > 1 else 0
        return alike, width

    return max(DELIMITERS, key=score)


def _undecoded(field: str) -> bool:
    return not field.isascii() and any("\ud800" <= letter <= "\udfff" for letter in field)
