"""What a command needs from outside: its settings, its one unit of work, whether it may talk."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING

from cinemactl import settings as configuration
from cinemactl.cli.terminal import clean
from cinemactl.errors import CinemactlError, UsageRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from cinemactl.settings import Settings
    from cinemactl.store.database import Database


class _Outcome(Enum):
    """What became of the work so far."""

    NOTHING = auto()
    SAVING = auto()
    KEPT = auto()


_flags: dict[str, str | None] = {}
_run: dict[str, str | float | None] = {}
_outcomes = [_Outcome.NOTHING]


class Declined(CinemactlError):
    """The user was asked and did not say yes."""

    code = "declined"

    def __init__(self) -> None:
        super().__init__("Nothing was changed.", "Answer y, or give --yes.")


def begin() -> None:
    """Forget what an earlier command of this process did."""
    _outcomes[:] = [_Outcome.NOTHING]


def configure(flags: Mapping[str, str | None]) -> None:
    """Take the settings given on the command line."""
    _flags.clear()
    _flags.update(flags)


def configure_run(*, lock: str | None, timeout: float | None) -> None:
    """Take the name of the lock that this run is under, and the seconds it waits for a job at most."""
    _run.update(lock=lock, timeout=timeout)


def timeout() -> float | None:
    """Return the seconds that this run waits for a job at most; None for as long as it takes."""
    given = _run.get("timeout")
    return given if isinstance(given, float) else None


@contextmanager
def locked(name: str) -> Iterator[str | None]:
    """Hold the lock of that name while the command runs; yields what still goes on under it, None when nothing does."""
    from cinemactl.jobs.locks import held

    with held(database(), name) as going:
        yield going


def settings() -> Settings:
    """Return the settings of this run."""
    return configuration.load(_flags)


def database(*, statement_seconds: int | None = None) -> Database:
    """Return the database of this run, not yet connected."""
    from cinemactl.store.database import STATEMENT_SECONDS, Database

    seconds = STATEMENT_SECONDS if statement_seconds is None else statement_seconds
    return Database(settings(), statement_seconds=seconds)


@contextmanager
def unit_of_work(*, dry_run: bool = False) -> Iterator[Session]:
    """Yield the session of the command's one transaction, committed at the end unless it is a dry run."""
    with database().unit_of_work(dry_run=dry_run) as session:
        if lock := _run.get("lock"):
            from cinemactl.jobs.locks import LOCK_NAME

            session.info[LOCK_NAME] = lock
        yield session
        if not dry_run:
            _outcomes.append(_Outcome.SAVING)
    if not dry_run:
        _outcomes.append(_Outcome.KEPT)


def is_kept() -> bool:
    """Whether this command has committed a unit of work."""
    return _Outcome.KEPT in _outcomes


def interrupted() -> tuple[str, str]:
    """Return what Ctrl-C means at this moment, and what to do about it."""
    if _outcomes[-1] is _Outcome.SAVING:
        return "Interrupted while saving: it is not known whether that was done.", "See before you run it again."
    if is_kept():
        return "Interrupted; what was done before is kept.", ""
    return "Interrupted: nothing was changed.", ""


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is destroyed; raises UsageRefused without a terminal, Declined when the answer is no."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageRefused(f"{question} Nobody is there to answer.", "Say so with --yes.")
    try:
        sys.stderr.write(f"{clean(question)} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.buffer.readline()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        raise
    if answer.strip().lower() not in {b"y", b"yes"}:
        raise Declined
