"""Places, screenings, bookings and the plans that change them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_plan",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("arguments", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("findings", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('generate', 'copy', 'import', 'edit')", name=op.f("schedule_plan_kind_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("schedule_plan_pkey")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("business_day_cut", sa.Time(), server_default=sa.text("'06:00'"), nullable=False),
        sa.Column("week_starts_on", sa.SmallInteger(), nullable=True),
        sa.Column("pre_show_minutes", sa.Integer(), server_default="15", nullable=False),
        sa.Column("turnaround_minutes", sa.Integer(), server_default="15", nullable=False),
        sa.Column("large_turnaround_minutes", sa.Integer(), server_default="20", nullable=False),
        sa.Column("large_screen_seats", sa.Integer(), server_default="250", nullable=False),
        sa.Column("start_grid_minutes", sa.Integer(), server_default="5", nullable=False),
        sa.Column("checks", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("site_name_check")),
        sa.CheckConstraint("large_screen_seats > 0", name=op.f("site_large_screen_seats_check")),
        sa.CheckConstraint(
            "large_turnaround_minutes BETWEEN 0 AND 240", name=op.f("site_large_turnaround_minutes_check")
        ),
        sa.CheckConstraint("pre_show_minutes BETWEEN 0 AND 240", name=op.f("site_pre_show_minutes_check")),
        sa.CheckConstraint("start_grid_minutes BETWEEN 1 AND 60", name=op.f("site_start_grid_minutes_check")),
        sa.CheckConstraint("turnaround_minutes BETWEEN 0 AND 240", name=op.f("site_turnaround_minutes_check")),
        sa.CheckConstraint("week_starts_on BETWEEN 0 AND 6", name=op.f("site_week_starts_on_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("site_pkey")),
        sa.UniqueConstraint("name_key", name=op.f("site_name_key_key")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("distributor", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("terms", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("booking_window_check")),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("booking_movie_id_fkey")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("booking_site_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("booking_pkey")),
    )
    op.create_index(op.f("booking_movie_id_idx"), "booking", ["movie_id"], unique=False)
    op.create_index("booking_site_id_movie_id_idx", "booking", ["site_id", "movie_id"], unique=False)
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("opens_minute", sa.SmallInteger(), nullable=True),
        sa.Column("closes_minute", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("(opens_minute IS NULL) = (closes_minute IS NULL)", name=op.f("opening_hours_both_check")),
        sa.CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name=op.f("opening_hours_day_check")),
        sa.CheckConstraint(
            "opens_minute >= 0 AND closes_minute > opens_minute AND closes_minute <= 2160",
            name=op.f("opening_hours_minutes_check"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("opening_hours_weekday_check")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("opening_hours_site_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("opening_hours_pkey")),
        sa.UniqueConstraint("site_id", "on_date", name=op.f("opening_hours_site_id_on_date_key")),
        sa.UniqueConstraint("site_id", "weekday", name=op.f("opening_hours_site_id_weekday_key")),
    )
    op.create_table(
        "published_screening",
        sa.Column("screening_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("published_screening_site_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("screening_id", name=op.f("published_screening_pkey")),
    )
    op.create_index(
        "published_screening_site_id_starts_at_idx", "published_screening", ["site_id", "starts_at"], unique=False
    )
    op.create_table(
        "schedule_change",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("screening_id", sa.Integer(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "change IN ('added', 'moved', 'changed', 'cancelled', 'unchanged')",
            name=op.f("schedule_change_change_check"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["schedule_plan.id"], name=op.f("schedule_change_plan_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("schedule_change_pkey")),
    )
    op.create_index("schedule_change_screening_id_idx", "schedule_change", ["screening_id"], unique=False)
    op.create_table(
        "screen",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchair_seats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("house_seats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("formats", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{2D}'"), nullable=False),
        sa.Column("lobby", sa.Text(), nullable=True),
        sa.Column("pre_show_minutes", sa.Integer(), nullable=True),
        sa.Column("turnaround_minutes", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("screen_name_check")),
        sa.CheckConstraint("pre_show_minutes BETWEEN 0 AND 240", name=op.f("screen_pre_show_minutes_check")),
        sa.CheckConstraint("seats > 0", name=op.f("screen_seats_check")),
        sa.CheckConstraint("turnaround_minutes BETWEEN 0 AND 240", name=op.f("screen_turnaround_minutes_check")),
        sa.CheckConstraint("wheelchair_seats + house_seats <= seats", name=op.f("screen_seats_in_all_check")),
        sa.CheckConstraint("wheelchair_seats >= 0 AND house_seats >= 0", name=op.f("screen_some_seats_check")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("screen_site_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("screen_pkey")),
        sa.UniqueConstraint("site_id", "name_key", name=op.f("screen_site_id_name_key_key")),
    )
    op.create_table(
        "key_window",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("key_window_window_check")),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("key_window_movie_id_fkey")),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["screen.id"], name=op.f("key_window_screen_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("key_window_site_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("key_window_pkey")),
    )
    op.create_index(op.f("key_window_movie_id_idx"), "key_window", ["movie_id"], unique=False)
    op.create_index(op.f("key_window_site_id_idx"), "key_window", ["site_id"], unique=False)
    op.create_index(op.f("key_window_screen_id_idx"), "key_window", ["screen_id"], unique=False)
    op.create_table(
        "screening",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("uid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feature_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feature_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clear_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("format", sa.Text(), server_default="2D", nullable=False),
        sa.Column("audio", sa.Text(), nullable=True),
        sa.Column("subtitles", sa.Text(), nullable=True),
        sa.Column("captions", sa.Text(), nullable=True),
        sa.Column("price_category", sa.Text(), nullable=True),
        sa.Column("held_back_seats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sold", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gross", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("screen_id"), "="),
            (sa.text("tstzrange(starts_at, feature_ends_at)"), "&&"),
            where=sa.text("state <> 'cancelled'"),
            deferrable=True,
            using="gist",
            name="screening_overlap_excl",
        ),
        sa.CheckConstraint("captions IN ('open', 'closed')", name=op.f("screening_captions_check")),
        sa.CheckConstraint("state IN ('draft', 'published', 'cancelled')", name=op.f("screening_state_check")),
        sa.CheckConstraint("held_back_seats >= 0", name=op.f("screening_held_back_seats_check")),
        sa.CheckConstraint("sold >= 0", name=op.f("screening_sold_check")),
        sa.CheckConstraint(
            "starts_at <= feature_starts_at AND feature_starts_at < feature_ends_at AND feature_ends_at <= clear_at",
            name=op.f("screening_anatomy_check"),
        ),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("screening_movie_id_fkey")),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"], name=op.f("screening_screen_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("screening_pkey")),
        sa.UniqueConstraint("uid", name=op.f("screening_uid_key")),
    )
    op.create_index("screening_movie_id_starts_at_idx", "screening", ["movie_id", "starts_at"], unique=False)
    op.create_index("screening_screen_id_starts_at_idx", "screening", ["screen_id", "starts_at"], unique=False)
    op.create_index("screening_starts_at_idx", "screening", ["starts_at"], unique=False)
