"""Locks by name, for commands that a timer calls: held while the command runs and, through its record, while its job does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from cinemactl.errors import UsageRefused
from cinemactl.jobs.tables import OPEN_STATES, Job
from cinemactl.store import faults
from cinemactl.store.database import Database
from cinemactl.store.revision import HEAD

NAMED_LOCKS = 0x6E616D65  # "name"
LONGEST_NAME = 64
# Where a session keeps the name, for the jobs that are asked for in it.
LOCK_NAME = "lock_name"


@contextmanager
def held(database: Database, name: str) -> Iterator[str | None]:
    """Hold the lock of that name inside the block; yields None, or else what still goes on under it.

    Raises UsageRefused for a name that is none, and what `Database.connect` raises.
    """
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise UsageRefused(f"{name[:80]!r} is no name for a lock.", f"Give up to {LONGEST_NAME} printable characters.")
    connection = database.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with faults.translating(database.shown_url):
            going = _going_on(connection, database, name)
        yield going
    finally:
        with suppress(DBAPIError, psycopg.Error):  # the command may have stopped the server
            connection.close()


def _going_on(connection: Connection, database: Database, name: str) -> str | None:
    if not connection.scalar(select(func.pg_try_advisory_lock(NAMED_LOCKS, func.hashtext(name)))):
        return "a command of that lock is still going"
    if database.revision(connection) != HEAD:
        return None
    job_id = connection.scalar(select(Job.id).where(Job.lock_name == name, Job.state.in_(OPEN_STATES)).limit(1))
    return None if job_id is None else f"job {job_id} of that lock is still going"
