"""Whether the query for one member and the arithmetic for everybody say the same, and scores are the sum of their parts.

CINEMACTL_HOME=/tmp/large python benchmarks/recommend_agree.py --members 1000

On the home's current version; members are drawn at random. Exit code 1 when a ranking or a sum differs.
"""

from __future__ import annotations

import argparse
import math
import sys

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl import settings as configuration
from cinemactl.audience.tables import Member
from cinemactl.recommend import everybody, on, serving
from cinemactl.store.database import Database

TOP = 10
MOST_APART = 1e-6


def compare(session: Session, members: int) -> bool:
    """Print how far query, arithmetic and sums are apart; return whether they agree."""
    spans = on.spans(session)
    every = np.array(session.scalars(select(Member.id).order_by(Member.id)).all())
    drawn = np.random.default_rng(1).choice(every, min(members, len(every)), replace=False)
    asked = {one.handle: one for one in session.scalars(select(Member).where(Member.id.in_(drawn.tolist())))}
    listed: dict[str, list[tuple[int, float]]] = {}
    for row in everybody.recommend_all(session, spans, top=TOP):
        if row["member"] in asked:
            listed.setdefault(row["member"], []).append((row["movie_id"], row["score"]))
    otherwise, apart, unequal = 0, 0.0, 0.0
    for handle, member in asked.items():
        found = serving.recommend_for(session, member, spans, top=TOP)
        rows = listed.get(handle, [])
        otherwise += [one["movie_id"] for one in found] != [movie for movie, _ in rows]
        for one, (_, score) in zip(found, rows, strict=False):
            if one["basis"] == "ratings":
                told = math.fsum(said["contribution"] for said in one["because"])
                unequal = max(unequal, abs(one["score"] - one["baseline"] - one["guests"]["contribution"] - told))
                apart = max(apart, abs(one["score"] - score))
    print(
        f"{len(asked)} members: {otherwise} rankings differ, scores by {apart:.1e}, scores and their parts by {unequal:.1e}"
    )
    return not otherwise and max(apart, unequal) < MOST_APART


def main() -> int:
    """Compare in the home that the environment names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--members", type=int, default=1000)
    given = parser.parse_args()
    with Database(configuration.load(), statement_seconds=0).unit_of_work() as session:
        return 0 if compare(session, given.members) else 1


if __name__ == "__main__":
    sys.exit(main())
