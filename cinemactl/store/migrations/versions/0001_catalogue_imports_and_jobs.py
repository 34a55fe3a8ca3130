"""The catalogue, imports and jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Accents, case and punctuation away: "Schindler's List" is "schindlers list", "Spider-Man" is "spider man". What consists
# of nothing but punctuation keeps it. unaccent() is only STABLE; this wrapper may be IMMUTABLE because it names its
# dictionary, and its body is parsed here and now, so that a restored dump finds every name whatever the search path.
SPACED = '!"#$%&()*+,-/:;<=>?@[\\]^_{|}~–—―‐‑“”„«»‹›…¡¿·•・、。，．：！？「」『』（）【】《》〈〉〜～／＆'  # noqa: RUF001  (punctuation is meant)
DROPPED = "'’‘`´ʼʹ."  # noqa: RUF001  (as above)
FOLD = """
    CREATE FUNCTION fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN coalesce(
        nullif(
            btrim(regexp_replace(
                translate(
                    lower(unaccent('unaccent'::regdictionary, normalize(given, NFKC))), {letters}, repeat(' ', {spaced})
                ),
                '\\s+', ' ', 'g'
            )),
            ''
        ),
        lower(btrim(given))
    )
"""

# For long text, which the full-text parser splits anyway, at a fortieth of the cost.
FOLD_TEXT = """
    CREATE FUNCTION fold_text(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, given))
"""

# The words of a title or a name; Chinese and Japanese do not separate theirs, so that each character is one.
FOLD_WORDS = """
    CREATE FUNCTION fold_words(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(fold(given), '([々-ヿ㐀-䶿一-鿿豈-﫿])', ' \\1 ', 'g')
"""

# The word, and the word less each one of its letters: two words that share one of these differ by one letter left out,
# put in or changed, or by two that changed places.
DELETIONS = """
    CREATE FUNCTION deletions(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
        SELECT array_agg(DISTINCT left(word, place - 1) || substr(word, place + 1)) || word
        FROM generate_series(1, length(word)) AS place
    )
"""


def upgrade() -> None:
    for extension in ("unaccent", "pg_trgm", "btree_gist"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    letters = "'" + (SPACED + DROPPED).replace("'", "''").replace(":", "\\:") + "'"
    op.execute(FOLD.format(letters=letters, spaced=len(SPACED)))
    for function in (FOLD_TEXT, FOLD_WORDS, DELETIONS):
        op.execute(function)

    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "args",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), server_default="3", nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("report", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease_owner IS NOT NULL)", name=op.f("job_lease_owner_check")),
        sa.CheckConstraint(
            "(state IN ('succeeded', 'failed', 'cancelled', 'set-aside')) = (ended_at IS NOT NULL)",
            name=op.f("job_ended_at_check"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'set-aside')",
            name=op.f("job_state_check"),
        ),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name=op.f("job_lease_until_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("job_pkey")),
    )
    op.create_index(
        "job_open_idx", "job", ["state", "id"], unique=False, postgresql_where=sa.text("state IN ('queued', 'running')")
    )
    op.create_table(
        "movie",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(collation="C"), sa.Computed("fold(title)", persisted=True), nullable=False),
        sa.Column("original_title", sa.Text(), nullable=True),
        sa.Column("release_date", sa.Date(), nullable=True),
        sa.Column("release_year", sa.SmallInteger(), nullable=True),
        sa.Column("runtime", sa.Integer(), nullable=True),
        sa.Column("genres", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("keywords", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("certificate_system", sa.Text(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("synopsis", sa.Text(), nullable=True),
        sa.Column("poster", sa.Text(), nullable=True),
        sa.Column("trailer", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="catalogue", nullable=False),
        sa.Column("first_screening_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ranking", sa.Double(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('coming-up', 'starting', 'running', 'finished', 'catalogue')", name=op.f("movie_status_check")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("movie_title_check")),
        sa.CheckConstraint(
            "release_date IS NULL OR release_year = extract(year FROM release_date)::integer",
            name=op.f("movie_release_year_check"),
        ),
        sa.CheckConstraint("runtime > 0", name=op.f("movie_runtime_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("movie_pkey")),
    )
    op.create_index("movie_genres_idx", "movie", ["genres"], unique=False, postgresql_using="gin")
    op.create_index("movie_languages_idx", "movie", ["languages"], unique=False, postgresql_using="gin")
    op.create_index(
        "movie_original_title_idx",
        "movie",
        [sa.literal_column("fold(original_title)")],
        unique=False,
        postgresql_where=sa.text("original_title IS NOT NULL"),
    )
    op.create_index(
        "movie_ranking_idx", "movie", [sa.literal_column("ranking DESC"), sa.literal_column("id DESC")], unique=False
    )
    op.create_index(
        "movie_release_idx",
        "movie",
        [
            sa.literal_column("coalesce(release_date, make_date(release_year, 1, 1), '-infinity'::date) DESC"),
            sa.literal_column("id DESC"),
        ],
        unique=False,
    )
    op.create_index(
        "movie_start_idx",
        "movie",
        [sa.literal_column("coalesce(first_screening_at, 'infinity'::timestamptz)"), "id"],
        unique=False,
    )
    op.create_index(
        "movie_status_idx",
        "movie",
        ["status", "title_key", "id"],
        unique=False,
        postgresql_where=sa.text("status != 'catalogue'"),
    )
    op.create_index("movie_title_key_idx", "movie", ["title_key", "id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pkey")),
        sa.UniqueConstraint("name_key", name=op.f("person_name_key_key")),
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("movies", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "near",
            sa.ARRAY(sa.Text()),
            sa.Computed("CASE WHEN length(word) <= 6 THEN deletions(word) END", persisted=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("word", name=op.f("search_word_pkey")),
    )
    op.create_index("search_word_near_idx", "search_word", ["near"], unique=False, postgresql_using="gin")
    op.create_index(
        "search_word_word_idx",
        "search_word",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("upload_pkey")),
    )
    op.create_table(
        "credit",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("character", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("credit_movie_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("credit_person_id_fkey")),
        sa.PrimaryKeyConstraint("movie_id", "role", "position", name=op.f("credit_pkey")),
    )
    op.create_index(op.f("credit_person_id_idx"), "credit", ["person_id"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="uploaded", nullable=False),
        sa.Column("dry_run", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("delimiter", sa.Text(), nullable=True),
        sa.Column("header", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("updated", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unchanged", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('uploaded', 'planned', 'applied')", name=op.f("import_state_check")),
        sa.CheckConstraint(
            "rows = created + updated + unchanged + duplicates + ambiguous + rejected", name=op.f("import_rows_check")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("import_upload_id_fkey"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("import_pkey")),
    )
    op.create_index("import_created_at_idx", "import", ["created_at"], unique=False)
    op.create_index(op.f("import_job_id_idx"), "import", ["job_id"], unique=False)
    op.create_index(op.f("import_upload_id_idx"), "import", ["upload_id"], unique=False)
    op.create_table(
        "job_attempt",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("job_attempt_job_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("job_attempt_pkey")),
    )
    op.create_table(
        "job_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("level", sa.Text(), server_default="info", nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('debug', 'info', 'warning', 'error')", name=op.f("job_log_level_check")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("job_log_job_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("job_log_pkey")),
    )
    op.create_index("job_log_job_id_idx", "job_log", ["job_id", "id"], unique=False)
    op.create_table(
        "movie_identifier",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movie.id"], name=op.f("movie_identifier_movie_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scheme", "value", name=op.f("movie_identifier_pkey")),
    )
    op.create_index(op.f("movie_identifier_movie_id_idx"), "movie_identifier", ["movie_id"], unique=False)
    op.create_table(
        "movie_merge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("removed_id", sa.BigInteger(), nullable=False),
        sa.Column("kept_before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept_after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("removed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["movie.id"], name=op.f("movie_merge_kept_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("movie_merge_pkey")),
        sa.UniqueConstraint("removed_id", name=op.f("movie_merge_removed_id_key")),
    )
    op.create_index(op.f("movie_merge_kept_id_idx"), "movie_merge", ["kept_id"], unique=False)
    op.create_table(
        "movie_search",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("document", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movie.id"], name=op.f("movie_search_movie_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("movie_id", name=op.f("movie_search_pkey")),
    )
    op.create_index("movie_search_document_idx", "movie_search", ["document"], unique=False, postgresql_using="gin")
    op.create_index(
        "movie_search_names_idx",
        "movie_search",
        [sa.literal_column("ts_filter(document, '{a,b}')")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "movie_title",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(collation="C"), sa.Computed("fold(title)", persisted=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["movie_id"], ["movie.id"], name=op.f("movie_title_movie_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("movie_id", "position", name=op.f("movie_title_pkey")),
    )
    op.create_index(op.f("movie_title_title_key_idx"), "movie_title", ["title_key"], unique=False)
    op.create_table(
        "upload_chunk",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("upload_chunk_upload_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "position", name=op.f("upload_chunk_pkey")),
    )
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("candidates", sa.ARRAY(sa.BigInteger()), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('created', 'updated', 'unchanged', 'duplicates', 'ambiguous', 'rejected')",
            name=op.f("import_row_outcome_check"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("import_row_import_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("import_row_pkey")),
    )
    op.execute("ALTER TABLE upload_chunk ALTER COLUMN content SET STORAGE EXTERNAL")
