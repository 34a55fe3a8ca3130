"""Where the rows that an import set aside are written: never over a file that is anything else."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from cinemactl.cli import edge, render
from cinemactl.errors import CinemactlError, Conflict, UsageRefused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cinemactl.importing.tables import Import

STEM_BYTES = 150


class ForeignFile(Conflict):
    """The file that is to hold the rows set aside is there, and holds something else."""

    code = "file-exists"

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already, and holds no rows set aside.", "Name another file.")


def refuse_foreign(file: Path, source: str | None = None) -> None:
    """Raise when the rows set aside cannot go to `file`.

    That is UsageRefused for stdout, a folder, and the very file that is imported; ForeignFile for any other that holds
    something else.
    """
    if str(file) == "-":
        raise UsageRefused("The rows set aside cannot go to stdout, where the report is.", "Name a file.")
    if file.is_dir():
        raise UsageRefused(f"{file} is a folder.", "Name a file in it.")
    if source is not None and file.exists() and Path(source).exists() and file.samefile(source):
        raise UsageRefused("The rows set aside cannot go to the file that is imported.", "Name another file.")
    if _is_foreign(file):
        raise ForeignFile(file)


def write_to(file: Path, session: Session, found: Import) -> int:
    """Write the rows set aside to the file that the user named, `-` being stdout; return how many. Raises ForeignFile."""
    from cinemactl.importing.rejects import write_rejects

    if _is_foreign(file):
        raise ForeignFile(file)
    with render.output(file) as stream:
        return write_rejects(session, found, stream)


def save(import_id: int, file: Path | None) -> Path | None:
    """Write the rows set aside to `file`, or to a new one where the user stands; return where they are.

    When that cannot be, a warning says so.
    """
    from cinemactl.importing.report import get_import

    with edge.unit_of_work() as session:
        found = get_import(session, import_id)
        try:
            if file is None:
                return _write_new(session, found)
            write_to(file, session, found)
        except (OSError, CinemactlError) as error:
            reason = error.message if isinstance(error, CinemactlError) else error.strerror or str(error)
            where = "here" if file is None else f"to {file}"
            render.warn(
                f"The rows set aside could not be written {where} ({reason.rstrip('.')}); "
                f"`cinemactl import rejects {import_id} FILE` writes them elsewhere."
            )
            return None
        return file


def _write_new(session: Session, found: Import) -> Path:
    """Write the rows to a file that was not there before, unless one of this import's is there as it would be."""
    from cinemactl.importing.rejects import write_rejects

    folder = Path.cwd()
    part = folder / f".rejects-{found.id}-{os.getpid()}.part"
    try:
        with part.open("x", encoding="utf-8", newline="") as stream:
            write_rejects(session, found, stream)
        for file in _names(folder, found):
            try:
                file.touch(exist_ok=False)
            except FileExistsError:
                if file.is_file() and filecmp.cmp(part, file, shallow=False):
                    return file
            else:
                return part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    raise AssertionError("there is no end of names")


def _names(folder: Path, found: Import) -> Iterator[Path]:
    stem = "stdin" if found.filename == "-" else Path(found.filename).stem
    name = f"{stem.encode()[:STEM_BYTES].decode(errors='ignore')}.rejects-{found.id}"
    yield folder / f"{name}.csv"
    for number in count(2):
        yield folder / f"{name}-{number}.csv"


def _is_foreign(file: Path) -> bool:
    """Whether a file has something in it that is no rows set aside. A pipe or a device holds nothing."""
    from cinemactl.importing.rejects import is_file_of_rejects

    if str(file) == "-" or not file.is_file() or file.stat().st_size == 0:
        return False
    with file.open(encoding="utf-8", errors="replace") as stream:
        return not is_file_of_rejects(stream)
