"""The index of the movies' vectors, on servers that have the extension for it.

It is no part of the schema: a server without the extension has all the rest, and answers the same more slowly.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cinemactl.recommend.vectors import DIMENSIONS

# Below this reading every vector takes no longer.
WORTH_INDEXING = 10_000
BUILD_MEMORY = "1GB"

INDEXED = text("""
    SELECT count(*) > 0 FROM pg_index
    WHERE indexrelid = to_regclass('movie_vector_content_idx') AND indisvalid
""")
AVAILABLE = text("SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'vector'")
MAKE = f"""
    CREATE INDEX {{table}}_content_idx ON {{table}}
    USING hnsw ((content::halfvec({DIMENSIONS})) halfvec_ip_ops) WITH (m = 16, ef_construction = 64)
"""


def is_indexed(session: Session) -> bool:
    """Whether there is an index to ask."""
    return bool(session.scalar(INDEXED))


def make_index(session: Session, table: str) -> bool:
    """Make the index of `table`, a name of this program's; return whether there is one then.

    A server that has no such extension, or does not let this user create it, goes without.
    """
    if not session.scalar(AVAILABLE):
        return False
    try:
        with session.begin_nested():
            session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
            session.execute(text("SELECT set_config('maintenance_work_mem', :size, true)"), {"size": BUILD_MEMORY})
            session.execute(text(MAKE.format(table=table)))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") not in {"42501", "0A000", "58P01", "42704"}:
            raise
        return False
    return True
