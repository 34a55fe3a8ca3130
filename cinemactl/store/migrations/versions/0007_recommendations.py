"""Models of what members like."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recommend_model",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("movies", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.BigInteger(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("grades", postgresql.ARRAY(sa.Double()), nullable=False),
        sa.Column("recency", sa.Double(), nullable=True),
        sa.Column("guests", sa.Double(), nullable=False),
        sa.Column("catalogue_share", sa.Double(), nullable=False),
        sa.Column("choice", postgresql.JSONB(), nullable=False),
        sa.Column("validation", postgresql.JSONB(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.CheckConstraint("state IN ('current', 'former', 'rolled-back')", name=op.f("recommend_model_state_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("recommend_model_pkey")),
    )
    op.create_index(
        "recommend_model_current_idx",
        "recommend_model",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "recommend_target",
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("movie_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.CheckConstraint("head IN ('warm', 'opening', 'cold')", name=op.f("recommend_target_head_check")),
        sa.ForeignKeyConstraint(
            ["model_id"], ["recommend_model.id"], name=op.f("recommend_target_model_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_id", "movie_id", name=op.f("recommend_target_pkey")),
    )
    op.create_table(
        "recommend_source",
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("movie_id", sa.Integer(), nullable=False),
        sa.Column("targets", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("weights", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["recommend_model.id"], name=op.f("recommend_source_model_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_id", "movie_id", name=op.f("recommend_source_pkey")),
    )
    # At night, for it takes a processor and minutes: the first time on the night to come.
    op.execute("""
        INSERT INTO cron_entry (name, kind, args, schedule, next_at) VALUES (
            'rebuild-recommendations', 'rebuild-nightly', '{}', '41 3 * * *',
            (date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day 3 hours 41 minutes') AT TIME ZONE 'UTC'
        )
    """)
