"""Filling empty tables: their indexes and foreign keys are made after the rows, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, ForeignKeyConstraint, Index, Table, exists, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

ARE_OURS = text(
    "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY (CAST(:names AS regclass[]))"
)


@contextmanager
def indexed_at_the_end(session: Session, tables: Sequence[Table]) -> Iterator[bool]:
    """Make the indexes and foreign keys of tables after their rows, when there are none yet; yield whether that is so.

    To keep them row by row takes about twice as long. Until the transaction ends nobody else can read the tables, but
    there is nothing to be read before either. Whoever does not own them, or is not alone with them, leaves them as they
    are. Their primary keys and whatever else is unique stay.
    """
    connection = session.connection()
    if not (_are_ours(connection, tables) and _are_empty(connection, tables) and _are_held(connection, tables)):
        yield False
        return
    indexes = [index for table in tables for index in sorted(table.indexes, key=_name)]
    keys = [key for table in tables for key in sorted(table.foreign_key_constraints, key=_name)]
    for index in indexes:
        connection.execute(DropIndex(index, if_exists=True))
    for key in keys:
        connection.execute(DropConstraint(key, if_exists=True))
    yield True
    for index in indexes:
        connection.execute(CreateIndex(index))
    for key in keys:
        connection.execute(AddConstraint(key, isolate_from_table=False))


def _are_ours(connection: Connection, tables: Sequence[Table]) -> bool:
    return bool(connection.scalar(ARE_OURS, {"names": [table.name for table in tables]}))


def _are_empty(connection: Connection, tables: Sequence[Table]) -> bool:
    return not any(connection.scalar(select(exists(select(table)))) for table in tables)


def _are_held(connection: Connection, tables: Sequence[Table]) -> bool:
    """Hold the tables for ourselves alone if that is possible at once, and they are empty still.

    Whoever waits could be waited for.
    """
    names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
    try:
        with connection.begin_nested():
            connection.execute(text(f"LOCK TABLE {names} NOWAIT"))
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise
    return _are_empty(connection, tables)


def _name(named: Index | ForeignKeyConstraint) -> str:
    return str(named.name)
