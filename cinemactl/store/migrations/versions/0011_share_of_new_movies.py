"""One share of what is foretold beside what is known, on the programme as over the whole catalogue: a tenth until now."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recommend_model", sa.Column("new_share", sa.Double(), nullable=False, server_default="0.1"))
    op.alter_column("recommend_model", "new_share", server_default=None)
    op.drop_column("recommend_model", "catalogue_share")
