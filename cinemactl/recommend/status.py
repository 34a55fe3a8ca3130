"""Which version serves, what is known of it, and how the one before it serves again. Needs neither NumPy nor SciPy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, Conflict
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


def rollback(session: Session) -> tuple[RecommendModel, RecommendModel]:
    """Let the version before the current one serve again; return it and the one it replaces.

    Raises NoModel, or NoFormerModel when none is left.
    """
    lock_versions(session)
    now = current_model(session)
    former = session.scalar(
        select(RecommendModel)
        .where(RecommendModel.state == "former", RecommendModel.id < now.id)
        .order_by(RecommendModel.id.desc())
        .limit(1)
    )
    if former is None:
        raise NoFormerModel
    for version, state in ((now, "rolled-back"), (former, "current")):
        session.execute(update(RecommendModel).where(RecommendModel.id == version.id).values(state=state))
        session.refresh(version)
    return former, now
