"""Recommending to one member: one query against the current version, always of the ratings as they are now.

The score of a movie is its baseline, plus what each rated movie contributes, plus what its likes so far are worth; the
parts come out scaled, so that they add up to the score.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.audience.tables import Member
from cinemactl.errors import CinemactlError
from cinemactl.recommend.on import ON, Spans
from cinemactl.recommend.status import NoModel, current_model

LIKES_COUNTED = 1000
NAMED_PEOPLE = 3

# Of movies that are not settled the likes are counted as they are now, those of members who were forgotten among them.
CANDIDATES = f"""
    model AS MATERIALIZED (SELECT * FROM recommend_model WHERE state = 'current'),
    candidate AS MATERIALIZED (
        SELECT target.movie_id, target.head,
            CASE WHEN target.head = 'warm' THEN 1.0 ELSE model.new_share END AS share,
            target.baseline, coalesce(counted.likes, target.likes) AS likes,
            CASE WHEN target.head = 'warm' THEN 0.0 ELSE model.guests * ln(1.0 + counted.likes::float8) END AS guests
        FROM model JOIN recommend_target AS target ON target.model_id = model.id
        LEFT JOIN LATERAL (
            SELECT (SELECT count(*) FROM (
                SELECT FROM rating WHERE rating.movie_id = target.movie_id AND stars >= 4 LIMIT {LIKES_COUNTED}
            ) AS liked) + (
                SELECT coalesce(sum(ratings), 0) FROM anonymous_rating AS kept
                WHERE kept.movie_id = target.movie_id AND kept.stars >= 4
            ) AS likes
        ) AS counted ON target.head <> 'warm'
        WHERE :catalogue OR target.movie_id IN (SELECT movie_id FROM on_programme)
    )
"""  # noqa: S608  (this file's own words)

# The latest rating that counts has rank 0. A movie that speaks for none counts in the length of the profile all the same.
# OFFSET 0 keeps the planner from reading all sources for one member's.
PROFILE = """
    graded AS (
        SELECT rating.movie_id, rating.stars, source.targets, source.weights,
            model.grades[(rating.stars * 2)::integer + 1] * CASE WHEN model.recency IS NULL THEN 1.0 ELSE
                exp(-(
                row_number() OVER (
                    ORDER BY extract(epoch FROM rating.rated_at)::bigint DESC NULLS LAST, rating.movie_id
                ) - 1) / model.recency) END AS weight
        FROM model JOIN rating ON rating.member_id = :member
        CROSS JOIN LATERAL (
            SELECT targets, weights FROM recommend_source AS speaks
            WHERE speaks.model_id = model.id AND speaks.movie_id = rating.movie_id OFFSET 0
        ) AS source
        WHERE model.grades[(rating.stars * 2)::integer + 1] <> 0
    ),
    profile AS MATERIALIZED (
        SELECT movie_id, stars, targets, weights, weight / sqrt(sum(weight * weight) OVER ()) AS weight FROM graded
    )
"""

# What a member has rated, or has taken a seat for.
KNOWN = """
    known AS MATERIALIZED (
        SELECT rating.movie_id FROM rating WHERE rating.member_id = :member
        UNION SELECT screening.movie_id FROM attendance JOIN screening ON screening.id = attendance.screening_id
        WHERE attendance.member_id = :member
    )
"""

FOR_MEMBER = text(f"""
    WITH {ON}, {CANDIDATES}, {PROFILE}, {KNOWN},
    contribution AS MATERIALIZED (
        SELECT one.target AS movie_id, profile.movie_id AS rated_id, profile.stars,
            candidate.share * profile.weight * one.weight::float8 AS points
        FROM profile CROSS JOIN LATERAL unnest(profile.targets, profile.weights) AS one (target, weight)
        JOIN candidate ON candidate.movie_id = one.target
    ),
    scored AS (
        SELECT candidate.movie_id, candidate.head, candidate.likes, candidate.share * candidate.baseline AS baseline,
            candidate.share * candidate.guests AS guests,
            candidate.share * (candidate.baseline + candidate.guests) + coalesce(spoken.points, 0) AS score
        FROM candidate
        LEFT JOIN (SELECT movie_id, sum(points) AS points FROM contribution GROUP BY movie_id) AS spoken USING (movie_id)
        WHERE EXISTS (SELECT FROM profile)
        AND candidate.movie_id NOT IN (SELECT movie_id FROM known)
        ORDER BY score DESC, candidate.movie_id LIMIT :top
    )
    SELECT scored.*, movie.title, movie.release_year AS year, on_programme.screening_id, on_programme.starts_at,
        on_programme.feature_starts_at, on_programme.site, on_programme.screen,
        to_char(on_programme.starts_at AT TIME ZONE on_programme.timezone, 'YYYY-MM-DD"T"HH24:MI') AS local_start,
        because.list AS because
    FROM scored JOIN movie ON movie.id = scored.movie_id
    LEFT JOIN on_programme ON on_programme.movie_id = scored.movie_id
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object(
            'movie_id', said.rated_id, 'title', rated.title, 'year', rated.release_year, 'rating', said.stars,
            'contribution', said.points, 'people', (
                SELECT coalesce(jsonb_agg(DISTINCT person.name), '[]')
                FROM credit AS here JOIN credit AS there ON there.person_id = here.person_id
                JOIN person ON person.id = here.person_id
                WHERE said.place <= {NAMED_PEOPLE}
                AND here.movie_id = scored.movie_id AND there.movie_id = said.rated_id
            )) ORDER BY said.place) AS list
        FROM (
            SELECT *, row_number() OVER (ORDER BY points DESC, rated_id) AS place
            FROM contribution WHERE contribution.movie_id = scored.movie_id AND points <> 0
        ) AS said JOIN movie AS rated ON rated.id = said.rated_id
    ) AS because ON true
    ORDER BY scored.score DESC, scored.movie_id
""")  # noqa: S608  (this program's own words)

BY_RANKING = text(f"""
    WITH {ON}, {KNOWN}
    SELECT movie.id AS movie_id, movie.title, movie.release_year AS year, movie.ranking, on_programme.screening_id,
        on_programme.starts_at, on_programme.feature_starts_at, on_programme.site, on_programme.screen,
        to_char(on_programme.starts_at AT TIME ZONE on_programme.timezone, 'YYYY-MM-DD"T"HH24:MI') AS local_start
    FROM movie LEFT JOIN on_programme ON on_programme.movie_id = movie.id
    WHERE (:catalogue OR on_programme.movie_id IS NOT NULL)
    AND movie.id NOT IN (SELECT movie_id FROM known)
    ORDER BY movie.ranking DESC, movie.id DESC LIMIT :top
""")  # noqa: S608  (as above)

UNLEARNED = text(f"""
    WITH {ON}
    SELECT count(*) FROM on_programme WHERE movie_id NOT IN (
        SELECT target.movie_id FROM recommend_target AS target JOIN recommend_model AS model ON model.id = target.model_id
        WHERE model.state = 'current'
    )
""")  # noqa: S608  (as above)


class CatalogueNotLearned(CinemactlError):
    """The version keeps only what speaks for the programme's movies."""

    code = "catalogue-not-learned"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"Version {version} keeps only the weights of the programme's movies: those of the whole catalogue did not fit "
            "into the memory of the rebuild.",
            "Ask for --from programme, or rebuild with more --memory.",
        )


def require_columns(session: Session, *, catalogue: bool) -> None:
    """Raise NoModel without a version, and CatalogueNotLearned when it has not the whole catalogue and that is asked for."""
    model = current_model(session)
    if catalogue and not model.whole:
        raise CatalogueNotLearned(model.id)


def recommend_for(
    session: Session, member: Member, on: Spans, *, top: int = 10, catalogue: bool = False
) -> list[dict[str, Any]]:
    """Return the movies a member should see, the best first, at most `top`; of what is on, or of the whole `catalogue`.

    `basis` is `ratings`, or `ranking` where that of the programme has to do; `reason` is then `no-model`, or `no-ratings` for
    a member whose ratings say nothing yet. Nothing the member has rated or attended is among them. Raises CatalogueNotLearned.
    """
    given = {**on.parameters(), "member": member.id, "top": top, "catalogue": catalogue}
    try:
        require_columns(session, catalogue=catalogue)
    except NoModel:
        return [_ranked(row, "no-model") for row in session.execute(BY_RANKING, given).mappings()]
    found = [_scored(row) for row in session.execute(FOR_MEMBER, given).mappings()]
    return found or [_ranked(row, "no-ratings") for row in session.execute(BY_RANKING, given).mappings()]


def unlearned(session: Session, on: Spans) -> int:
    """Return how many movies are on of which the current version knows nothing, so that nobody is recommended them."""
    return int(session.scalar(UNLEARNED, on.parameters()) or 0)


def _scored(row: Any) -> dict[str, Any]:  # noqa: ANN401  (a row's mapping)
    return {
        "movie_id": row["movie_id"],
        "title": row["title"],
        "year": row["year"],
        "basis": "ratings",
        "reason": None,
        "head": row["head"],
        "score": row["score"],
        "baseline": row["baseline"],
        "guests": {"likes": row["likes"], "contribution": row["guests"]},
        "because": row["because"] or [],
        "next_screening": screening_of(row),
    }


def _ranked(row: Any, reason: str) -> dict[str, Any]:  # noqa: ANN401  (as above)
    return {
        "movie_id": row["movie_id"],
        "title": row["title"],
        "year": row["year"],
        "basis": "ranking",
        "reason": reason,
        "head": None,
        "score": row["ranking"],
        "baseline": row["ranking"],
        "guests": {"likes": 0, "contribution": 0.0},
        "because": [],
        "next_screening": screening_of(row),
    }


def screening_of(row: Any) -> dict[str, Any] | None:  # noqa: ANN401  (as above)
    """Return what is told of a movie's next screening, None when there is none."""
    if row["screening_id"] is None:
        return None
    names = ("screening_id", "site", "screen", "starts_at", "feature_starts_at", "local_start")
    return {name: row[name] for name in names}
