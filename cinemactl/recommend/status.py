"""Which version serves, what is known of it, and how the one before it serves again. Needs neither NumPy nor SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, Conflict, NotFound
from cinemactl.recommend.tables import RecommendModel

ALL_VERSIONS = 0x7265636F6D  # "recom"


class NoModel(CinemactlError):
    """Nothing was learned yet."""

    code = "no-model"

    def __init__(self) -> None:
        super().__init__(
            "There are no recommendations yet: nothing was learned from the ratings.",
            "`cinemactl recommend rebuild` does it.",
        )


class NoFormerModel(Conflict):
    """There is no version to go back to."""

    code = "no-former-model"

    def __init__(self) -> None:
        super().__init__("There is no earlier version to go back to.", "`cinemactl recommend rebuild` makes a new one.")


class VersionNotKept(NotFound):
    """No version of that number is there, or no more."""

    code = "version-not-kept"

    def __init__(self, version: int, kept: Sequence[int]) -> None:
        super().__init__(
            f"There is no version {version}; kept {'is' if len(kept) == 1 else 'are'} {', '.join(map(str, kept))}.",
            "`cinemactl recommend status` shows them.",
        )


def lock_versions(session: Session) -> None:
    """Hold, until the transaction ends, the right to say which version serves."""
    session.execute(select(func.pg_advisory_xact_lock(ALL_VERSIONS)))


def current_model(session: Session) -> RecommendModel:
    """Return the version that serves; raises NoModel."""
    found = session.scalar(select(RecommendModel).where(RecommendModel.state == "current"))
    if found is None:
        raise NoModel
    return found


def document(model: RecommendModel) -> dict[str, Any]:
    """Return what is shown of a version."""
    return {
        "version": model.id,
        "state": model.state,
        "engine": model.choice.get("engine", "local"),
        "created_at": model.created_at,
        "age_hours": round((datetime.now(UTC) - model.created_at).total_seconds() / 3600, 2),
        "members": model.members,
        "movies": model.movies,
        "ratings": model.ratings,
        "likes": model.likes,
        "weights": model.weights,
        "columns": "catalogue" if model.whole else "programme",
        "validation": model.validation,
        "choice": model.choice,
        "seconds": model.seconds,
    }


def kept_versions(session: Session) -> list[dict[str, Any]]:
    """Return number, state and time of every version that can serve, the newest first."""
    rows = session.execute(
        select(RecommendModel.id, RecommendModel.state, RecommendModel.created_at).order_by(RecommendModel.id.desc())
    )
    return [{"version": row.id, "state": row.state, "created_at": row.created_at} for row in rows]


def rollback(session: Session, to: int | None = None) -> tuple[RecommendModel, RecommendModel]:
    """Let the version before the current one serve again, or the version `to`; return it and the one that served.

    A version that was rolled back is never gone to unless it is named. Raises NoModel, NoFormerModel, VersionNotKept.
    """
    lock_versions(session)
    before = current_model(session)
    if to is None:
        wanted = session.scalar(
            select(RecommendModel)
            .where(RecommendModel.state == "former", RecommendModel.id < before.id)
            .order_by(RecommendModel.id.desc())
            .limit(1)
        )
        if wanted is None:
            raise NoFormerModel
    elif (wanted := session.get(RecommendModel, to)) is None:
        raise VersionNotKept(to, [one["version"] for one in kept_versions(session)])
    if wanted is not before:
        before.state = "rolled-back" if wanted.id < before.id else "former"
        session.flush()
        wanted.state = "current"
        session.flush()
    return wanted, before
