"""Posters and trailers: kept as files named by their content's hash, or as a URL."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cinemactl.catalogue import values
from cinemactl.catalogue.locks import lock_movies
from cinemactl.catalogue.movies import touch
from cinemactl.errors import CinemactlError, NotFound, UsageRefused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cinemactl.catalogue.tables import Movie

KINDS = ("poster", "trailer")
PICTURE_ENDINGS = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp"}
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
URL_KINDS = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp"), "poster"),
    **dict.fromkeys((".mp4", ".m4v", ".mov", ".webm", ".mkv"), "trailer"),
}
MOST_BYTES = {"poster": 50 * 2**20, "trailer": 4 * 2**30}
HEAD_BYTES = 64
# Still pictures and sound, in the container that videos use.
OTHER_BRANDS = (
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
    b"crx ",
    b"M4A ",
    b"M4B ",
    b"M4P ",
)
BLOCK = 2**20
POSTER_WORDS = "JPEG, PNG or WebP"
TRAILER_WORDS = "MP4, QuickTime, WebM or Matroska"


class MediaRefused(CinemactlError):
    """A file is not what it should be."""

    code = "media-refused"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(
            f"{'Standard input' if source == '-' else source} cannot be attached: {reason}.",
            f"A poster is a {POSTER_WORDS} picture, a trailer an {TRAILER_WORDS} video, or either an http(s) URL.",
        )


class FileNotThere(NotFound):
    """The file that was named does not exist."""

    code = "file-not-found"

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no file {path}.", "See the name and the folder you are in.")


def attach(session: Session, movie: Movie, source: str, *, folder: Path, kind: str = "", dry_run: bool = False) -> str:
    """Attach a file (`-` is stdin) or a URL to the movie and return what it became, poster or trailer.

    `kind` is taken from the content when not given; a URL needs it, or an ending that tells. A file is copied into
    `folder` under the SHA-256 of its content; a dry run copies it elsewhere and keeps nothing. Raises MediaRefused,
    FileNotThere, or UsageRefused.
    """
    if kind and kind not in KINDS:
        raise UsageRefused(f"A movie has no {kind!r} to attach to.", "Give --as poster or --as trailer.")
    if "://" in source:
        value = values.url(kind or "url", source)
        found = kind or _kind_of_url(value)
    else:
        found, value = _keep(source, folder, kind, dry_run=dry_run)
    lock_movies(session, movie)
    if getattr(movie, found) != value:
        setattr(movie, found, value)
        touch(session, movie)
    return found


def _kind_of_url(url: str) -> str:
    ending = Path(url.partition("?")[0].partition("#")[0]).suffix.lower()
    if ending not in URL_KINDS:
        raise UsageRefused(
            f"It cannot be told from {url[:200]!r} what it is.", "Say so with --as poster or --as trailer."
        )
    return URL_KINDS[ending]


def _keep(source: str, folder: Path, kind: str, *, dry_run: bool) -> tuple[str, str]:
    """Copy the file into the media folder, whole or not at all; return its kind and its name there."""
    with _opened(source) as stream:
        head = stream.read(HEAD_BYTES)
        if not head:
            raise MediaRefused(source, "it is empty")
        video = _video_ending(head)
        found = "trailer" if video else "poster"
        if kind and kind != found:
            raise MediaRefused(source, f"it is {'a' if video else 'no'} video")
        if dry_run:
            folder = Path(tempfile.gettempdir())
        else:
            folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".cinemactl-")
        copy = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest = _copy(source, head, stream, file, most=MOST_BYTES[found])
            ending = video or _picture_ending(source, copy)
            kept = folder / f"{digest}{ending}"
            if not dry_run and not kept.exists():
                copy.chmod(0o644)
                copy.rename(kept)
        finally:
            copy.unlink(missing_ok=True)
    return found, kept.name


def _copy(source: str, head: bytes, stream: BinaryIO, file: BinaryIO, *, most: int) -> str:
    digest = hashlib.sha256()
    size, block = 0, head
    while block:
        size += len(block)
        if size > most:
            raise MediaRefused(source, f"it is larger than {most // 2**20:,} MiB")
        digest.update(block)
        file.write(block)
        block = stream.read(BLOCK)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


def _opened(source: str) -> BinaryIO:
    if source == "-":
        if sys.stdin is None:
            raise UsageRefused("Standard input is closed.", "Name a file instead of -.")
        return sys.stdin.buffer
    path = Path(source)
    try:
        if path.is_dir():
            raise MediaRefused(source, "it is a folder")
        return path.open("rb")
    except FileNotFoundError:
        raise FileNotThere(path) from None
    except OSError as error:
        raise MediaRefused(source, f"it cannot be read ({error.strerror})") from error


def _picture_ending(source: str, path: Path) -> str:
    """Return the ending of a picture by its content, all of which is decoded; raises MediaRefused when it is none."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (only when a picture is attached)

    try:
        with warnings.catch_warnings(action="ignore"):
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=PICTURE_FORMATS) as image:
                image.load()
                return PICTURE_ENDINGS[str(image.format)]
    except UnidentifiedImageError:
        raise MediaRefused(source, f"it is neither a {POSTER_WORDS} picture nor a video") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MediaRefused(source, "it unpacks to too many pixels") from None
    except Exception as error:
        raise MediaRefused(source, "the picture is damaged") from error


def _video_ending(head: bytes) -> str:
    """Return the ending of a video by the signature of its container, empty when it is none."""
    if head[4:8] == b"ftyp" and head[8:12] not in OTHER_BRANDS:
        return ".mov" if head[8:10] == b"qt" else ".mp4"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return ".webm" if b"webm" in head else ".mkv" if b"matroska" in head else ""
    return ""
