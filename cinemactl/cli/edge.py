"""What a command needs from outside: its settings, its one unit of work, whether it may talk."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cinemactl import settings as configuration
from cinemactl.errors import Conflict, UsageRefused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cinemactl.settings import Settings
    from cinemactl.store.database import Database

_flags: dict[str, str | None] = {}


def configure(flags: Mapping[str, str | None]) -> None:
    """Take the settings given on the command line."""
    _flags.clear()
    _flags.update(flags)


def settings() -> Settings:
    """Return the settings of this run."""
    return configuration.load(_flags)


def database(*, statement_seconds: int | None = None) -> Database:
    """Return the database of this run, not yet connected."""
    from cinemactl.store.database import STATEMENT_SECONDS, Database  # noqa: PLC0415  (start-up)

    seconds = STATEMENT_SECONDS if statement_seconds is None else statement_seconds
    return Database(settings(), statement_seconds=seconds)


@contextmanager
def unit_of_work(*, dry_run: bool = False) -> Iterator[Session]:
    """Yield the session of the command's one transaction, committed at the end unless it is a dry run."""
    with database().unit_of_work(dry_run=dry_run) as session:
        yield session


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is destroyed; raises UsageRefused without a terminal, Conflict when the answer is no."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageRefused(f"{question} Nobody is there to answer.", "Say so with --yes.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise Conflict("Nothing was changed.", "Answer y, or give --yes.")
