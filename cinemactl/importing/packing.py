"""Packed files, unpacked as they are read: gzip, Zstandard, and zip with one member.

However much a file unpacks to, a bounded part of it is in memory. One that unpacks to implausibly much is refused.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Protocol, cast

from cinemactl.importing.signatures import GZIP, UNPACK, ZSTANDARD
from cinemactl.importing.uploads import FileUnreadable

Opener = Callable[[], io.RawIOBase | io.BytesIO]

BLOCK_BYTES = 2**20
# Lists of movies pack to a tenth, the most repetitive to a fiftieth; a bomb to a thousandth and less.
MOST_RATIO = 200
RATIO_FROM_BYTES = 64 * 2**20
MOST_BYTES = 16 * 2**30
WINDOW_BYTES = 128 * 2**20
ZSTANDARD_SLICE = 1024
MEMBERS_SHOWN = 5
MOST_MEMBERS = 10_000
NO_TABLES = ("__MACOSX/", ".DS_Store")
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError)


class Closing(Protocol):
    """What a stream is read from."""

    def close(self) -> None:
        """Let go of it."""


class Bounded(io.RawIOBase):
    """What a packed file unpacks to.

    Reading raises FileUnreadable when the file ends too early, is damaged, or unpacks to more than a file of movies can.
    """

    def __init__(self, name: str, inner: IO[bytes], packed_bytes: Callable[[], int], beneath: Closing) -> None:
        self._name = name
        self._inner = inner
        self._packed_bytes = packed_bytes
        self._beneath = beneath
        self._size = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        """Fill `buffer` with what is unpacked; 0 at the end."""
        try:
            piece = self._inner.read(len(buffer))
        except FileUnreadable:
            raise
        except DAMAGED as error:
            raise damaged(self._name, error) from error
        except Exception as error:
            if type(error).__module__.startswith("zstandard"):
                raise damaged(self._name, error) from error
            raise
        self._size += len(piece)
        most = max(RATIO_FROM_BYTES, MOST_RATIO * self._packed_bytes())
        if self._size > min(most, MOST_BYTES):
            raise FileUnreadable(
                self._name,
                f"it unpacks to more than {self._size // 2**20:,} MiB, which no list of movies does",
                UNPACK,
            )
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close what is read from, too."""
        if not self.closed:
            self._inner.close()
            self._beneath.close()
        super().close()


class Spooled:
    """A copy of a file on disk, for what has to be read back and forth; it goes away with this object."""

    def __init__(self, source: io.RawIOBase | io.BytesIO) -> None:
        file = tempfile.NamedTemporaryFile(prefix="cinemactl-")  # noqa: SIM115  (the finalizer closes it)
        weakref.finalize(self, file.close)
        while piece := source.read(BLOCK_BYTES):
            file.write(piece)
        file.flush()
        self.path = file.name
        self.size = file.tell()

    def open(self) -> io.FileIO:
        """Open the copy from its start."""
        return io.FileIO(self.path)


def damaged(name: str, error: BaseException) -> FileUnreadable:
    """Return the refusal of a packed file that cannot be unpacked."""
    if isinstance(error, EOFError):
        reason = "it ends too early, as if it had not been copied to its end"
    else:
        reason = "what it is packed in is damaged"
    return FileUnreadable(name, reason, "Copy or download it once more.")


def unpacking(name: str, opened: Opener, kind: str) -> Opener:
    """Return what opens the unpacked stream of a gzip or Zstandard file, from its start each time."""
    return {GZIP: lambda: _gunzipped(name, opened()), ZSTANDARD: lambda: _unzstd(name, opened())}[kind]


class _Counted(io.RawIOBase):
    """The packed bytes, counted as they are read."""

    def __init__(self, inner: io.RawIOBase | io.BytesIO) -> None:
        self._inner = inner
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        count = cast("io.RawIOBase", self._inner).readinto(buffer) or 0
        self.count += count
        return count


def _gunzipped(name: str, source: io.RawIOBase | io.BytesIO) -> Bounded:
    counted = _Counted(source)
    beneath = io.BufferedReader(cast("io.RawIOBase", counted), 64 * 1024)
    inner = gzip.GzipFile(fileobj=beneath, mode="rb")
    return Bounded(name, cast("IO[bytes]", inner), lambda: counted.count, beneath)


def _unzstd(name: str, source: io.RawIOBase | io.BytesIO) -> Bounded:
    counted = _Counted(source)
    return Bounded(name, cast("IO[bytes]", _Zstandard(counted)), lambda: counted.count, counted)


class _Zstandard:
    """A Zstandard stream, of one frame or several; raises EOFError when the last one is cut off.

    The library's own stream takes any end for the end. A slice this small unpacks to 32 MiB at the very most.
    """

    def __init__(self, source: _Counted) -> None:
        import zstandard  # noqa: PLC0415  (start-up)

        self._source = io.BufferedReader(cast("io.RawIOBase", source), BLOCK_BYTES)
        self._new = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).decompressobj
        self._frame = self._new()
        self._begun = False
        self._ready = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._ready:
            packed = self._frame.unused_data or self._source.read(ZSTANDARD_SLICE)
            if not packed:
                if self._begun and not self._frame.eof:
                    raise EOFError
                return b""
            if self._frame.eof:
                self._frame = self._new()
            self._begun = True
            self._ready = memoryview(self._frame.decompress(packed))
        piece, self._ready = self._ready[:size], self._ready[size:]
        return bytes(piece)

    def close(self) -> None:
        self._source.close()


class Archive:
    """A zip file, as a copy on disk. Raises FileUnreadable when it is damaged."""

    def __init__(self, name: str, spooled: Spooled) -> None:
        self._name = name
        self._spooled = spooled
        try:
            with zipfile.ZipFile(spooled.path) as archive:
                self.members = archive.infolist()
        except (*DAMAGED, ValueError, UnicodeError, OverflowError) as error:
            raise damaged(name, EOFError() if isinstance(error, zipfile.BadZipFile) else error) from error
        if len(self.members) > MOST_MEMBERS:
            raise FileUnreadable(name, f"it has {len(self.members):,} files in it", UNPACK)

    def names(self) -> set[str]:
        """Return the names of the files in it."""
        return {member.filename for member in self.members}

    def only(self) -> Opener:
        """Return what opens its one file; raises FileUnreadable when there are several, none, or it is encrypted."""
        files = [
            one for one in self.members if not one.is_dir() and not one.filename.startswith(NO_TABLES) and one.file_size
        ]
        if len(files) != 1:
            listed = ", ".join(repr(one.filename[:60]) for one in files[:MEMBERS_SHOWN])
            more = f" and {len(files) - MEMBERS_SHOWN} more" if len(files) > MEMBERS_SHOWN else ""
            reason = f"it has {len(files)} files in it: {listed}{more}" if files else "it has no file in it"
            raise FileUnreadable(self._name, reason, "Unpack it, and import the files one by one.")
        return lambda: self.open(files[0])

    def open(self, member: zipfile.ZipInfo) -> Bounded:
        """Open a file in it. Its true size counts, not the one the archive gives for it."""
        if member.flag_bits & 1:
            raise FileUnreadable(
                self._name, "it is encrypted", "Unpack it with its password, and import what is in it."
            )
        if member.header_offset < 0:  # which the library takes for a fault of the disk
            raise damaged(self._name, EOFError())
        archive = zipfile.ZipFile(self._spooled.path)
        told = member.file_size
        try:
            member.file_size = max(told, MOST_BYTES * 2)
            inner = archive.open(member)
        except (*DAMAGED, RuntimeError, ValueError) as error:
            archive.close()
            raise damaged(self._name, error) from error
        finally:
            member.file_size = told
        return Bounded(self._name, inner, lambda: member.compress_size, _Kept(archive, self._spooled))


class _Kept:
    """What has to outlive a member that is read: the archive, and the copy on disk it is in."""

    def __init__(self, archive: zipfile.ZipFile, spooled: Spooled) -> None:
        self._archive = archive
        self._spooled: Spooled | None = spooled

    def close(self) -> None:
        self._archive.close()
        self._spooled = None
