"""Who attended which screening."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("screening_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("attendance_seats_check")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("attendance_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("attendance_screening_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "screening_id", name=op.f("attendance_pkey")),
    )
    op.create_index("attendance_screening_id_idx", "attendance", ["screening_id"], unique=False)
