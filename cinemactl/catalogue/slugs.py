"""Slugs: titles as one lower-case word each, for the TAB key."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

# A slug is the folded title, so that folding it again finds the movie. The year follows where several movies share it, and
# where the title is a number, which alone would name an id.
SLUGS = text("""
    SELECT replace(title_key, ' ', '-') || CASE
            WHEN release_year IS NOT NULL AND (count(*) OVER (PARTITION BY title_key) > 1 OR title_key ~ '^[0-9 ]+$')
            THEN '-' || release_year
            ELSE ''
        END AS slug,
        title || coalesce(' (' || release_year || ')', '') AS title
    FROM (SELECT title_key, title, release_year FROM movie ORDER BY ranking DESC, id DESC LIMIT :limit) AS best
    ORDER BY slug
""")


def slugs(session: Session, *, limit: int) -> Iterator[tuple[str, str]]:
    """Yield slug and title of the `limit` best ranked movies, in the order of the slugs."""
    for found in session.execute(SLUGS, {"limit": limit}):
        yield found.slug, " ".join(found.title.split())
