"""The index that counts a movie's likes without reading its ratings."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("rating_movie_id_stars_idx", "rating", ["movie_id", "stars"], unique=False)
    op.drop_index("rating_movie_id_idx", "rating")
