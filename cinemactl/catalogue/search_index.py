"""What a search sees of each movie, brought up to date set-wise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Index, text
from sqlalchemy.orm import Session

from cinemactl.store.base import Base

RECOUNT_SHARE = 20
RECOUNT_FROM = 20

# Words are indexed as they stand and, where a hyphen, apostrophe or full stop lets people spell them another way, that
# way too. New words are written in one order by everybody, so that two writers cannot deadlock.
REFRESH = text(r"""
    WITH fresh AS (
        SELECT movie.id, called.titles,
            setweight(to_tsvector('pg_catalog.simple', called.words), 'A')
            || setweight(to_tsvector('pg_catalog.simple', made.words), 'B')
            || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_words(keywords.words), '')), 'C')
            || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_text(movie.synopsis), '')), 'D') AS document
        FROM movie
        CROSS JOIN LATERAL (SELECT nullif(array_to_string(movie.keywords, ' '), '') AS words) AS keywords
        CROSS JOIN LATERAL (
            SELECT E'\n' || string_agg(fold(title), E'\n' ORDER BY title) || E'\n' AS titles,
                string_agg(concat_ws(' ',
                    fold_words(title),
                    CASE WHEN title ~ '[-‐‑·]' THEN fold_words(translate(title, '-‐‑·', '')) END,
                    CASE WHEN title ~ '[''’.]' THEN fold_words(translate(title, '''’.', '   ')) END
                ), ' ' ORDER BY title) AS words
            FROM (
                SELECT movie.title UNION SELECT movie.original_title
                UNION SELECT further.title FROM movie_title AS further WHERE further.movie_id = movie.id
            ) AS every (title)
            WHERE title IS NOT NULL
        ) AS called
        LEFT JOIN LATERAL (
            SELECT concat_ws(' ',
                fold_words(string_agg(person.name, ' ' ORDER BY credit.role, credit.position)), movie.release_year
            ) AS words
            FROM credit JOIN person ON person.id = credit.person_id WHERE credit.movie_id = movie.id
        ) AS made ON true
        WHERE movie.id = ANY (CAST(:ids AS bigint[]))
    ),
    words AS (
        INSERT INTO search_word (word, movies)
        SELECT word, count(*)
        FROM (SELECT unnest(tsvector_to_array(ts_filter(document, '{a,b}'))) COLLATE "C" AS word FROM fresh) AS used
        WHERE length(word) <= 40 AND NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = used.word)
        GROUP BY word ORDER BY word
        ON CONFLICT DO NOTHING
    )
    INSERT INTO movie_search (movie_id, titles, document)
    SELECT id, titles, document FROM fresh
    ON CONFLICT (movie_id) DO UPDATE SET titles = excluded.titles, document = excluded.document
    WHERE (movie_search.titles, movie_search.document) IS DISTINCT FROM (excluded.titles, excluded.document)
""")  # noqa: RUF001  (punctuation is meant)

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
    session.execute(REFRESH, {"ids": list(movie_ids)})
    many = recount and len(movie_ids) > RECOUNT_FROM
    if many and len(movie_ids) * RECOUNT_SHARE > session.scalars(KNOWN_MOVIES).one():
        recount_words(session)


def recount_words(session: Session) -> None:
    """Count anew in how many movies each word is; reads every movie."""
    session.execute(RECOUNT)
