"""Rows of the file that are one movie, joined by whatever links them, however long the chain."""

from __future__ import annotations

from array import array
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

FETCHED_AT_ONCE = 10_000

JOINED = "CREATE TEMPORARY TABLE staged_join (old integer, new integer) ON COMMIT DROP"
LOADED = sql.SQL("COPY staged_join (old, new) FROM STDIN")
REST = "UPDATE staged_movie AS row SET {columns} FROM staged_join AS joined WHERE row.same_as = joined.old"


def join_rows(session: Session, links: TextClause, columns: tuple[str, ...]) -> bool:
    """Give rows that `links` links (pairs of `same_as`), and all that are linked with them, their least one.

    It is put in `columns`. Returns whether there was any link.
    """
    found = session.execute(links, execution_options={"yield_per": FETCHED_AT_ONCE})
    parents: array[int] | None = None
    for one, other in found:
        if parents is None:
            parents = array("I", range(session.scalars(text("SELECT max(line) + 1 FROM staged_movie")).one()))
        _join(parents, one, other)
    if parents is None:
        return False
    _write(session, parents, columns)
    return True


def _join(parents: array[int], one: int, other: int) -> None:
    first, second = _root(parents, one), _root(parents, other)
    parents[max(first, second)] = min(first, second)


def _root(parents: array[int], node: int) -> int:
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


def _write(session: Session, parents: array[int], columns: tuple[str, ...]) -> None:
    session.execute(text("DROP TABLE IF EXISTS staged_join"))
    session.execute(text(JOINED))
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(LOADED) as copy:
        for node, parent in enumerate(parents):
            if node != parent:
                copy.write_row((node, _root(parents, node)))
    session.execute(text("ANALYZE staged_join"))
    session.execute(text(REST.format(columns=", ".join(f"{column} = joined.new" for column in columns))))
