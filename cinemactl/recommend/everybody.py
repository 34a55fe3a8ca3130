"""Scores for everybody at once: the same arithmetic as the query for one member, over ratings that stream by.

Used where one query a member would read the ratings a thousand times: for newsletters, and for who should hear of a movie.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.audience.tables import Member
from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound
from cinemactl.recommend.arrays import Doubles, Ints, Ratings, Sparse
from cinemactl.recommend.measures import top_of
from cinemactl.recommend.on import ON, Spans
from cinemactl.recommend.reading import read_sources, stream_ratings
from cinemactl.recommend.serving import BY_RANKING, CANDIDATES, require_columns, screening_of
from cinemactl.recommend.status import current_model
from cinemactl.recommend.tables import RecommendSource
from cinemactl.recommend.tastes import Taste, profiles

MEMBERS_AT_ONCE = 1000
SCORES_AT_ONCE = 4_000_000
RATINGS_AT_ONCE = 200_000
NOBODY = 0

ALL_CANDIDATES = text(f"""
    WITH {ON}, {CANDIDATES}
    SELECT candidate.*, movie.title, movie.release_year AS year, on_programme.screening_id, on_programme.starts_at,
        on_programme.feature_starts_at, on_programme.site, on_programme.screen,
        to_char(on_programme.starts_at AT TIME ZONE on_programme.timezone, 'YYYY-MM-DD"T"HH24:MI') AS local_start
    FROM candidate JOIN movie ON movie.id = candidate.movie_id
    LEFT JOIN on_programme ON on_programme.movie_id = candidate.movie_id
    WHERE CAST(:movie AS integer) IS NULL OR candidate.movie_id = CAST(:movie AS integer)
    ORDER BY candidate.movie_id
""")  # noqa: S608  (this program's own words)


# Who took a seat for what; of one movie, of what is on, or of the whole catalogue.
ATTENDED = text(f"""
    WITH {ON}
    SELECT DISTINCT attendance.member_id, screening.movie_id
    FROM attendance JOIN screening ON screening.id = attendance.screening_id
    WHERE CASE WHEN CAST(:movie AS integer) IS NOT NULL THEN screening.movie_id = CAST(:movie AS integer)
        ELSE :catalogue OR screening.movie_id IN (SELECT movie_id FROM on_programme) END
    ORDER BY attendance.member_id, screening.movie_id
""")  # noqa: S608  (as above)

KNOWN_TO = text("""
    SELECT member_id, movie_id FROM rating WHERE member_id = ANY(:members)
    UNION SELECT attendance.member_id, screening.movie_id
    FROM attendance JOIN screening ON screening.id = attendance.screening_id WHERE attendance.member_id = ANY(:members)
""")


class MovieNotLearned(NotFound):
    """The current version has nothing on the movie."""

    code = "movie-not-learned"

    def __init__(self, movie: Movie) -> None:
        super().__init__(
            f"The recommendations know nothing of {label(movie)} yet: they were made without it.",
            "`cinemactl recommend rebuild` learns of it.",
        )


@dataclass(frozen=True)
class Scorer:
    """The current version's weights for some candidates, in memory.

    `sources` are the ids of the movies that speak, ascending; `weights` is sources by candidates, `constant` what each
    candidate has for everybody, `share` what its contributions count. `attended` are pairs of member and movie, by member.
    """

    taste: Taste
    sources: Ints
    weights: Sparse
    constant: Doubles
    share: Doubles
    ids: Ints
    attended: Ints

    def score(self, batch: np.typing.NDArray[np.void]) -> Iterator[tuple[Ints, Sparse, Doubles]]:
        """Yield member ids, profiles and scores (-inf of what was rated or attended), for the ratings of whole members."""
        members, number = np.unique(batch["member"], return_inverse=True)
        step = max(1, min(MEMBERS_AT_ONCE, SCORES_AT_ONCE // max(1, len(self.ids))))
        bounds = np.searchsorted(number, np.arange(0, len(members) + step, step))
        for at, (low, high) in enumerate(pairwise(bounds)):
            part = batch[low:high]
            local = (number[low:high] - at * step).astype(np.int32)
            ids = members[at * step : at * step + step]
            movie = part["movie"].astype(np.int64)
            place = np.minimum(np.searchsorted(self.sources, movie), max(len(self.sources) - 1, 0))
            known = self.sources[place] == movie
            ratings = Ratings(
                local[known],
                place[known].astype(np.int32),
                part["halves"][known].astype(np.int8),
                part["at"][known].astype(np.int64),
                len(ids),
                len(self.sources),
            )
            given = profiles(ratings, self.taste, np.ones(len(self.sources), dtype=bool))
            scores: Doubles = np.asarray((given @ self.weights).todense()) * self.share + self.constant
            column = np.minimum(np.searchsorted(self.ids, movie), len(self.ids) - 1)
            rated = self.ids[column] == movie
            scores[local[rated], column[rated]] = -np.inf
            low_pair, high_pair = np.searchsorted(self.attended[:, 0], (ids[0], ids[-1] + 1))
            pairs = self.attended[low_pair:high_pair]
            pairs = pairs[np.isin(pairs[:, 0], ids) & np.isin(pairs[:, 1], self.ids)]
            scores[np.searchsorted(ids, pairs[:, 0]), np.searchsorted(self.ids, pairs[:, 1])] = -np.inf
            yield ids.astype(np.int64), given, scores


def scorer(session: Session, candidates: Sequence[Any], attended: Ints) -> Scorer:
    """Return the scorer of the current version for candidates (rows of ALL_CANDIDATES); raises NoModel."""
    model = current_model(session)
    ids = np.array([row["movie_id"] for row in candidates], dtype=np.int64)
    sources, rows, columns, values = [], [], [], []
    for place, (source, targets, weights) in enumerate(read_sources(session, model.id)):
        sources.append(source)
        column = np.minimum(np.searchsorted(ids, targets), len(ids) - 1)
        wanted = np.flatnonzero(ids[column] == targets)
        rows.append(np.full(len(wanted), place))
        columns.append(column[wanted])
        values.append(weights[wanted])
    triple = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    share = np.array([float(row["share"]) for row in candidates])
    constant = np.array([row["baseline"] + row["guests"] for row in candidates]) * share
    matrix = sp.csr_matrix(triple, shape=(len(sources), len(ids)))
    return Scorer(
        Taste(tuple(model.grades), model.recency),
        np.array(sources, dtype=np.int64),
        matrix,
        constant,
        share,
        ids,
        attended,
    )


def _attended(session: Session, given: dict[str, Any]) -> Ints:
    """Return pairs of member and movie (rows of ATTENDED), by member."""
    return np.array([tuple(row) for row in session.execute(ATTENDED, given)], dtype=np.int64).reshape(-1, 2)


def recommend_all(session: Session, on: Spans, *, top: int = 10, catalogue: bool = False) -> Iterator[dict[str, Any]]:
    """Yield, for every member, the best `top` movies: member, name, email, rank, movie, score, why, next screening.

    Members whose ratings say nothing get the ranking of the programme, at the end. Nothing that a member has rated or attended
    is among it. Raises NoModel, CatalogueNotLearned.
    """
    require_columns(session, catalogue=catalogue)
    given = {**on.parameters(), "catalogue": catalogue, "movie": None}
    candidates = session.execute(ALL_CANDIDATES, given).mappings().all()
    query = select(Member.id, Member.handle, Member.name, Member.email)
    members = {row.id: {"member": row.handle, "name": row.name, "email": row.email} for row in session.execute(query)}
    if candidates:
        engine = scorer(session, candidates, _attended(session, given))
        titles = _titles(session)
        movies = [_movie(row) for row in candidates]
        for batch in _whole_members(session):
            for ids, given_profiles, scores in engine.score(batch):
                best = top_of(scores, top)
                why = _strongest(engine, given_profiles, best)
                for row, member in enumerate(ids.tolist()):
                    if given_profiles.indptr[row] == given_profiles.indptr[row + 1] or member not in members:
                        continue
                    guest = members.pop(member)
                    for rank, place in enumerate(best[row].tolist()):
                        score = scores[row, place]
                        if score == -np.inf:
                            break
                        said = why[row][rank]
                        because = titles.get(int(engine.sources[said])) if said >= 0 else None
                        yield {
                            **guest, "rank": rank + 1, **movies[place][0], "score": float(score),
                            "basis": "ratings", "because": because, **movies[place][1],
                        }  # fmt: skip
    yield from _by_ranking(session, given, members, top)


def _by_ranking(
    session: Session, given: dict[str, Any], members: dict[int, dict[str, str | None]], top: int
) -> Iterator[dict[str, Any]]:
    """Yield the programme's ranking for each of these members, without what they have rated or attended."""
    known: dict[int, set[int]] = {}
    for member, movie in session.execute(KNOWN_TO, {"members": list(members)}):
        known.setdefault(member, set()).add(movie)
    most = max(map(len, known.values()), default=0)
    ranked = session.execute(BY_RANKING, {**given, "member": NOBODY, "top": top + most}).mappings().all()
    for member, guest in members.items():
        left = (one for one in ranked if one["movie_id"] not in known.get(member, ()))
        for rank, one in enumerate(islice(left, top)):
            movie, screening = _movie(one)
            yield {
                **guest, "rank": rank + 1, **movie, "score": one["ranking"],
                "basis": "ranking", "because": None, **screening,
            }  # fmt: skip


def guests_of(session: Session, movie: Movie, *, top: int = 50) -> list[dict[str, Any]]:
    """Return the members who should hear of a movie, the likeliest first: member, name, email, score, because.

    Whoever has rated or attended it knows it. Raises NoModel, MovieNotLearned.
    """
    current_model(session)
    given = {**Spans().parameters(), "catalogue": True, "movie": movie.id}
    candidates = session.execute(ALL_CANDIDATES, given).mappings().all()
    if not candidates:
        raise MovieNotLearned(movie)
    engine = scorer(session, candidates, _attended(session, given))
    best: list[tuple[float, int, int]] = []
    for batch in _whole_members(session):
        for ids, given_profiles, scores in engine.score(batch):
            why = _strongest(engine, given_profiles, np.zeros((len(ids), 1), dtype=np.int64))
            speaks = np.diff(given_profiles.indptr) > 0
            rows = np.flatnonzero(speaks & (scores[:, 0] > -np.inf))
            best = heapq.nlargest(top, best + [(float(scores[row, 0]), -int(ids[row]), why[row][0]) for row in rows])
    titles = _titles(session)
    members = {one.id: one for one in session.scalars(select(Member).where(Member.id.in_([-one[1] for one in best])))}
    return [
        {
            "member": members[-number].handle,
            "name": members[-number].name,
            "email": members[-number].email,
            "score": score,
            "because": titles.get(int(engine.sources[said])) if said >= 0 else None,
        }
        for score, number, said in best
        if -number in members
    ]


def _whole_members(session: Session) -> Iterator[np.typing.NDArray[np.void]]:
    """Yield ratings in arrays that hold all of a member's."""
    kept: list[np.typing.NDArray[np.void]] = []
    size = 0
    for part in stream_ratings(session, ordered=True):
        kept.append(part)
        size += len(part)
        if size < RATINGS_AT_ONCE:
            continue
        held = np.concatenate(kept)
        cut = int(np.searchsorted(held["member"], held["member"][-1]))
        kept, size = [held[cut:]], len(held) - cut
        if cut:
            yield held[:cut]
    if kept:
        yield np.concatenate(kept)


def _strongest(engine: Scorer, given: Sparse, best: Ints) -> list[list[int]]:
    """Return, member by member and for each of the best, the place of the source that says most; -1 where none does."""
    found = []
    for row in range(len(best)):
        part = slice(given.indptr[row], given.indptr[row + 1])
        places = given.indices[part]
        if not len(places):
            found.append([-1] * best.shape[1])
            continue
        said = engine.weights[places][:, best[row]].toarray() * given.data[part][:, None]
        strongest = said.argmax(axis=0)
        worth = said[strongest, np.arange(len(strongest))] > 0
        found.append([int(places[one]) if is_worth else -1 for one, is_worth in zip(strongest, worth, strict=True)])
    return found


def _titles(session: Session) -> dict[int, str]:
    query = select(Movie.id, Movie.title, Movie.release_year).where(
        Movie.id.in_(select(RecommendSource.movie_id).where(RecommendSource.model_id == current_model(session).id))
    )
    return {
        row.id: f"{row.title} ({row.release_year})" if row.release_year else row.title for row in session.execute(query)
    }


def _movie(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401  (a row's mapping)
    screening = screening_of(row) or {}
    return (
        {"movie_id": row["movie_id"], "title": row["title"], "year": row["year"]},
        {name: screening.get(name) for name in ("site", "screen", "starts_at", "local_start")},
    )
