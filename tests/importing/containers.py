"""The rows of a table in every container that is read, as bytes that are the same whenever they are made."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from importing.tables import workbook, zipped, zstandard

Rows = list[list[str]]
MADE_AT = re.compile(rb"<dcterms:[^>]*>[^<]*</dcterms:[a-z]*>")


def rectangular(rows: Rows) -> Rows:
    """Return rows that are all as wide as the header, whose cells differ: as documents and tables of columns have them."""
    width = max(map(len, rows), default=0)
    header = (
        [f"{cell or 'column'}{f' {place}' if cell in rows[0][:place] else ''}" for place, cell in enumerate(rows[0])]
        if rows
        else []
    )
    header += [f"column {place}" for place in range(len(header), width)]
    return [header, *(row + [""] * (width - len(row)) for row in rows[1:])] if rows else []


def _objects(rows: Rows) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _workbook(rows: Rows) -> bytes:
    """Return a workbook that is the same whenever it is made."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = workbook(("List", [[ILLEGAL_CHARACTERS_RE.sub("?", cell)[:32_000] for cell in row] for row in rows]))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return zipped(*((name, MADE_AT.sub(b"", archive.read(name))) for name in archive.namelist()))


def _parquet(rows: Rows) -> bytes:
    import duckdb

    with (
        TemporaryDirectory(prefix="cinemactl-") as folder,
        duckdb.connect(":memory:", config={"threads": "1"}) as connection,
    ):
        path = Path(folder) / "out.parquet"
        names = [f"c{place}" for place, _ in enumerate(rows[0])]
        connection.execute(f"CREATE TABLE rows ({', '.join(f'{name} VARCHAR' for name in names)})")
        texts = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows[1:]]
        if texts:
            connection.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(names))})", texts)
        kept = {name.casefold(): name for name in rows[0] if name.strip()}
        aliased = ", ".join(
            f'{name} AS "{_alias(heading, place, kept)}"'
            for place, (name, heading) in enumerate(zip(names, rows[0], strict=True))
        )
        connection.execute(f"COPY (SELECT {aliased} FROM rows) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


def _alias(heading: str, place: int, kept: dict[str, str]) -> str:
    unique = kept.get(heading.casefold()) == heading and "\0" not in heading
    return (heading if unique else f"{heading} {place}").replace('"', '""').replace("\0", "")


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "text": lambda content: content,
    "gz": partial(gzip.compress, mtime=0),
    "zst": zstandard,
    "zip": lambda content: zipped(("folder/", b""), ("folder/movies.csv", content)),
}
OF_ROWS: dict[str, Callable[[Rows], bytes]] = {
    "xlsx": _workbook,
    "parquet": _parquet,
    "json": lambda rows: json.dumps(_objects(rows)).encode(),
    "json in an object": lambda rows: json.dumps({"page": 1, "results": _objects(rows)}, indent=1).encode(),
    "jsonl": lambda rows: b"".join(json.dumps(one).encode() + b"\n" for one in _objects(rows)),
    "jsonl.gz": lambda rows: gzip.compress(b"\n".join(json.dumps(one).encode() for one in _objects(rows)), mtime=0),
}
CONTAINERS = (*PACKED, *OF_ROWS)
