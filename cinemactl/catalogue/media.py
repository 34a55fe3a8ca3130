"""Posters and trailers: kept as files named by their content's hash, or as a URL."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func
from sqlalchemy.orm import Session

from cinemactl.catalogue import values
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import CinemactlError, NotFound, UsageRefused

KINDS = ("poster", "trailer")
POSTER_FORMATS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
POSTER_BYTES = 50 * 2**20
TRAILER_BYTES = 4 * 2**30
HEAD_BYTES = 64
STILL_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"crx ")
BLOCK = 2**20
POSTER_WORDS = "JPEG, PNG or WebP"
TRAILER_WORDS = "MP4, QuickTime, WebM or Matroska"


class MediaRefused(CinemactlError):
    """A file is not what it should be."""

    code = "media-refused"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(
            f"{source} cannot be attached: {reason}.",
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
    `folder` under the SHA-256 of its content; the copy of a dry run is removed again. Raises MediaRefused, FileNotThere or
    UsageRefused.
    """
    if kind and kind not in KINDS:
        raise UsageRefused(f"A movie has no {kind!r} to attach to.", "Give --as poster or --as trailer.")
    if "://" in source:
        found, value = _kind_of_url(source, kind), values.url(kind or "poster", source)
    else:
        found, value = _keep(source, folder, kind, dry_run=dry_run)
    setattr(movie, found, value)
    movie.updated_at = func.now()
    session.flush()
    session.refresh(movie)
    return found


def _kind_of_url(source: str, kind: str) -> str:
    ending = Path(source.partition("?")[0]).suffix.lower()
    if kind:
        return kind
    if ending in {".jpg", ".jpeg", ".png", ".webp"}:
        return "poster"
    if ending in {".mp4", ".m4v", ".mov", ".webm", ".mkv"}:
        return "trailer"
    raise UsageRefused(
        f"It cannot be told from {source[:200]!r} what it is.", "Say so with --as poster or --as trailer."
    )


def _keep(source: str, folder: Path, kind: str, *, dry_run: bool) -> tuple[str, str]:
    """Copy the file into the media folder, whole or not at all; return its kind and its name there."""
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(source) as stream:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        copy = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest = _copy(source, stream, file)
            found, ending = _recognised(source, copy, kind)
            kept = folder / f"{digest}{ending}"
            if not dry_run and not kept.exists():
                copy.chmod(0o644)
                copy.rename(kept)
        finally:
            copy.unlink(missing_ok=True)
    return found, kept.name


def _copy(source: str, stream: BinaryIO, file: BinaryIO) -> str:
    digest = hashlib.sha256()
    size = 0
    while block := stream.read(BLOCK):
        size += len(block)
        if size > TRAILER_BYTES:
            raise MediaRefused(source, "it is larger than 4 GiB")
        digest.update(block)
        file.write(block)
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


def _recognised(source: str, path: Path, kind: str) -> tuple[str, str]:
    """Return kind and file ending by the content; raises MediaRefused when it is neither or not the `kind` asked for."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise MediaRefused(source, "it is empty")
    video = _video_ending(head)
    found, ending = ("trailer", video) if video else ("poster", _picture_ending(source, path))
    if kind and kind != found:
        raise MediaRefused(source, f"it is a {'video' if video else 'picture'}, no {kind}")
    return found, ending


def _picture_ending(source: str, path: Path) -> str:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (only when a file is attached)

    if path.stat().st_size > POSTER_BYTES:
        raise MediaRefused(source, "it is larger than 50 MiB and no video")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=list(POSTER_FORMATS)) as image:
                image.load()
                return POSTER_FORMATS[str(image.format)]
    except UnidentifiedImageError:
        raise MediaRefused(source, f"it is neither a {POSTER_WORDS} picture nor a video") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MediaRefused(source, "it unpacks to too many pixels") from None
    except (OSError, SyntaxError, ValueError):
        raise MediaRefused(source, "the picture is damaged") from None


def _video_ending(head: bytes) -> str:
    """Return the ending of a video by the signature of its container, empty when it is none."""
    if head[4:8] == b"ftyp" and head[8:12] not in STILL_BRANDS:
        return ".mov" if head[8:10] == b"qt" else ".mp4"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return ".webm" if b"webm" in head else ".mkv"
    return ""
