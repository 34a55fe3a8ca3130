"""Searching the catalogue: titles and people first, then keywords and synopses; typing errors are forgiven.

Two statements: a precise one, and a tolerant one that is asked only when the first finds too little. Both look at a
bounded number of candidates, so that a word which half the catalogue has costs no more than a rare one.
"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.errors import UsageRefused

GOOD_SCORE = 0.65
GOOD_ENOUGH = 5
LONGEST = 1000

# Candidates: titles that begin so (named), all words in titles and names (found), the same among the best ranked where
# that is too many to rank them all (popular; OFFSET 0 keeps the planner from reading every match), all words anywhere
# (told). A word is common from 20,000 movies on.
PRECISE = text(r"""
    WITH asked AS MATERIALIZED (
        SELECT fold(:words) AS key, plainto_tsquery('pg_catalog.simple', fold_words(:words)) AS query
    ),
    common AS MATERIALIZED (
        SELECT coalesce(min(coalesce(known.movies, 0)), 0) > 20000 AS all_words
        FROM unnest(to_tsvector('pg_catalog.simple', fold_words(:words))) AS each
        LEFT JOIN search_word AS known ON known.word = each.lexeme COLLATE "C"
    ),
    named AS MATERIALIZED (
        SELECT id AS movie_id FROM movie
        WHERE title_key >= (SELECT key FROM asked) AND title_key < (SELECT key || chr(1114109) FROM asked)
        ORDER BY title_key, id LIMIT 200
    ),
    found AS MATERIALIZED (
        SELECT movie_id FROM movie_search
        WHERE NOT (SELECT all_words FROM common) AND ts_filter(document, '{a,b}') @@ (SELECT query FROM asked) LIMIT 400
    ),
    popular AS MATERIALIZED (
        SELECT best.id AS movie_id
        FROM (
            SELECT id FROM movie WHERE (SELECT all_words FROM common) OR (SELECT count(*) FROM found) = 400
            ORDER BY ranking DESC, id DESC LIMIT 800
        ) AS best
        CROSS JOIN LATERAL (SELECT document FROM movie_search WHERE movie_id = best.id OFFSET 0) AS seen
        WHERE seen.document @@ (SELECT query FROM asked)
    ),
    told AS MATERIALIZED (
        SELECT movie_id FROM movie_search
        WHERE NOT (SELECT all_words FROM common) AND (SELECT count(*) FROM found) < :limit
        AND document @@ (SELECT query FROM asked) LIMIT 300
    )
    SELECT movie.id, CASE
            WHEN movie.title_key = asked.key THEN 1.0
            WHEN strpos(seen.titles, E'\n' || asked.key || E'\n') > 0 THEN 0.95
            WHEN starts_with(movie.title_key, asked.key || ' ') THEN 0.85
            WHEN strpos(translate(seen.titles, E'\n', ' '), ' ' || asked.key || ' ') > 0 THEN 0.8
            WHEN ts_filter(seen.document, '{a}') @@ asked.query THEN 0.75
            WHEN ts_filter(seen.document, '{a,b}') @@ asked.query THEN 0.7
            WHEN starts_with(movie.title_key, asked.key) THEN 0.65
            ELSE 0.3
        END + 0.04 * movie.ranking / (movie.ranking + 20) AS score
    FROM (
        SELECT movie_id FROM named UNION SELECT movie_id FROM found
        UNION SELECT movie_id FROM popular UNION SELECT movie_id FROM told
    ) AS candidate
    JOIN movie ON movie.id = candidate.movie_id
    JOIN movie_search AS seen ON seen.movie_id = candidate.movie_id
    CROSS JOIN asked
    ORDER BY score DESC, coalesce(movie.release_year, 0) DESC, movie.id
    LIMIT :limit
""")

# Each word asked for becomes the words it may be a misspelling of: by trigrams (5 letters and more), by one letter left
# out, put in, changed or two exchanged (3 to 6 letters), or as their beginning. Then full text with those, and where
# nothing has them all, with all but one.
TOLERANT = text(r"""
    WITH asked AS MATERIALIZED (
        SELECT each.lexeme COLLATE "C" AS word, row_number() OVER () AS number, coalesce(known.movies, 0) AS movies,
            CASE WHEN length(each.lexeme) BETWEEN 3 AND 6 THEN deletions(each.lexeme) END AS near
        FROM (SELECT lexeme FROM unnest(to_tsvector('pg_catalog.simple', fold_words(:words))) LIMIT 10) AS each
        LEFT JOIN search_word AS known ON known.word = each.lexeme COLLATE "C"
    ),
    meant AS MATERIALIZED (
        SELECT number, word, max(likeness) AS likeness, max(movies) AS movies
        FROM (
            SELECT number, word, 1.0::real AS likeness, movies FROM asked WHERE movies > 0
            UNION ALL
            SELECT asked.number, known.* FROM asked CROSS JOIN LATERAL (
                SELECT word, similarity(word, asked.word), movies FROM search_word
                WHERE search_word.word % asked.word
                ORDER BY similarity(word, asked.word) + 0.03 * ln(1 + movies) DESC LIMIT 6
            ) AS known
            WHERE length(asked.word) >= 5 AND asked.movies < 5000
            UNION ALL
            SELECT asked.number, known.* FROM asked CROSS JOIN LATERAL (
                SELECT search_word.word, 0.4 + 0.15 * shared.letters, search_word.movies FROM search_word
                CROSS JOIN LATERAL (
                    SELECT least(2, count(DISTINCT less.word)) AS letters FROM unnest(search_word.near) AS less (word)
                    WHERE less.word = ANY (asked.near)
                ) AS shared
                WHERE search_word.near && asked.near
                ORDER BY shared.letters + 0.3 * ln(1 + search_word.movies) DESC LIMIT 8
            ) AS known
            WHERE asked.near IS NOT NULL AND asked.movies < 5000
            UNION ALL
            SELECT asked.number, known.* FROM asked CROSS JOIN LATERAL (
                SELECT word, 0.7, movies FROM search_word
                WHERE search_word.word > asked.word AND search_word.word < asked.word || chr(1114109)
                ORDER BY search_word.word LIMIT 6
            ) AS known
            WHERE length(asked.word) >= 5 AND asked.movies < 5000
        ) AS every
        GROUP BY number, word
    ),
    choices AS MATERIALIZED (
        SELECT number, sum(movies) AS movies,
            '(' || string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''', '|') || ')' AS query
        FROM meant GROUP BY number
    ),
    wanted AS MATERIALIZED (
        SELECT (SELECT string_agg(query, '&') FROM choices)::tsquery AS every, (
            SELECT string_agg('(' || others.query || ')', '|')
            FROM choices CROSS JOIN LATERAL (
                SELECT string_agg(other.query, '&') AS query, min(other.movies) AS movies
                FROM choices AS other WHERE other.number <> choices.number
            ) AS others
            WHERE others.movies < 20000
        )::tsquery AS all_but_one
    ),
    found AS MATERIALIZED (
        SELECT movie_id FROM movie_search
        WHERE ts_filter(document, '{a,b}') @@ (SELECT every FROM wanted) LIMIT 400
    ),
    fewer AS MATERIALIZED (
        SELECT movie_id FROM movie_search
        WHERE (SELECT count(*) FROM found) = 0
        AND ts_filter(document, '{a,b}') @@ (SELECT all_but_one FROM wanted) LIMIT 400
    ),
    popular AS MATERIALIZED (
        SELECT best.id AS movie_id
        FROM (
            SELECT id FROM movie WHERE (SELECT count(*) FROM found) = 400 OR (SELECT count(*) FROM fewer) = 400
            ORDER BY ranking DESC, id DESC LIMIT 800
        ) AS best
        CROSS JOIN LATERAL (SELECT document FROM movie_search WHERE movie_id = best.id OFFSET 0) AS seen
        WHERE seen.document @@ CASE WHEN (SELECT count(*) FROM found) > 0
            THEN (SELECT every FROM wanted) ELSE (SELECT all_but_one FROM wanted) END
    )
    SELECT movie.id,
        0.35 * (
            SELECT coalesce(sum(best.likeness), 0) FROM (
                SELECT max(meant.likeness * CASE WHEN 'A' = ANY (used.weights) THEN 1 ELSE 0.9 END) AS likeness
                FROM unnest(ts_filter(seen.document, '{a,b}')) AS used
                JOIN meant ON meant.word = used.lexeme COLLATE "C" GROUP BY meant.number
            ) AS best
        ) / (SELECT count(*) FROM asked)
        + 0.15 * greatest(similarity(whole.key, movie.title_key), strict_word_similarity(whole.key, seen.titles))
        + 0.05 * least(length(whole.key), length(movie.title_key))
            / greatest(length(whole.key), length(movie.title_key))
        + 0.05 * movie.ranking / (movie.ranking + 20) AS score
    FROM (
        SELECT movie_id FROM found UNION SELECT movie_id FROM fewer UNION SELECT movie_id FROM popular
    ) AS candidate
    JOIN movie ON movie.id = candidate.movie_id
    JOIN movie_search AS seen ON seen.movie_id = candidate.movie_id
    CROSS JOIN (SELECT fold(:words) AS key) AS whole
    ORDER BY score DESC, coalesce(movie.release_year, 0) DESC, movie.id
    LIMIT :limit
""")


def search_movies(session: Session, words: str, *, limit: int = 20) -> list[Movie]:
    """Return the movies that `words` may mean, the best first; raises UsageRefused when there is no word to look for.

    What is beyond the thousandth character is not looked at.
    """
    asked = {"words": " ".join(words[:LONGEST].replace("\0", " ").split()), "limit": limit}
    if not asked["words"]:
        raise UsageRefused("There is no word to search for.", "Give a word of a title, or a name.")
    scores = {found.id: found.score for found in session.execute(PRECISE, asked)}
    if sum(score >= GOOD_SCORE for score in scores.values()) < GOOD_ENOUGH:
        for found in session.execute(TOLERANT, asked):
            scores[found.id] = max(found.score, scores.get(found.id, 0))
    best = sorted(scores, key=lambda movie_id: scores[movie_id], reverse=True)[:limit]
    movies = {movie.id: movie for movie in session.scalars(select(Movie).where(Movie.id.in_(best)))}
    return [movies[movie_id] for movie_id in best]
