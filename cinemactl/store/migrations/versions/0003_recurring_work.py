"""Recurring work, and jobs that are tried again later."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("job", sa.Column("due_at", TIME, nullable=True))
    op.add_column("job", sa.Column("lock_name", sa.Text(), nullable=True))
    op.alter_column("job", "attempts_allowed", server_default="5")
    op.add_column("job_attempt", sa.Column("verdict", sa.Text(), nullable=True))
    op.create_table(
        "cron_entry",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "args",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("missed", sa.Text(), server_default="once", nullable=False),
        sa.Column("overlap", sa.Text(), server_default="skip", nullable=False),
        sa.Column("next_at", TIME, nullable=True),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("missed IN ('once', 'skip')", name=op.f("cron_entry_missed_check")),
        sa.CheckConstraint("overlap IN ('skip', 'allow')", name=op.f("cron_entry_overlap_check")),
        sa.CheckConstraint("enabled = (next_at IS NOT NULL)", name=op.f("cron_entry_next_at_check")),
        sa.PrimaryKeyConstraint("name", name=op.f("cron_entry_pkey")),
    )
    op.create_table(
        "cron_tick",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('asked', 'skipped', 'missed', 'refused')", name=op.f("cron_tick_outcome_check")
        ),
        sa.ForeignKeyConstraint(["entry"], ["cron_entry.name"], name=op.f("cron_tick_entry_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("cron_tick_job_id_fkey"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("entry", "due_at", name=op.f("cron_tick_pkey")),
    )
    op.create_index(op.f("cron_tick_job_id_idx"), "cron_tick", ["job_id"], unique=False)
    # Due at once: the first `cron run` does them, and from then on they keep to their schedule.
    op.execute("""
        INSERT INTO cron_entry (name, kind, args, schedule, next_at) VALUES
            ('refresh-ranking', 'refresh-ranking', '{}', '*/5 * * * *', now()),
            ('purge-jobs', 'purge-jobs', '{"keep_days": 30}', '17 3 * * *', now())
    """)
