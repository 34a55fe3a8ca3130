"""Turns what PostgreSQL or its driver reports into the error a user can act on."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from cinemactl.errors import CinemactlError, Conflict, Unavailable
from cinemactl.settings import masked

DISK_FULL = ("53100", "58030")
SERVER_GOES = ("57P01", "57P02", "57P03", "53300")


class DiskFull(CinemactlError):
    """The database server's disk has no room left."""

    code = "disk-full"

    def __init__(self) -> None:
        super().__init__(
            "The disk of the database is full: nothing was changed.",
            "Make room (`cinemactl doctor` names what cinemactl keeps), then run the command again.",
        )


class DatabaseUnavailable(Unavailable):
    """No usable answer from the database."""

    code = "database-unavailable"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"The database {masked(url)} cannot be used: {reason}.",
            "See that the server runs and --database-url (or CINEMACTL_DATABASE_URL) is right; `cinemactl doctor` checks.",
        )


class TookTooLong(CinemactlError):
    """A statement or a lock exceeded its time."""

    code = "timeout"

    def __init__(self, what: str) -> None:
        super().__init__(f"The database took too long ({what}): nothing was changed.", "Run the command again later.")


def connect_failure(error: psycopg.Error, url: str) -> CinemactlError:
    """Return the error for a connection that could not be made."""
    detail = " ".join(str(error).split())
    state = error.sqlstate or ""
    if "password authentication failed" in detail or "no password supplied" in detail or state.startswith("28"):
        return DatabaseUnavailable(url, "it refuses the user or the password")
    if state == "3D000" or ("database" in detail and "does not exist" in detail):
        return DatabaseUnavailable(url, "the server has no database of that name")
    if "timeout" in detail:
        return DatabaseUnavailable(url, "it does not answer")
    if any(
        words in detail for words in ("Connection refused", "No such file", "could not translate", "failed to resolve")
    ):
        return DatabaseUnavailable(url, "nothing answers there")
    if any(
        words in detail for words in ("invalid response", "expected authentication", "closed the connection", "SSL")
    ):
        return DatabaseUnavailable(url, "what answers there is no PostgreSQL")
    return DatabaseUnavailable(url, detail[:200].rstrip("."))


def translated(error: DBAPIError | psycopg.Error, url: str) -> Exception:
    """Return the expected error that `error` stands for, or `error` itself when it is a bug."""
    original = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(original, "sqlstate", None) or ""
    if state in DISK_FULL:
        return DiskFull()
    if isinstance(original, psycopg.errors.QueryCanceled):
        return TookTooLong("its statement timeout")
    if isinstance(original, psycopg.errors.LockNotAvailable):
        return TookTooLong("it waited for somebody else's change")
    if isinstance(original, (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)):
        return Conflict(
            "Somebody else changed the same thing at the same moment: nothing was changed.", "Run it again."
        )
    if state in SERVER_GOES or state.startswith("08") or (not state and isinstance(original, psycopg.OperationalError)):
        return DatabaseUnavailable(url, "the connection was lost")
    return error
