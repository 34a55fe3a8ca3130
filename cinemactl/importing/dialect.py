"""What a file is written in: its encoding and its delimiter, found out from how it begins."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

from cinemactl.importing.uploads import FileUnreadable

HEAD_BYTES = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")
SNIFF_LINES = 50
SAVE_AS_CSV = "Save it as CSV, with a header in its first line."

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Tab, line ends, and the two that old editors leave in text: Ctrl-Z and escape.
CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})
# Python calls them text encodings, but no file of text is written in them.
NO_FILE_ENCODINGS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
MARKUP = re.compile(r"<(?:!doctype|!--|\?xml|html|head|body|table|div)\b|<!--", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a file is written: encoding (a Python codec) and delimiter (one character)."""

    encoding: str
    delimiter: str


def recognise(name: str, head: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Dialect:
    """Return the dialect of a file that begins with `head`, as told or as found out.

    Raises FileUnreadable when it is no delimited text.
    """
    known = _known(name, head, encoding) if encoding else _found(name, head)
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
    return Dialect(known, delimiter or _delimiter(text, whole=len(head) < HEAD_BYTES))


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


def _found(name: str, head: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if head.translate(None, CONTROL_BYTES) != head:
        raise FileUnreadable(name, "it is binary, no text", SAVE_AS_CSV)
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


def _delimiter(text: str, *, whole: bool) -> str:
    """Return the delimiter that splits the first record in most fields and the next ones in as many."""
    lines = io.StringIO(text, newline="").readlines()
    lines = (lines if whole or len(lines) == 1 else lines[:-1])[:SNIFF_LINES]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) if width > 1 else 0
        return alike, width

    return max(DELIMITERS, key=score)
