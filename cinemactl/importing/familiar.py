"""Rows that an import of the same list has read before, word for word: what they say has been done then.

A list that comes again every night has few new rows. A row is familiar when the last import of its kind had it and left its
movie as it says. It is passed over, as `unchanged`, as long as nobody has changed the movie since and no other row has
an id or a title of it: then the row would do nothing, and mean nothing to any other row.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from importlib.metadata import version
from itertools import count
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, NamedTuple, Self, cast

import psycopg
from sqlalchemy import Connection, Row, select, text
from sqlalchemy.orm import Session

from cinemactl import __version__, catalogue, importing
from cinemactl.importing.answers import ANSWERS
from cinemactl.importing.cells import unguarded
from cinemactl.importing.dates import FIELD as DATE
from cinemactl.importing.layouts.columns import Columns
from cinemactl.importing.opening import OPTIONS
from cinemactl.importing.reading import Record
from cinemactl.importing.tables import DIGEST_BYTES, Import

# As long as its rows stand within so many lines of where they stood, a list's former rows need not all be in memory.
AROUND = 64_000
CHARACTERS = DIGEST_BYTES * 2
NO_DIGEST = "0" * CHARACTERS
# What says what the cells of a row mean, besides Python itself.
ROOMS = (catalogue, importing)
LIBRARIES = ("ftfy", "langcodes", "pycountry", "python-stdnum")
ROUNDS = 2
PIECE = 2**16

BLOCKS = text("""
    SELECT first_line, encode(digests, 'hex') AS digests, array_to_string(movie_ids, ',') AS movie_ids,
        array_to_string(changed_at, ',') AS changed_at
    FROM (
        SELECT * FROM import_block WHERE import_id = :import_id AND digests IS NOT NULL ORDER BY first_line OFFSET 0
    ) AS block
""")

FAMILIAR = text("""
    CREATE TEMPORARY TABLE staged_familiar (line integer, movie_id bigint, changed_at timestamptz, digest bytea) ON COMMIT DROP
""")

# Rows whose movie is not as it was, is also another row's, or has an id or a title of a row that is read. A title tells nothing
# of a row that has a movie by its id.
MEETING = text("""
    WITH known AS MATERIALIZED (
        SELECT row.line, movie_id FROM staged_value AS row, unnest(row.schemes, row.id_values) AS brought (scheme, value)
        JOIN movie_identifier USING (scheme, value)
    ),
    unknown AS MATERIALIZED (
        SELECT title_key, original_key, further_titles FROM staged_value AS row
        WHERE title_key IS NOT NULL AND NOT EXISTS (SELECT FROM known WHERE known.line = row.line)
    ),
    titled AS (
        SELECT title_key FROM unknown
        UNION
        SELECT original_key FROM unknown WHERE original_key IS NOT NULL
        UNION
        SELECT fold(further) FROM unknown, unnest(further_titles) AS further
    ),
    met AS (
        SELECT movie_id FROM known
        UNION
        SELECT movie.id FROM titled JOIN movie USING (title_key)
        UNION
        SELECT movie.id FROM titled JOIN movie ON fold(movie.original_title) = titled.title_key
        UNION
        SELECT further.movie_id FROM titled JOIN movie_title AS further USING (title_key)
        UNION
        SELECT movie_id FROM staged_familiar GROUP BY movie_id HAVING count(*) > 1
    ),
    meeting AS (
        SELECT line FROM staged_familiar JOIN met USING (movie_id)
        UNION
        SELECT familiar.line FROM staged_familiar AS familiar
        LEFT JOIN movie ON movie.id = familiar.movie_id AND movie.updated_at = familiar.changed_at
        WHERE movie.id IS NULL
    ),
    gone AS (
        DELETE FROM staged_familiar USING meeting WHERE meeting.line = staged_familiar.line RETURNING staged_familiar.line
    )
    SELECT line FROM gone ORDER BY line
""")

ALL = text("WITH gone AS (DELETE FROM staged_familiar RETURNING line) SELECT line FROM gone ORDER BY line")


def read_as(found: Import, layout: str, columns: Columns) -> str | None:
    """Return a digest of all that what a row comes to depends on besides its words, None when that is not all."""
    options = {name: told for name, told in found.options.items() if name not in OPTIONS}
    if ANSWERS in options or options.get("overwrite") not in (None, "all"):
        return None
    fed = [(column.heading, column.field) for column in columns.used]
    kind = columns.kind.heading if columns.kind else None
    told = json.dumps([EDITION, layout, options, fed, kind], sort_keys=True)
    return blake2b(told.encode(), digest_size=DIGEST_BYTES).hexdigest()


def edition() -> str:
    """Return a digest of the files that say how rows are read, and of the versions of the libraries these ask."""
    versions = [__version__, sys.version, *(version(library) for library in LIBRARIES)]
    made_of = blake2b("\0".join(versions).encode(), digest_size=DIGEST_BYTES)
    for folder in (Path(path) for room in ROOMS for path in room.__path__):
        for file in sorted((*folder.rglob("*.py"), *folder.rglob("*.toml"))):
            made_of.update(file.read_bytes())
    return made_of.hexdigest()


# After an update that touches the code, what was read before tells nothing. It is of the files as they are when they are
# loaded: a worker that runs on through an update still reads rows as before.
EDITION = edition()


class Familiar:
    """The familiar rows of a file, of which `count` have been met so far.

    It reads over a connection of its own while the rows are copied into the database, and keeps what it has met in a
    temporary file till it is left as a context.
    """

    def __init__(self, connection: Connection, found: Import, columns: Columns) -> None:
        self.count = 0
        self._digest_of = _digester(columns) if found.read_as else _no_digest
        self._see = _seeing(columns)
        self._met: IO[str] = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  (closed on exit)
        self._former = _former(connection, found) if found.read_as else None
        self._window = _Window(_blocks(connection, self._former.id) if self._former else iter(()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._met.close()

    def digested(self, records: Iterator[Record]) -> Iterator[tuple[Record, str | None]]:
        """Yield records with their digests; one that cannot be used has none."""
        digest_of = self._digest_of
        for record in records:
            yield record, None if record.fault else digest_of(record.fields)

    def strange(self, records: Iterator[Record]) -> Iterator[tuple[Record, str | None]]:
        """Yield the records that are not familiar, with their digests."""
        window, see, write = self._window, self._see, self._met.write
        known = window.rows
        for record, digest in self.digested(records):
            if record.line >= window.due:
                window.move(record.line)
            if digest in known:
                write(f"{record.line}\t{known.pop(digest)}\t\\\\x{digest}\n")
                see(record.fields)
                self.count += 1
            else:
                yield record, digest

    def keep(self, session: Session) -> None:
        """Put the familiar rows into `staged_familiar`."""
        session.execute(FAMILIAR)
        self._met.seek(0)
        driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
        with driver.cursor() as cursor, cursor.copy("COPY staged_familiar FROM STDIN") as copy:
            while piece := self._met.read(PIECE):
                copy.write(piece)
        session.execute(text("ANALYZE staged_familiar (line, movie_id)"))

    def doubtful(self, session: Session, date_order: str | None) -> Iterator[array[int]]:
        """Yield the lines of rows that have to be read after all, in order, till there are none.

        Whoever asks loads those rows before asking for more, as their ids and titles count too. `date_order` is that of
        the file; when it is another one now, words do not say what they said. The caller holds the catalogue's lock.
        """
        if not self.count or not self._former:
            return
        alike = self._former.findings.get("date_order") == date_order
        for rounds in count():
            lines = array("q", session.scalars(MEETING if alike else ALL))
            if not lines:
                return
            if rounds == ROUNDS:
                lines = array("q", sorted([*lines, *session.scalars(ALL)]))
            self.count -= len(lines)
            yield lines


class _Block(NamedTuple):
    first_line: int
    digests: str
    movie_ids: str
    changed_at: str


class _Window:
    """The familiar rows near the line under way: `rows` has the movie of each digest and when that was changed, tabbed."""

    def __init__(self, blocks: Iterator[_Block]) -> None:
        self.rows: dict[str | None, str] = {}
        self.due = 0
        self._blocks = blocks
        self._next = next(blocks, None)
        self._loaded: deque[tuple[int, list[str]]] = deque()

    def move(self, line: int) -> None:
        """Load what is near a line, and forget what no longer is."""
        while self._next and self._next.first_line <= line + AROUND:
            self._load(self._next)
            self._next = next(self._blocks, None)
        while self._loaded and self._loaded[0][0] < line - AROUND:
            for digest in self._loaded.popleft()[1]:
                self.rows.pop(digest, None)
        self.due = line + AROUND // 64

    def _load(self, block: _Block) -> None:
        digests = [block.digests[at : at + CHARACTERS] for at in range(0, len(block.digests), CHARACTERS)]
        movies = zip(block.movie_ids.split(","), block.changed_at.split(","), strict=True)
        self.rows.update(zip(digests, map("\t".join, movies), strict=True))
        self.rows.pop(NO_DIGEST, None)
        self._loaded.append((block.first_line, digests))


def _former(connection: Connection, found: Import) -> Row[tuple[int, dict[str, object]]] | None:
    """Return the last import that read its rows alike, of a file of that name if there is one."""
    return connection.execute(
        select(Import.id, Import.findings)
        .where(Import.read_as == found.read_as, Import.state == "applied", Import.upload_id.is_not(None))
        .order_by((Import.filename == found.filename).desc(), Import.id.desc())
        .limit(1)
    ).one_or_none()


def _blocks(connection: Connection, import_id: int) -> Iterator[_Block]:
    found = connection.execute(BLOCKS, {"import_id": import_id}, execution_options={"yield_per": 4})
    return (_Block(*row) for row in found)


def _digester(columns: Columns) -> Callable[[Sequence[str]], str]:
    """Return the function from a record to the digest of those of its cells that are read; none of them has a NUL in it.

    They stand in the order of `columns.used`, which `read_as` knows, wherever they stand in the file.
    """
    kind = (columns.kind.position,) if columns.kind else ()
    cells = itemgetter(*(column.position for column in columns.used), *kind)

    def digest_of(fields: Sequence[str]) -> str:
        return blake2b("\0".join(cells(fields)).encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()

    return digest_of


def _no_digest(_fields: Sequence[str]) -> None:
    return None


def _seeing(columns: Columns) -> Callable[[Sequence[str]], object]:
    """Return what lets the date of a row that is passed over tell what it can of its column's order."""
    places = [column.position for column in columns.used if column.field == DATE]
    dates = columns.found.dates
    if not places or dates is None:
        return _no_digest
    (place,) = places
    return lambda fields: dates.see(unguarded(fields[place]))
