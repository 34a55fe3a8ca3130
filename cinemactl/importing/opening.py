"""A file of whatever kind, opened as a table: how it is written, and its records."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cinemactl.importing.dialect import HEAD_BYTES, Dialect, header_told, marked, recognise
from cinemactl.importing.encodings import Survey
from cinemactl.importing.packing import BLOCK_BYTES, Archive, Opener, Spooled, unpacking
from cinemactl.importing.reading import Record, records
from cinemactl.importing.signatures import GZIP, JSON, PACKED, PARQUET, SAVE_AS_CSV, XLSX, ZIP, ZSTANDARD, kind_of
from cinemactl.importing.uploads import FileUnreadable

# The encoding that a survey of the whole file found while it was uploaded.
SURVEYED = "surveyed_encoding"
OPTIONS = ("encoding", "delimiter", "header", "sheet", SURVEYED)
DOCUMENTS = (
    ("xl/workbook.bin", "it is a binary workbook (XLSB)", "Save it as XLSX or CSV."),
    ("word/document.xml", "it is a Word document", SAVE_AS_CSV),
    ("ppt/presentation.xml", "it is a PowerPoint presentation", SAVE_AS_CSV),
    ("content.xml", "it is an OpenDocument file", "Save it as XLSX or CSV."),
    ("AndroidManifest.xml", "it is a program", SAVE_AS_CSV),
)


@dataclass(frozen=True)
class Table:
    """A file as a table: how it is written, and its records, the header first."""

    dialect: Dialect
    records: Iterator[Record]


def told(options: Mapping[str, object]) -> dict[str, str]:
    """Return those of an import's options that say how its file is written."""
    return {name: value for name in OPTIONS if isinstance(value := options.get(name), str)}


def open_table(opened: Opener, name: str, options: Mapping[str, str]) -> Table:
    """Open a file; `opened` gives its bytes from the start, as often as it is called.

    `options` may tell `encoding`, `delimiter`, `header` (a line's number or none) and `sheet`. Raises FileUnreadable when
    there is no table in the file; reading the records raises it too, when the file turns out to be damaged.
    """
    head = head_of(opened)
    kind = kind_of(name, head)
    packed = kind if kind in PACKED else ""
    if kind == ZIP:
        archive, spooled = _archive(opened, name)
        if "xl/workbook.xml" in archive.names():
            return _workbook(spooled, name, options)
        opened = archive.only()
    elif packed:
        opened = unpacking(name, opened, kind)
    if packed:
        options = {option: value for option, value in options.items() if option != SURVEYED}
        head = head_of(opened)
        kind = kind_of(name, head)
    if kind in (GZIP, ZSTANDARD, ZIP):
        raise FileUnreadable(
            name, f"it is packed twice, with {packed} and {kind}", "Unpack it, and import what is in it."
        )
    if kind == PARQUET:
        return _parquet(opened, name, packed)
    encoding = options.get("encoding") or marked(name, head) or options.get(SURVEYED) or _survey(opened, name)
    if kind == JSON or is_json(name, head, encoding):
        known = recognise(name, head, encoding=encoding).encoding
        read = json_read(opened, known, name)
        return Table(Dialect(known, "", None, JSON, packed), read)
    dialect = recognise(name, head, encoding=encoding, delimiter=options.get("delimiter"), header=options.get("header"))
    return Table(replace(dialect, packed=packed), _closing(opened, dialect, name))


def head_of(opened: Opener) -> bytes:
    """Return the first bytes of a file."""
    with opened() as stream:
        return io.BufferedReader(_raw(stream)).read(HEAD_BYTES)


def is_json(name: str, head: bytes, encoding: str) -> bool:
    """Whether a text in another encoding than UTF-8 begins as JSON does."""
    if not encoding.startswith("utf-16"):
        return False
    return kind_of(name, head.decode(encoding, "replace").removeprefix("\ufeff").encode()[:HEAD_BYTES]) == JSON


def json_read(opened: Opener, encoding: str, name: str) -> Iterator[Record]:
    """Return the records of a JSON file, the header first."""
    from cinemactl.importing.documents import json_records  # noqa: PLC0415  (only for JSON)

    return json_records(opened, encoding, name)


def _closing(opened: Opener, dialect: Dialect, name: str) -> Iterator[Record]:
    with opened() as stream:
        yield from records(stream, dialect, name)


def _raw(stream: io.RawIOBase | io.BytesIO) -> io.RawIOBase:
    return stream  # type: ignore[return-value]  # a BytesIO does all that a BufferedReader asks of it


def _survey(opened: Opener, name: str) -> str:
    """Return the encoding of a text, all of it read once."""
    survey = Survey()
    with opened() as stream:
        while piece := stream.read(BLOCK_BYTES):
            survey.feed(piece)
    return survey.encoding(name)


def _archive(opened: Opener, name: str) -> tuple[Archive, Spooled]:
    with opened() as stream:
        spooled = Spooled(stream)
    archive = Archive(name, spooled)
    names = archive.names()
    for member, reason, hint in DOCUMENTS:
        if member in names:
            raise FileUnreadable(name, reason, hint)
    return archive, spooled


def _workbook(spooled: Spooled, name: str, options: Mapping[str, str]) -> Table:
    from cinemactl.importing.spreadsheets import Sheet  # noqa: PLC0415  (only for workbooks)

    header = options.get("header")
    told = (header_told(name, header),) if header else None
    sheet = Sheet(spooled, name, sheet=options.get("sheet"), header_told=told)
    return Table(Dialect("", "", sheet.header, XLSX, sheet=sheet.name), sheet.records())


def _parquet(opened: Opener, name: str, packed: str) -> Table:
    from cinemactl.importing.columnar import parquet_records  # noqa: PLC0415  (only for Parquet)

    with opened() as stream:
        spooled = Spooled(stream)
    return Table(Dialect("", "", 1, PARQUET, packed), parquet_records(spooled, name))
