"""What a search sees of each movie, brought up to date set-wise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Index, text
from sqlalchemy.orm import Session

from cinemactl.store.base import Base

RECOUNT_SHARE = 20
RECOUNT_FROM = 20
MANY = 1_000

# Words are indexed as they stand and, where a hyphen, apostrophe or full stop lets people spell them another way, that
# way too.
DOCUMENTS = r"""
    SELECT movie.id,
        E'\n' || concat_ws(E'\n', fold(movie.title), fold(nullif(movie.original_title, movie.title)), further.keys) || E'\n'
            AS titles,
        setweight(to_tsvector('pg_catalog.simple', concat_ws(' ',
            fold_words(called.words),
            CASE WHEN called.words ~ '[-‐‑·]' THEN fold_words(translate(called.words, '-‐‑·', '')) END,
            CASE WHEN called.words ~ '[''’.]' THEN fold_words(translate(called.words, '''’.', '   ')) END
        )), 'A')
        || setweight(to_tsvector('pg_catalog.simple', concat_ws(' ', fold_words(made.names), movie.release_year)), 'B')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_words(keywords.words), '')), 'C')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_text(movie.synopsis), '')), 'D') AS document
    FROM movie
    LEFT JOIN (
        SELECT movie_id, string_agg(fold(title), E'\n' ORDER BY position) AS keys,
            string_agg(title, ' ' ORDER BY position) AS titles
        FROM movie_title WHERE movie_id = ANY (CAST(:ids AS bigint[])) GROUP BY movie_id
    ) AS further ON further.movie_id = movie.id
    LEFT JOIN (
        SELECT movie_id, string_agg(person.name, ' ' ORDER BY role, position) AS names
        FROM credit JOIN person ON person.id = person_id WHERE movie_id = ANY (CAST(:ids AS bigint[])) GROUP BY movie_id
    ) AS made ON made.movie_id = movie.id
    CROSS JOIN LATERAL (
        SELECT concat_ws(' ', movie.title, nullif(movie.original_title, movie.title), further.titles) AS words
    ) AS called
    CROSS JOIN LATERAL (SELECT nullif(array_to_string(movie.keywords, ' '), '') AS words) AS keywords
    WHERE movie.id = ANY (CAST(:ids AS bigint[]))
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

WRITTEN = """
    INSERT INTO movie_search (movie_id, titles, document)
    SELECT id, titles, document FROM fresh_document
    ON CONFLICT (movie_id) DO UPDATE SET titles = excluded.titles, document = excluded.document
    WHERE (movie_search.titles, movie_search.document) IS DISTINCT FROM (excluded.titles, excluded.document)
"""

REFRESH = text(f"WITH fresh_document AS ({DOCUMENTS}), words AS ({WORDS}) {WRITTEN}")

# The same of many movies, read by several processes: PostgreSQL does so only where it does not write what it reads, and
# would not think it worth while for so few rows, as it does not know what their documents cost.
MAKE_DOCUMENTS = text(f"CREATE TEMPORARY TABLE fresh_document ON COMMIT DROP AS {DOCUMENTS}")
USE_DOCUMENTS = (text(WORDS), text(WRITTEN), text("DROP TABLE fresh_document"))
PARALLEL_COSTS = ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_index_scan_size")
AS_IF_FREE = text("SELECT " + ", ".join(f"set_config('{name}', '0', true)" for name in PARALLEL_COSTS))
AS_BEFORE = [text(f"SET LOCAL {name} TO DEFAULT") for name in PARALLEL_COSTS]

KNOWN_MOVIES = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'movie'::regclass")

MAKES_INDEXES = text("""
    SELECT NOT EXISTS (SELECT FROM movie_search) AND pg_has_role(relowner, 'USAGE')
    FROM pg_class WHERE oid = 'movie_search'::regclass
""")

RECOUNT = text("""
    UPDATE search_word SET movies = counted.ndoc
    FROM ts_stat($$SELECT ts_filter(document, '{a,b}') FROM movie_search$$) AS counted
    WHERE search_word.word = counted.word AND search_word.movies <> counted.ndoc
""")


@contextmanager
def indexed_at_the_end(session: Session) -> Iterator[None]:
    """Make the indexes of what a search looks at after the rows, when there are none yet: that takes half the time.

    Until the transaction ends nobody else can search, but there is nothing to be found before either. Whoever does not own
    the table leaves its indexes as they are.
    """
    if not session.scalars(MAKES_INDEXES).one():
        yield
        return
    connection, indexes = session.connection(), sorted(Base.metadata.tables["movie_search"].indexes, key=_name)
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _name(index: Index) -> str:
    return str(index.name)


def refresh_search(session: Session, movie_ids: Sequence[int], *, recount: bool = True) -> None:
    """Bring up to date what a search sees of these movies.

    When they are a good part of the catalogue the words are counted anew, so that a search knows the common ones; who
    comes with one part after the other says `recount=False` and calls `recount_words` after the last.
    """
    ids = {"ids": list(movie_ids)}
    if len(movie_ids) < MANY:
        session.execute(REFRESH, ids)
    else:
        session.execute(AS_IF_FREE)
        session.execute(MAKE_DOCUMENTS, ids)
        for statement in (*AS_BEFORE, *USE_DOCUMENTS):
            session.execute(statement)
    many = recount and len(movie_ids) > RECOUNT_FROM
    if many and len(movie_ids) * RECOUNT_SHARE > session.scalars(KNOWN_MOVIES).one():
        recount_words(session)


def recount_words(session: Session) -> None:
    """Count anew in how many movies each word is; reads every movie."""
    session.execute(RECOUNT)
