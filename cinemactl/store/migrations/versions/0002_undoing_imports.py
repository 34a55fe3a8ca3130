"""What undoing an import needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import", sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("import_row", sa.Column("former", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.drop_constraint(op.f("import_state_check"), "import", type_="check")
    op.create_check_constraint(
        op.f("import_state_check"), "import", "state IN ('uploaded', 'planned', 'applied', 'undone')"
    )
