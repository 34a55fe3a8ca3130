"""Blocks of a plan, kept without compressing them: to do that took as long as all the rest of keeping a plan."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("lines", "movie_ids"):
        op.execute(f"ALTER TABLE import_block ALTER COLUMN {column} SET STORAGE EXTERNAL")
