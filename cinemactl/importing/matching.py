"""Which movie each staged row is, by the rule of identities.

A row whose id is known matches by it. Otherwise title and year may match a movie that has no other value in any scheme the
row brings, when there is exactly one such. Rows of one file with different ids in one scheme are different movies. What
could be several is set aside. All of it is set-wise; only rows that share a title and year with another row of the file
are looked at one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

IDENTIFIERS = text("""
    CREATE TEMPORARY TABLE staged_identifier ON COMMIT DROP AS
    SELECT row.line, brought.scheme, brought.value
    FROM staged_movie AS row, unnest(row.schemes, row.id_values) AS brought (scheme, value)
    WHERE row.outcome IS NULL
""")

BY_IDENTIFIER = text("""
    UPDATE staged_movie AS row
    SET movie_id = CASE WHEN cardinality(found.movies) = 1 THEN found.movies[1] END,
        outcome = CASE WHEN cardinality(found.movies) > 1 THEN 'ambiguous' END,
        reason = CASE WHEN cardinality(found.movies) > 1 THEN 'Its ids belong to different movies.' END,
        candidates = CASE WHEN cardinality(found.movies) > 1 THEN found.movies END
    FROM (
        SELECT brought.line, array_agg(DISTINCT known.movie_id ORDER BY known.movie_id) AS movies
        FROM staged_identifier AS brought JOIN movie_identifier AS known USING (scheme, value)
        GROUP BY brought.line
    ) AS found
    WHERE found.line = row.line
""")

BY_TITLE = text("""
    WITH called AS (
        SELECT row.line, movie.id
        FROM staged_movie AS row JOIN movie USING (title_key)
        WHERE row.outcome IS NULL AND row.movie_id IS NULL
        UNION
        SELECT row.line, movie.id
        FROM staged_movie AS row JOIN movie ON fold(movie.original_title) = row.title_key
        WHERE row.outcome IS NULL AND row.movie_id IS NULL
        UNION
        SELECT row.line, further.movie_id
        FROM staged_movie AS row JOIN movie_title AS further USING (title_key)
        WHERE row.outcome IS NULL AND row.movie_id IS NULL
    ),
    possible AS (
        SELECT called.line, called.id, movie.release_year IS NOT DISTINCT FROM row.release_year AS same_year
        FROM called JOIN movie USING (id) JOIN staged_movie AS row USING (line)
        WHERE (movie.release_year = row.release_year) IS NOT FALSE
        AND NOT EXISTS (
            SELECT FROM staged_identifier AS brought
            JOIN movie_identifier AS known ON known.scheme = brought.scheme AND known.value <> brought.value
            WHERE brought.line = called.line AND known.movie_id = called.id
        )
    ),
    found AS (
        SELECT line, array_agg(id ORDER BY id) AS movies, array_agg(id ORDER BY id) FILTER (WHERE same_year) AS exact
        FROM possible GROUP BY line
    )
    UPDATE staged_movie AS row
    SET movie_id = CASE WHEN cardinality(found.exact) = 1 THEN found.exact[1] END,
        outcome = CASE WHEN cardinality(found.exact) = 1 THEN NULL ELSE 'ambiguous' END,
        candidates = CASE WHEN cardinality(found.exact) = 1 THEN NULL ELSE coalesce(found.exact, found.movies) END,
        reason = CASE
            WHEN cardinality(found.exact) = 1 THEN NULL
            WHEN found.exact IS NULL THEN 'It could be a movie of this title whose year, or its own, is not known.'
            ELSE 'Several movies have this title and year.'
        END
    FROM found
    WHERE found.line = row.line
""")

FIRST_OF_ITS_MOVIE = text("""
    UPDATE staged_movie AS row
    SET same_as = coalesce(first.line, row.line)
    FROM staged_movie AS self LEFT JOIN (
        SELECT movie_id, min(line) AS line FROM staged_movie
        WHERE outcome IS NULL AND movie_id IS NOT NULL GROUP BY movie_id
    ) AS first USING (movie_id)
    WHERE row.outcome IS NULL AND self.line = row.line
""")

SHARED = text("""
    CREATE TEMPORARY TABLE staged_shared ON COMMIT DROP AS
    SELECT line, scheme, value
    FROM (SELECT *, count(*) OVER (PARTITION BY scheme, value) AS lines FROM staged_identifier) AS counted
    WHERE lines > 1
""")

JOIN_SHARED = text("""
    WITH first AS (
        SELECT shared.line, min(row.same_as) OVER (PARTITION BY shared.scheme, shared.value) AS same_as
        FROM staged_shared AS shared JOIN staged_movie AS row USING (line)
        WHERE row.outcome IS NULL
    ),
    least AS (
        SELECT member.same_as AS old, min(first.same_as) AS new
        FROM first JOIN staged_movie AS member USING (line)
        GROUP BY member.same_as HAVING min(first.same_as) < member.same_as
    )
    UPDATE staged_movie AS row SET same_as = least.new FROM least WHERE row.same_as = least.old AND row.outcome IS NULL
""")

WITHOUT_YEAR = text("""
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', reason = 'It has no year, and line ' || dated.line || ' has the same title and one.'
    FROM (
        SELECT title_key, min(line) AS line FROM staged_movie
        WHERE outcome IS NULL AND release_year IS NOT NULL GROUP BY title_key
    ) AS dated
    WHERE row.outcome IS NULL AND row.movie_id IS NULL AND row.release_year IS NULL AND row.schemes IS NULL
    AND dated.title_key = row.title_key
""")

NAMESAKES = text("""
    SELECT line, same_as, title_key, release_year, schemes, id_values
    FROM (
        SELECT *, min(same_as) OVER title AS least, max(same_as) OVER title AS greatest
        FROM staged_movie WHERE outcome IS NULL
        WINDOW title AS (PARTITION BY title_key, release_year)
    ) AS titled
    WHERE least <> greatest
    ORDER BY title_key, release_year, schemes IS NULL, line
""")

JOIN_NAMESAKES = text("""
    UPDATE staged_movie AS row SET same_as = joined.new
    FROM unnest(CAST(:old AS integer[]), CAST(:new AS integer[])) AS joined (old, new)
    WHERE row.same_as = joined.old AND row.outcome IS NULL
""")

UNDECIDED = text("""
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', reason = 'It could be the movie of line ' || undecided.lines || ' of this file.'
    FROM unnest(CAST(:line AS integer[]), CAST(:lines AS text[])) AS undecided (line, lines)
    WHERE row.line = undecided.line
""")

GROUP_MOVIES = text("""
    WITH grouped AS (
        SELECT same_as, array_agg(DISTINCT movie_id) FILTER (WHERE movie_id IS NOT NULL) AS movies
        FROM staged_movie WHERE outcome IS NULL GROUP BY same_as HAVING count(*) > 1
    )
    UPDATE staged_movie AS row
    SET movie_id = CASE WHEN cardinality(grouped.movies) = 1 THEN grouped.movies[1] ELSE row.movie_id END,
        outcome = CASE WHEN cardinality(grouped.movies) > 1 THEN 'ambiguous' END,
        candidates = CASE WHEN cardinality(grouped.movies) > 1 THEN grouped.movies END,
        reason = CASE WHEN cardinality(grouped.movies) > 1 THEN 'Rows with its ids belong to different movies.' END
    FROM grouped
    WHERE grouped.same_as = row.same_as AND row.outcome IS NULL AND grouped.movies IS NOT NULL
""")

CONTRADICTORY_IDS = text("""
    WITH contradictory AS (
        SELECT DISTINCT row.same_as
        FROM staged_movie AS row JOIN staged_identifier AS brought USING (line)
        WHERE row.outcome IS NULL
        GROUP BY row.same_as, brought.scheme HAVING count(DISTINCT brought.value) > 1 AND count(DISTINCT row.line) > 1
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', reason = 'Rows of this file that could be one movie have different ids in one scheme.'
    FROM contradictory
    WHERE contradictory.same_as = row.same_as AND row.outcome IS NULL
""")

CONTENT = """
    jsonb_strip_nulls(jsonb_build_object(
        'title', row.title_key, 'original_title', fold(row.original_title), 'release_date', row.release_date,
        'release_year', row.release_year, 'runtime', row.runtime, 'certificate', row.certificate_system || ':' || row.certificate,
        'synopsis', row.synopsis, 'poster', row.poster, 'trailer', row.trailer, 'genres', row.genres,
        'languages', row.languages, 'countries', row.countries, 'keywords', row.keywords,
        'further_titles', row.further_titles, 'id_values', row.id_values, 'credit_names', row.credit_names,
        'credit_characters', row.credit_characters
    ))
"""

REPEATED = text(f"""
    CREATE TEMPORARY TABLE staged_repeated ON COMMIT DROP AS
    SELECT line, content, first_value(line) OVER fullest AS of_line, first_value(content) OVER fullest AS of_content
    FROM (
        SELECT row.line, row.same_as, {CONTENT} AS content, count(*) OVER (PARTITION BY row.same_as) AS lines
        FROM staged_movie AS row
        WHERE row.outcome IS NULL
    ) AS described
    WHERE lines > 1
    WINDOW fullest AS (PARTITION BY same_as ORDER BY (SELECT count(*) FROM jsonb_object_keys(content)) DESC, line)
""")  # noqa: S608  (a constant above)

CONTRADICTORY_ROWS = text("""
    WITH contradictory AS (
        SELECT of_line, array_to_string(array_agg(line ORDER BY line), ', ') AS lines
        FROM staged_repeated GROUP BY of_line HAVING NOT bool_and(of_content @> content)
    )
    UPDATE staged_movie AS row
    SET outcome = 'ambiguous', reason = 'Lines ' || contradictory.lines || ' are one movie and contradict each other.'
    FROM staged_repeated AS repeated JOIN contradictory USING (of_line)
    WHERE repeated.line = row.line
""")

DUPLICATES = text("""
    UPDATE staged_movie AS row
    SET outcome = 'duplicates', reason = 'It says nothing that line ' || repeated.of_line || ' does not say.'
    FROM staged_repeated AS repeated
    WHERE repeated.line = row.line AND repeated.line <> repeated.of_line AND row.outcome IS NULL
""")


def match(session: Session) -> None:
    """Give every staged row its movie if it has one; set aside what could be several; mark duplicates.

    Afterwards each row without an outcome stands for one movie: the one of `movie_id`, or a new one. The caller holds
    the lock on the catalogue.
    """
    session.execute(IDENTIFIERS)
    session.execute(text("ANALYZE staged_identifier"))
    session.execute(BY_IDENTIFIER)
    session.execute(BY_TITLE)
    session.execute(WITHOUT_YEAR)
    session.execute(FIRST_OF_ITS_MOVIE)
    session.execute(SHARED)
    while session.execute(JOIN_SHARED).rowcount:  # type: ignore[attr-defined]  # an UPDATE has it
        pass
    _join_namesakes(session)
    session.execute(GROUP_MOVIES)
    session.execute(CONTRADICTORY_IDS)
    session.execute(REPEATED)
    session.execute(CONTRADICTORY_ROWS)
    session.execute(DUPLICATES)


@dataclass
class _Group:
    """Rows of the file that are one movie: the line that stands for them and the ids they bring."""

    same_as: int
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def admits(self, ids: Iterable[tuple[str, str]]) -> bool:
        return all(not self.ids[scheme] or value in self.ids[scheme] for scheme, value in ids)

    def add(self, ids: Iterable[tuple[str, str]]) -> None:
        for scheme, value in ids:
            self.ids[scheme].add(value)


def _join_namesakes(session: Session) -> None:
    """Join rows of one title and year when exactly one group of them can take the row in; those with ids come first."""
    joined: list[tuple[int, int]] = []
    undecided: list[tuple[int, str]] = []
    title: tuple[str, int | None] | None = None
    groups: list[_Group] = []
    for row in session.execute(NAMESAKES):
        if (row.title_key, row.release_year) != title:
            title, groups = (row.title_key, row.release_year), []
        _place(row, groups, joined, undecided)
    if joined:
        session.execute(JOIN_NAMESAKES, {"old": [old for old, _ in joined], "new": [new for _, new in joined]})
    if undecided:
        session.execute(
            UNDECIDED, {"line": [line for line, _ in undecided], "lines": [lines for _, lines in undecided]}
        )


def _place(
    row: Row[tuple[int, int, str, int | None, Sequence[str], Sequence[str]]],
    groups: list[_Group],
    joined: list[tuple[int, int]],
    undecided: list[tuple[int, str]],
) -> None:
    ids = list(zip(row.schemes or (), row.id_values or (), strict=True))
    known = next((group for group in groups if group.same_as == row.same_as), None)
    fitting = [known] if known else [group for group in groups if group.admits(ids)]
    if len(fitting) > 1:
        undecided.append((row.line, " or ".join(str(group.same_as) for group in fitting)))
        return
    if not fitting:
        fitting = [_Group(row.same_as)]
        groups += fitting
    fitting[0].add(ids)
    if fitting[0].same_as != row.same_as:
        joined.append((row.same_as, fitting[0].same_as))
