"""The movies' vectors, and how often each feature is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feature_count",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("movies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("feature_count_pkey")),
    )
    op.create_table(
        "movie_vector",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("described_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("weights", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.Column("content", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movie.id"], name=op.f("movie_vector_movie_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("movie_id", name=op.f("movie_vector_pkey")),
    )
    op.execute("""
        INSERT INTO cron_entry (name, kind, args, schedule, next_at)
        VALUES ('refresh-vectors', 'refresh-vectors', '{}', '47 * * * *', now())
        ON CONFLICT DO NOTHING
    """)
