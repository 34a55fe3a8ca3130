"""What a search sees of each movie, brought up to date set-wise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

RECOUNT_SHARE = 20
RECOUNT_FROM = 20
MANY = 1_000
AT_ONCE = 25_000
TOLD_FROM = 10_000

# Words are indexed as they stand and, where a hyphen, apostrophe or full stop lets people spell them another way, that
# way too.
DOCUMENTS = r"""
    SELECT movie.id, E'\n' || folded.titles || E'\n' AS titles,
        setweight(to_tsvector('pg_catalog.simple', CASE WHEN called.words ~ '[^A-Za-z0-9 ]' THEN concat_ws(' ',
            CASE WHEN octet_length(folded.titles) > length(folded.titles) THEN fold_words(folded.titles) ELSE folded.titles END,
            CASE WHEN called.words ~ '[-‐‑·]' THEN fold_words(translate(called.words, '-‐‑·', '')) END,
            CASE WHEN called.words ~ '[''’.]' THEN fold_words(translate(called.words, '''’.', '   ')) END
        ) ELSE folded.titles END), 'A')
        || setweight(to_tsvector('pg_catalog.simple', concat_ws(' ', fold_words(made.names), movie.release_year)), 'B')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_words(keywords.words), '')), 'C')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_text(movie.synopsis), '')), 'D') AS document
    FROM movie
    LEFT JOIN (
        SELECT movie_id, string_agg(fold(title), E'\n' ORDER BY position) AS keys,
            string_agg(title, ' ' ORDER BY position) AS titles
        FROM movie_title WHERE movie_id {among} GROUP BY movie_id
    ) AS further ON further.movie_id = movie.id
    LEFT JOIN (
        SELECT movie_id, string_agg(person.name, ' ' ORDER BY role, position) AS names
        FROM credit JOIN person ON person.id = person_id WHERE movie_id {among} GROUP BY movie_id
    ) AS made ON made.movie_id = movie.id
    CROSS JOIN LATERAL (
        SELECT concat_ws(E'\n', movie.title_key, fold(nullif(movie.original_title, movie.title)), further.keys) AS titles
    ) AS folded
    CROSS JOIN LATERAL (
        SELECT concat_ws(' ', movie.title, nullif(movie.original_title, movie.title), further.titles) AS words
    ) AS called
    CROSS JOIN LATERAL (SELECT nullif(array_to_string(movie.keywords, ' '), '') AS words) AS keywords
    WHERE movie.id {among}
"""  # noqa: RUF001  (punctuation is meant)

# New words are written in one order by everybody, so that two writers cannot deadlock.
WORDS = """
    INSERT INTO search_word (word, movies)
    SELECT word, count(*)
    FROM (SELECT unnest(tsvector_to_array(ts_filter(document, '{a,b}'))) COLLATE "C" AS word FROM fresh_document) AS used
    WHERE length(word) <= 40 AND NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = used.word)
    GROUP BY word ORDER BY word
    ON CONFLICT DO NOTHING
"""

FIRST_WRITTEN = """
    INSERT INTO movie_search (movie_id, titles, document)
    SELECT id, titles, document FROM fresh_document
"""
WRITTEN = f"""
    {FIRST_WRITTEN}
    ON CONFLICT (movie_id) DO UPDATE SET titles = excluded.titles, document = excluded.document
    WHERE (movie_search.titles, movie_search.document) IS DISTINCT FROM (excluded.titles, excluded.document)
"""

ANY_OF = "= ANY (CAST(:ids AS bigint[]))"
IN_A_ROW = "BETWEEN :first AND :last"

REFRESH = text(f"WITH fresh_document AS ({DOCUMENTS.format(among=ANY_OF)}), words AS ({WORDS}) {WRITTEN}")

# The same of many movies, read by several processes: PostgreSQL does so only where it does not write what it reads, and
# would not think it worth while for so few rows, as it does not know what their documents cost. New movies have numbers in a
# row; to look each up in a list costs as much as half its document.
MAKE_DOCUMENTS = {
    among: text(f"CREATE TEMPORARY TABLE fresh_document ON COMMIT DROP AS {DOCUMENTS.format(among=among)}")
    for among in (ANY_OF, IN_A_ROW)
}
DONE_WITH_DOCUMENTS = text("DROP TABLE fresh_document")
PARALLEL_COSTS = ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_index_scan_size")
AS_IF_FREE = text("SELECT " + ", ".join(f"set_config('{name}', '0', true)" for name in PARALLEL_COSTS))
AS_BEFORE = [text(f"SET LOCAL {name} TO DEFAULT") for name in PARALLEL_COSTS]

# A planner that knows nothing of so many new rows goes through them one by one.
TELL_PLANNER = text(
    "ANALYZE movie (id), movie_title (movie_id), person (id), credit (movie_id, person_id), search_word (word)"
)

KNOWN_MOVIES = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'movie'::regclass")

RECOUNT = text("""
    WITH counted AS MATERIALIZED (
        SELECT word COLLATE "C" AS word, ndoc AS movies
        FROM ts_stat($$SELECT ts_filter(document, '{a,b}') FROM movie_search$$) WHERE length(word) <= 40
    ),
    recounted AS (
        UPDATE search_word SET movies = counted.movies
        FROM counted WHERE search_word.word = counted.word AND search_word.movies <> counted.movies
    )
    INSERT INTO search_word (word, movies)
    SELECT word, movies FROM counted
    WHERE NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = counted.word)
    ORDER BY word
    ON CONFLICT DO NOTHING
""")


def refresh_search(
    session: Session,
    movie_ids: Sequence[int],
    progress: Callable[[int, int], None] = lambda *_: None,
    *,
    is_first: bool = False,
) -> None:
    """Bring up to date what a search sees of these movies; `progress` is told how many are, and of how many.

    When they are a good part of the catalogue the words are counted anew, so that a search knows the common ones. With
    `is_first` no search saw anything before, and no other transaction writes what one sees.
    """
    movies = len(movie_ids)
    if movies > TOLD_FROM:
        session.execute(TELL_PLANNER)
    counted = movies > RECOUNT_FROM and movies * RECOUNT_SHARE > session.scalars(KNOWN_MOVIES).one()
    for start in range(0, movies, AT_ONCE):
        progress(start, movies)
        part = movie_ids[start : start + AT_ONCE]
        if movies < MANY:
            session.execute(REFRESH, {"ids": list(part)})
        else:
            write_documents(session, part, adds_words=not counted, is_first=is_first)
    progress(movies, movies)
    if counted:
        recount_words(session)


def write_documents(
    session: Session, movie_ids: Sequence[int], *, adds_words: bool = False, is_first: bool = False
) -> None:
    """Write what a search looks at of many movies; whoever adds no words calls `recount_words` after the last of them.

    With `is_first` no other transaction, and none of these, has written it before.
    """
    session.execute(AS_IF_FREE)
    first, last = min(movie_ids), max(movie_ids)
    if last - first + 1 == len(movie_ids):
        session.execute(MAKE_DOCUMENTS[IN_A_ROW], {"first": first, "last": last})
    else:
        session.execute(MAKE_DOCUMENTS[ANY_OF], {"ids": list(movie_ids)})
    for statement in AS_BEFORE:
        session.execute(statement)
    if adds_words:
        session.execute(text(WORDS))
    session.execute(text(FIRST_WRITTEN if is_first else WRITTEN))
    session.execute(DONE_WITH_DOCUMENTS)


def recount_words(session: Session) -> None:
    """Count anew in how many movies each word is, and add those that are new; reads every movie."""
    session.execute(RECOUNT)
