"""Alembic's entry: one transaction for all migrations, one upgrade at a time, bounded in time."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

UPGRADE_LOCK = 0x63696E656D61  # "cinema"
ANOTHER_UPGRADE_TIMEOUT = "60s"
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "15min"

LIMIT = text("SELECT set_config('lock_timeout', :lock, false), set_config('statement_timeout', :statement, false)")

connection = context.config.attributes["connection"]
connection.execute(LIMIT, {"lock": ANOTHER_UPGRADE_TIMEOUT, "statement": "0"})
connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
connection.execute(LIMIT, {"lock": LOCK_TIMEOUT, "statement": STATEMENT_TIMEOUT})
context.configure(connection=connection, target_metadata=context.config.attributes.get("metadata"), compare_type=True)
context.run_migrations()
