"""What an import needs to know of a row to pass over it when it comes again: its digest, and since when its movie is as it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import", sa.Column("read_as", sa.Text()))
    op.add_column("import_block", sa.Column("changed_at", postgresql.ARRAY(sa.DateTime(timezone=True))))
    op.add_column("import_block", sa.Column("digests", sa.LargeBinary()))
    for column in ("changed_at", "digests"):
        op.execute(f"ALTER TABLE import_block ALTER COLUMN {column} SET STORAGE EXTERNAL")
