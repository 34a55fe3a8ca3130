"""What a file is written in: its encoding, its delimiter, and where its header is; found out from how it begins."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cinemactl.importing.encodings import Survey
from cinemactl.importing.header import LONG_DELIMITER, header_line, sampled
from cinemactl.importing.signatures import SAVE_AS_CSV, TEXT
from cinemactl.importing.uploads import FileUnreadable

HEAD_BYTES = 256 * 1024
DELIMITERS = (",", ";", "\t", "|", LONG_DELIMITER)
SNIFF_LINES = 200
NO_HEADER = "none"
LAST_LINE = 1_000_000

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
UTF_16 = ("utf-16-le", "utf-16-be")
# Of a table in UTF-16, at least each delimiter and line end is one plain byte and one that is nothing.
FEWEST_EMPTY = 0.02
ONE_SIDED = 20
# Tab, line ends, and the two that old editors leave in text: Ctrl-Z and escape.
CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})
# Python calls them text encodings, but no file of text is written in them.
NO_FILE_ENCODINGS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
MARKUP = re.compile(r"<(?:!doctype|!--|\?xml|html|head|body|table|div)\b|<!--", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a file is written, as told or as found out.

    `encoding` is a Python codec and `delimiter` one of DELIMITERS or any one character; both are empty for what is no
    text table. `header` is the line of the header, None when there is none. `container` is text, json, xlsx or parquet,
    `packed` what it was packed with, `sheet` the sheet read.
    """

    encoding: str
    delimiter: str
    header: int | None = 1
    container: str = TEXT
    packed: str = ""
    sheet: str = ""

    def described(self) -> str:
        """Return the dialect as part of a sentence."""
        said = [self.packed and f"unpacked from {self.packed}"]
        if self.container == TEXT:
            said += [self.encoding, f"separated by {self.delimiter!r}"]
            said.append("without a header" if self.header is None else f"its header in line {self.header}")
        else:
            said += [self.container, self.sheet and f"sheet {self.sheet!r}"]
        return ", ".join(part for part in said if part)


def recognise(
    name: str,
    head: bytes,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: str | None = None,
) -> Dialect:
    """Return the dialect of a text that begins with `head`, as told or as found out.

    `header` is a line's number or `none`. Without an encoding told, `head` alone decides it: give what a Survey of the
    whole text said. Raises FileUnreadable when it is no delimited text.
    """
    known = _known(name, head, encoding) if encoding else marked(name, head) or _surveyed(name, head)
    try:
        text = head.decode(known, errors="replace")
    except UnicodeError as error:
        raise FileUnreadable(name, f"it is not {known}", "Say what it is, as in --encoding utf-8.") from error
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        raise FileUnreadable(
            name, "it is empty" if len(head) < HEAD_BYTES else "it begins with nothing but blank lines"
        )
    if MARKUP.match(start):
        raise FileUnreadable(name, "it is a web page or XML, no table", SAVE_AS_CSV)
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="").readlines()
    lines = (lines if len(head) < HEAD_BYTES or len(lines) == 1 else lines[:-1])[:SNIFF_LINES]
    chosen = delimiter or _delimiter(lines)
    return Dialect(known, chosen, header_told(name, header) if header else header_line(sampled(lines, chosen)))


def header_told(name: str, header: str) -> int | None:
    """Return the line that `--header` tells, None for `none`; raises FileUnreadable for anything else."""
    if header.lower() == NO_HEADER:
        return None
    if header.isascii() and header.isdecimal() and len(header) < len(str(LAST_LINE)) and int(header):
        return int(header)
    raise FileUnreadable(name, f"its header cannot be {header[:40]!r}", "Give the number of its line, or none.")


def _known(name: str, head: bytes, encoding: str) -> str:
    """Return the codec of an encoding that was told; the byte order mark of UTF-8 is none of the text."""
    try:
        codec = codecs.lookup(encoding).name.replace("_", "-")
        "".encode(codec)
    except (LookupError, ValueError):
        codec = "undefined"
    if codec in NO_FILE_ENCODINGS:
        raise FileUnreadable(name, f"there is no encoding {encoding[:40]!r}", "Try utf-8, cp1252, latin-1 or utf-16.")
    return "utf-8-sig" if codec == "utf-8" and head.startswith(codecs.BOM_UTF8) else codec


def marked(name: str, head: bytes) -> str:
    """Return the encoding that a byte order mark or UTF-16's empty bytes tell; empty when the text has to be surveyed.

    Raises FileUnreadable for what is no text.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head and (wide := _wide(head)):
        return wide
    if head.translate(None, CONTROL_BYTES) != head:
        raise FileUnreadable(name, "it is binary, no text", SAVE_AS_CSV)
    return ""


def _wide(head: bytes) -> str:
    """Return which UTF-16 it is, empty when it is none: its empty bytes are on one side, its text is lines."""
    head = head[: len(head) // 2 * 2]
    for place, encoding in zip((1, 0), UTF_16, strict=True):
        empty = head[place::2].count(0)
        if empty > max(FEWEST_EMPTY * len(head) / 2, ONE_SIDED * head[1 - place :: 2].count(0)):
            try:
                text = codecs.getincrementaldecoder(encoding)().decode(head)
            except UnicodeDecodeError:
                return ""
            is_text = ("\n" in text or "\r" in text) and not any(chr(byte) in text for byte in CONTROL_BYTES)
            return encoding if is_text else ""
    return ""


def _surveyed(name: str, head: bytes) -> str:
    survey = Survey()
    survey.feed(head[: len(head) - _cut_short(head)])
    return survey.encoding(name)


def _cut_short(head: bytes) -> int:
    """Return how many bytes at the end of a full head may be the beginning of one more character."""
    if len(head) < HEAD_BYTES:
        return 0
    return next((back for back in range(1, 4) if head[-back] >= 0xC0), 0)  # noqa: PLR2004  (UTF-8's own numbers)


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter that splits most records in the same number of fields; of several, the one with most fields."""

    def score(delimiter: str) -> tuple[int, int]:
        widths: dict[int, int] = {}
        try:
            for row in _split(lines, delimiter):
                if row:
                    widths[len(row)] = widths.get(len(row), 0) + 1
        except csv.Error:
            return 0, 0
        if delimiter == LONG_DELIMITER and len(widths) > 1:
            return 0, 0
        return max(((often, width) for width, often in widths.items() if width > 1), default=(0, 0))

    return max(DELIMITERS, key=score)


def _split(lines: list[str], delimiter: str) -> Iterable[list[str]]:
    if len(delimiter) == 1:
        return csv.reader(lines, delimiter=delimiter)
    return (line.rstrip("\r\n").split(delimiter) for line in lines if line.strip())
