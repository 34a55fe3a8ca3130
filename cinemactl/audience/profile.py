"""What a member likes, counted from their ratings: genres, people, decades, languages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.audience.tables import Member

FEWEST_RATINGS = 3
SHOWN = 5
KINDS = ("genres", "people", "decades", "languages")

# A trait that came up once or twice says nothing. What is liked is what gets more than the member gives on the whole, the
# mean drawn towards that by as many ratings as make one certain.
TRAITS = text("""
    WITH rated AS (
        SELECT rating.movie_id, rating.stars, avg(stars) OVER () AS usual FROM rating WHERE member_id = :member
    ),
    trait AS (
        SELECT 'genres' AS kind, unnest(genres) AS name, stars, usual FROM rated JOIN movie ON movie.id = movie_id
        UNION ALL
        SELECT 'languages', unnest(languages), stars, usual FROM rated JOIN movie ON movie.id = movie_id
        UNION ALL
        SELECT 'decades', release_year / 10 * 10 || 's', stars, usual FROM rated JOIN movie ON movie.id = movie_id
        WHERE release_year IS NOT NULL
        UNION ALL
        SELECT 'people', person.name, stars, usual
        FROM rated JOIN (SELECT DISTINCT movie_id, person_id FROM credit) AS credit USING (movie_id)
        JOIN person ON person.id = credit.person_id
    ),
    counted AS (
        SELECT kind, name, count(*) AS ratings, round(avg(stars), 2) AS mean, min(usual) AS usual,
            (sum(stars) + :fewest * min(usual)) / (count(*) + :fewest) AS liked
        FROM trait GROUP BY kind, name HAVING count(*) >= :fewest
    ),
    placed AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY liked DESC, ratings DESC, name) AS place
        FROM counted WHERE mean >= usual
    )
    SELECT kind, name, ratings, mean FROM placed WHERE place <= :shown ORDER BY kind, place
""")

TOTALS = text("""
    SELECT count(*) AS ratings, round(avg(stars), 2) AS mean, min(rated_at) AS first_at, max(rated_at) AS last_at
    FROM rating WHERE member_id = :member
""")


def profile(session: Session, member: Member) -> dict[str, Any]:
    """Return a member's profile: ratings, mean, first_at, last_at, and for each of KINDS a list of {name, ratings, mean}.

    A list has up to five entries, the best liked first, and none that rests on fewer than three ratings.
    """
    totals = session.execute(TOTALS, {"member": member.id}).mappings().one()
    found: dict[str, Any] = {**totals, **{kind: [] for kind in KINDS}}
    for row in session.execute(TRAITS, {"member": member.id, "fewest": FEWEST_RATINGS, "shown": SHOWN}):
        found[row.kind].append({"name": row.name, "ratings": row.ratings, "mean": row.mean})
    return found
