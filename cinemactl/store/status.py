"""What `db status` tells about the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from cinemactl.store.database import Database
from cinemactl.store.revision import HEAD


def status(database: Database) -> dict[str, Any]:
    """Return where the database is, its server's version, its schema's revision and its tables; nothing is migrated."""
    with database.connection() as connection:
        found = database.revision(connection)
        return {
            "url": database.shown_url,
            "server_version": connection.exec_driver_sql("SHOW server_version").scalar(),
            "revision": found,
            "needed_revision": HEAD,
            "up_to_date": found == HEAD,
            "tables": _tables(connection) if found else [],
        }


def _tables(connection: Connection) -> list[dict[str, Any]]:
    """Return each table with its rows (the planner's estimate) and its bytes, indexes included, the largest first."""
    found = connection.execute(
        text("""
            SELECT relname AS table, greatest(reltuples, 0)::bigint AS rows, pg_total_relation_size(oid) AS bytes
            FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            ORDER BY bytes DESC, relname
        """)
    )
    return [dict(row) for row in found.mappings()]
