"""Rows of a plan of which it says only their outcome and movie, kept by the thousand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_block",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("first_line", sa.BigInteger(), nullable=False),
        sa.Column("lines", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("movie_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("outcome IN ('created', 'unchanged')", name=op.f("import_block_outcome_check")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("import_block_import_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "outcome", "first_line", name=op.f("import_block_pkey")),
    )
