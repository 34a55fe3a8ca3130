"""The same table in every container that is read."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from cinemactl.importing.opening import open_table

MOVIES = (Path(__file__).parents[2] / "sample_data" / "movies.csv").read_bytes()


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Return a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def zstandard(content: bytes) -> bytes:
    """Return a Zstandard file."""
    import zstandard as library

    return library.compress(content)


def rows_of(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def objects_of(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file as objects."""
    header, *rows = rows_of(content)
    return [dict(zip(header, row, strict=True)) for row in rows]


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """Return a workbook of these sheets."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(content: bytes, folder: Path) -> bytes:
    """Return a Parquet file of a CSV file's rows."""
    import duckdb

    (folder / "in.json").write_text(json.dumps(objects_of(content)))
    with duckdb.connect(":memory:") as connection:
        source = f"read_json('{folder}/in.json', field_appearance_threshold = 0)"
        connection.execute(f"COPY (SELECT * FROM {source}) TO '{folder}/out.parquet' (FORMAT parquet)")
    return (folder / "out.parquet").read_bytes()


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "csv": lambda content: content,
    "gz": lambda content: gzip.compress(content, mtime=0),
    "zst": zstandard,
    "zip": lambda content: zipped(("folder/", b""), ("folder/movies.csv", content), ("__MACOSX/._movies.csv", b"x")),
    "utf-16": lambda content: content.decode().encode("utf-16"),
    "utf-16-be": lambda content: content.decode().encode("utf-16-be"),
    "utf-16-le": lambda content: content.decode().encode("utf-16-le"),
    "bom": lambda content: b"\xef\xbb\xbf" + content,
    "cr": lambda content: content.replace(b"\n", b"\r"),
    "json": lambda content: json.dumps(objects_of(content)).encode(),
    "json-in-object": lambda content: json.dumps({"page": 1, "movies": objects_of(content), "total": None}).encode(),
    "json-indented": lambda content: json.dumps({"a": [1], "movies": objects_of(content)}, indent=1).encode(),
    "jsonl": lambda content: b"\n".join(json.dumps(one).encode() for one in objects_of(content)),
    "json.gz": lambda content: gzip.compress(json.dumps(objects_of(content)).encode(), mtime=0),
    "xlsx": lambda content: workbook(("Empty", []), ("Movies", [list(row) for row in rows_of(content)])),
}


def read(content: bytes, name: str = "file", **options: str) -> list[tuple[int, list[str], str]]:
    """Return the line, fields and fault of every record, the header first."""
    table = open_table(lambda: io.BytesIO(content), name, options)
    return [(one.line, one.fields, one.fault) for one in table.records]
