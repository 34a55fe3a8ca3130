"""The stretches of a file that are plain, so that PostgreSQL can read their very bytes.

Most files of ratings are millions of lines of four numbers. The file is cut at line ends into pieces, and a piece of which
each line has just the shape of such a row is handed over as it is. Any other piece goes row by row through the reader of
all files, and from the first quotation mark on, behind which a line may not be a row, so does all the rest.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cinemactl.importing.dialect import Dialect
from cinemactl.importing.ratings.columns import RatingColumns
from cinemactl.importing.reading import RECORD_CHARACTERS, Record, records
from cinemactl.importing.uploads import FileUnreadable

PIECE_BYTES = 4 * 2**20
NUMBER = rb"[1-9][0-9]{0,8}+"
IDS = {"imdb": rb"[0-9]{7,8}+", "tmdb": NUMBER, "movielens": NUMBER}
VALUES = {5: rb"(?:0\.5|[1-4](?:\.[05])?+|5(?:\.0)?+)", 10: rb"(?:10|[0-9])"}
SECONDS = rb"[1-9][0-9]{8,9}+"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a plain row is: its pattern, the delimiter, the scheme of its ids, and its columns in the file's order."""

    lines: re.Pattern[bytes]
    delimiter: str
    scheme: str
    scale: int
    columns: tuple[str, ...]

    def plain(self, piece: bytes) -> bytes | None:
        """Return a piece with a delimiter of one byte and line ends of one, None when it is not plain all through."""
        if not self.lines.fullmatch(piece):
            return None
        if len(self.delimiter) > 1:
            piece = piece.replace(self.delimiter.encode(), b",")
        return piece.replace(b"\r\n", b"\n") if b"\r" in piece else piece


@dataclass(frozen=True, slots=True)
class Piece:
    """A plain piece as `Shape.plain` gives it, and the line of the file on which it begins."""

    line: int
    content: bytes


def shape_of(columns: RatingColumns, dialect: Dialect) -> Shape | None:
    """Return what a plain row of the file is, None when its rows never are.

    They are when they have a member, one id of a known scheme, a rating and possibly a time, and nothing else.
    """
    if (
        not dialect.delimiter.isascii()
        or columns.scale not in VALUES
        or columns.member is None
        or len(columns.ids) != 1
    ):
        return None
    (scheme, movie) = columns.ids[0]
    if scheme not in IDS or columns.title is not None or columns.movie is not None:
        return None
    patterns = {columns.member: NUMBER, movie: IDS[scheme], columns.rating: VALUES[columns.scale]}
    names = {columns.member: "member", movie: "movie", columns.rating: "value"}
    if columns.rated_at is not None:
        patterns[columns.rated_at], names[columns.rated_at] = SECONDS, "seconds"
    if len(patterns) != len(columns.header):
        return None
    places = range(len(columns.header))
    row = re.escape(dialect.delimiter.encode()).join(patterns[place] for place in places)
    lines = re.compile(rb"(?:" + row + rb"\r?+\n)++")
    return Shape(lines, dialect.delimiter, scheme, columns.scale, tuple(names[place] for place in places))


def parted(
    stream: io.RawIOBase | io.BytesIO, shape: Shape, columns: RatingColumns, dialect: Dialect, name: str
) -> Iterator[Piece | Iterator[Record]]:
    """Yield the rows of a text file stretch by stretch: plain pieces, and the records of what is not plain.

    The records of a stretch are to be read before the next one is asked for. Raises FileUnreadable.
    """
    pieces = _Pieces(stream, name)
    header = pieces.take_lines(dialect.header or 0)
    if not header:
        header = dialect.delimiter.join(columns.header).encode(dialect.encoding) + b"\n"
    for line, piece in pieces:
        if plain := shape.plain(piece):
            yield Piece(line, plain)
        elif b'"' in piece and len(dialect.delimiter) == 1:
            yield _records(_Rest(header + piece, pieces), dialect, name, line)
        else:
            yield _records(io.BytesIO(header + piece), dialect, name, line)


def _records(stream: io.RawIOBase | io.BytesIO, dialect: Dialect, name: str, line: int) -> Iterator[Record]:
    """Yield the records of a stretch that begins on `line`, read below the header."""
    found = records(stream, replace(dialect, header=1), name)
    next(found)
    for record in found:
        yield record._replace(line=record.line + line - 2)


class _Pieces:
    """The bytes of a file, cut at line ends."""

    def __init__(self, stream: io.RawIOBase | io.BytesIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._line = 1
        self._rest = b""

    def take_lines(self, count: int) -> bytes:
        """Take the first lines away and return the last of them, empty when none was to be taken."""
        taken = b""
        for _ in range(count):
            while b"\n" not in self._rest and (more := self._stream.read(PIECE_BYTES)):
                self._rest += more
            taken, end, self._rest = self._rest.partition(b"\n")
            taken += end
            self._line += 1
        return taken

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Yield each piece with the line it begins on."""
        while True:
            piece = self._next()
            if not piece:
                return
            line = self._line
            self._line += piece.count(b"\n")
            yield line, piece

    def _next(self) -> bytes:
        """Return the next lines, the last one of the file with an end whether it has one or not; empty behind it."""
        whole = self._rest
        wanted = PIECE_BYTES
        while True:
            whole, is_end = self._filled(whole, wanted)
            cut = whole.rfind(b"\n") + 1
            if is_end:
                self._rest = b""
                return whole + b"\n" if cut < len(whole) else whole
            if cut:
                self._rest = whole[cut:]
                return whole[:cut]
            if len(whole) > RECORD_CHARACTERS:
                reason = f"line {self._line} has more than a million characters"
                raise FileUnreadable(self._name, reason, "See that it is a table, with a line for each rating.")
            wanted += PIECE_BYTES

    def _filled(self, first: bytes, size: int) -> tuple[bytes, bool]:
        """Return as many bytes as are wanted, beginning with `first`, and whether the file ended before."""
        parts = [first]
        left = size - len(first)
        while left > 0:
            more = self._stream.read(left)
            if not more:
                return b"".join(parts), True
            parts.append(more)
            left -= len(more)
        return b"".join(parts), False


class _Rest(io.RawIOBase):
    """A first piece and all that come behind it, as one stream."""

    def __init__(self, first: bytes, pieces: _Pieces) -> None:
        self._waiting = first
        self._pieces = iter(pieces)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        """Fill `buffer`; 0 at the end."""
        if not self._waiting:
            self._waiting = next(self._pieces, (0, b""))[1]
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count
