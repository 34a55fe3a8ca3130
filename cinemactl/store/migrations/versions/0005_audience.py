"""Members and their ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IN_HALVES = "stars BETWEEN 0.5 AND 5 AND mod(stars, 0.5) = 0"


def upgrade() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("handle <> ''", name=op.f("member_handle_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("member_pkey")),
        sa.UniqueConstraint("handle", name=op.f("member_handle_key")),
    )
    op.create_table(
        "rating",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("movie_id", sa.Integer(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("source_scale", sa.SmallInteger(), nullable=True),
        sa.Column("stars", sa.Numeric(2, 1), nullable=False),
        sa.Column("source_value", sa.Numeric(), nullable=True),
        sa.CheckConstraint(IN_HALVES, name=op.f("rating_stars_check")),
        sa.CheckConstraint("(source_value IS NULL) = (source_scale IS NULL)", name=op.f("rating_source_check")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("rating_member_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("rating_movie_id_fkey")),
        sa.PrimaryKeyConstraint("member_id", "movie_id", name=op.f("rating_pkey")),
    )
    op.create_index("rating_movie_id_idx", "rating", ["movie_id"], unique=False)
    op.create_table(
        "anonymous_rating",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("movie_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Numeric(2, 1), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.CheckConstraint(IN_HALVES, name=op.f("anonymous_rating_stars_check")),
        sa.CheckConstraint("ratings > 0", name=op.f("anonymous_rating_ratings_check")),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("anonymous_rating_movie_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("anonymous_rating_pkey")),
    )
    op.create_index(op.f("anonymous_rating_movie_id_idx"), "anonymous_rating", ["movie_id"], unique=False)
