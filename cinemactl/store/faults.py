"""Turns what PostgreSQL or its driver reports into the error a user can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from cinemactl.addresses import masked
from cinemactl.errors import CinemactlError, Conflict, Unavailable, UsageRefused

DISK_FULL = "53100"
NO_SPACE = "No space left on device"
PERMISSION_DENIED = "42501"
READ_ONLY = "25006"
SERVER_GOES = ("57P01", "57P02", "57P03", "57P04", "57P05", "53300")
CONNECTION_LOST = "08"

REFUSED = "it refuses the user or the password"
REFUSALS = (
    ("what answers there is no PostgreSQL", ("invalid response", "expected authentication")),
    ("it closes the connection, as what is no PostgreSQL does, or one that goes down", ("closed the connection",)),
    (REFUSED, ("authentication failed", "no password supplied", "pg_hba.conf", "not permitted to log in")),
    ("nothing answers there", ("refused", "No such file", "could not translate", "failed to resolve", "unreachable")),
    ("it does not answer", ("timeout",)),
)


class DiskFull(CinemactlError):
    """The database server's disk has no room left."""

    code = "disk-full"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            f"The disk of the database is full{f' ({detail})' if detail else ''}: nothing was changed.",
            "Make room (`cinemactl doctor` names what cinemactl keeps), then run the command again.",
        )


class DatabaseUnavailable(Unavailable):
    """No usable answer from the database."""

    code = "database-unavailable"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"The database {masked(url)} cannot be used: {reason}.",
            "See that the server runs and --database-url (or CINEMACTL_DATABASE_URL) is right; "
            "`cinemactl doctor` checks.",
        )


class TookTooLong(CinemactlError):
    """A statement or a lock exceeded its time."""

    code = "timeout"

    def __init__(self, what: str) -> None:
        super().__init__(f"The database took too long ({what}): nothing was changed.", "Run the command again later.")


class ChangedMeanwhile(Conflict):
    """Two transactions could not both be: this one gave way."""

    code = "changed-meanwhile"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the same thing at the same moment: nothing was changed.", "Run it again."
        )


class NotAllowed(CinemactlError):
    """The database does not let its user, or anybody at present, do that."""

    code = "not-allowed"


@contextmanager
def translating(url: str) -> Iterator[None]:
    """Raise what the database reports inside as the error a user can act on; what is a bug stays as it is."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        expected = translated(error, url)
        if expected is error:
            raise
        raise expected from error


def connect_failure(error: psycopg.Error, url: str) -> CinemactlError:
    """Return the error for a connection that could not be made."""
    detail = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, psycopg.ProgrammingError):
        return UsageRefused(
            f"The database URL {masked(url)!r} cannot be used: {detail}.",
            "Correct that part of --database-url, or drop it.",
        )
    if NO_SPACE in detail:
        return DiskFull(detail.rpartition("FATAL: ")[2].strip())
    if 'database "' in detail and "does not exist" in detail:
        return DatabaseUnavailable(url, "the server has no database of that name")
    if 'role "' in detail and "does not exist" in detail:
        return DatabaseUnavailable(url, REFUSED)
    for reason, words in REFUSALS:
        if any(word in detail for word in words):
            return DatabaseUnavailable(url, reason)
    return DatabaseUnavailable(url, detail.rpartition("FATAL: ")[2].strip()[:200])


def translated(error: DBAPIError | psycopg.Error, url: str) -> Exception:
    """Return the expected error that `error` stands for, or `error` itself when it is a bug."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, psycopg.Error):
        return error
    return _of_statement(original) or _of_server(original, url) or error


def _of_statement(error: psycopg.Error) -> CinemactlError | None:
    match error:
        case psycopg.errors.QueryCanceled():
            said = (error.diag.message_primary or "").removeprefix("canceling statement due to ")
            return TookTooLong(said or "statement timeout")
        case psycopg.errors.LockNotAvailable():
            return TookTooLong("it waited for somebody else's change")
        case psycopg.errors.SerializationFailure() | psycopg.errors.DeadlockDetected():
            return ChangedMeanwhile()
    return None


def _of_server(error: psycopg.Error, url: str) -> CinemactlError | None:
    state = error.sqlstate or ""
    said = (error.diag.message_primary or "").strip()
    if state == DISK_FULL:
        return DiskFull(said)
    if state == PERMISSION_DENIED:
        return NotAllowed(
            f"The database {masked(url)} does not allow that: {said}.",
            "Connect as the owner of the database, or let a superuser grant it.",
        )
    if state == READ_ONLY:
        return NotAllowed(f"The database {masked(url)} is read-only: nothing was changed.", "Name the primary server.")
    if state in SERVER_GOES or state.startswith(CONNECTION_LOST):
        return DatabaseUnavailable(url, f"the connection was lost{f' ({said})' if said else ''}")
    if not state and isinstance(error, psycopg.OperationalError):
        return DatabaseUnavailable(url, "the connection was lost")
    return None
