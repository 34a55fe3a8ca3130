"""The user's file, into the database in pieces and out again as a stream."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, NotFound, UsageRefused
from cinemactl.importing.tables import Upload, UploadChunk

CHUNK_BYTES = 2**20
STDIN = "-"
S3 = "s3://"


class FileNotThere(NotFound):
    """The file that was named does not exist."""

    code = "file-not-found"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no file {name}.", "See the name and the folder you are in.")


class FileUnreadable(CinemactlError):
    """The file is there, but nothing can be imported from it."""

    code = "file-unreadable"

    def __init__(self, name: str, reason: str, hint: str = "Name a file with a header and rows.") -> None:
        super().__init__(f"{shown(name)} cannot be imported: {reason}.", hint)


def shown(name: str) -> str:
    """Return a file's name as a sentence begins with it."""
    return "Standard input" if name == STDIN else name


def name_of(source: str) -> str:
    """Return the name of a file or URL without its folders; of a URL without what may be secret in it."""
    if source == STDIN:
        return source
    parts = urlsplit(source) if "://" in source else None
    return (Path(parts.path).name or parts.hostname or "the URL") if parts else Path(source).name


@contextmanager
def opened(source: str, *, private: bool = False) -> Iterator[tuple[BinaryIO, int | None]]:
    """Open a file (`-` is stdin), an http(s) or an s3 URL and yield it with its size in bytes if known.

    Only with `private` may a URL lead to an address that is not public. Raises FileNotThere, FileUnreadable, S3Refused,
    S3NotInstalled, or UsageRefused when nothing is piped in.
    """
    if "://" in source:
        from cinemactl.importing.remote import fetch  # noqa: PLC0415  (only for URLs)

        address = source
        if source.startswith(S3):
            from cinemactl.importing.object_store import presigned  # noqa: PLC0415  (slow to import)

            address = presigned(*source.removeprefix(S3).split("/", 1))
        remote, size = fetch(address, name_of(source), private=private)
        with remote:
            yield remote, size
        return
    if source == STDIN:
        if sys.stdin is None or sys.stdin.closed:
            raise UsageRefused("Standard input is closed.", "Name a file, or pipe one in.")
        if sys.stdin.isatty():
            raise UsageRefused("Standard input is the terminal.", "Name a file, or pipe one in.")
        yield sys.stdin.buffer, None
        return
    path = Path(source)
    try:
        if path.is_dir():
            raise FileUnreadable(source, "it is a folder", "Name one file in it.")
        stream = path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotThere(source) from None
    except OSError as error:
        raise _unreadable(source, error) from error
    with stream:
        yield stream, path.stat().st_size if path.is_file() else None


def pieces_of(stream: BinaryIO, filename: str) -> Iterator[bytes]:
    """Yield a file piece by piece; raises FileUnreadable when the system cannot read on."""
    try:
        while piece := stream.read(CHUNK_BYTES):
            yield piece
    except OSError as error:
        raise _unreadable(filename, error) from error


def keep_upload(
    session: Session, filename: str, pieces: Iterable[bytes], progress: Callable[[int], None] = lambda _: None
) -> Upload:
    """Store a file and return its record; `progress` is told the bytes so far."""
    upload = Upload(filename=filename, size=0, sha256="")
    session.add(upload)
    session.flush()
    digest = hashlib.sha256()
    for position, piece in enumerate(pieces):
        session.execute(insert(UploadChunk), {"upload_id": upload.id, "position": position, "content": piece})
        digest.update(piece)
        upload.size += len(piece)
        progress(upload.size)
    upload.sha256 = digest.hexdigest()
    session.flush()
    return upload


class UploadStream(io.RawIOBase):
    """The bytes of an upload, one chunk in memory at a time.

    It wants a connection of its own when the rows are copied into the database meanwhile: a COPY leaves none free.
    """

    def __init__(self, connection: Connection, upload_id: int) -> None:
        self._connection = connection
        self._upload_id = upload_id
        self._position = 0
        self._rest = memoryview(b"")
        self.consumed = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        """Fill `buffer` from the chunks; 0 at the end."""
        if not self._rest:
            self._rest = memoryview(self._next_chunk())
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self.consumed += count
        return count

    def _next_chunk(self) -> bytes:
        content = self._connection.scalar(
            select(UploadChunk.content).where(
                UploadChunk.upload_id == self._upload_id, UploadChunk.position == self._position
            )
        )
        self._position += 1
        return content or b""


def _unreadable(name: str, error: OSError) -> FileUnreadable:
    return FileUnreadable(
        name, f"it cannot be read ({error.strerror or error})", "See what it is, and its permissions."
    )
