"""Versions of the model: written beside the old, switched at once, looked at, and taken back."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from cinemactl.recommend.arrays import Ints
from cinemactl.recommend.model import Model
from cinemactl.recommend.status import lock_versions
from cinemactl.recommend.tables import RecommendModel, RecommendSource, RecommendTarget

KEPT_VERSIONS = 3
INTEGER, REAL = 23, 700
BINARY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
BINARY_END = struct.pack(">h", -1)


def write_version(session: Session, model: Model, movie_ids: Ints, facts: Mapping[str, Any]) -> RecommendModel:
    """Write a model as the current version, the current one becoming a former one; those rolled back go, then the oldest.

    `facts` are the other columns of RecommendModel. Nobody sees any of it before the transaction is committed.
    """
    lock_versions(session)
    session.execute(update(RecommendModel).where(RecommendModel.state == "current").values(state="former"))
    version = RecommendModel(
        state="current",
        weights=int(model.weights.nnz),
        whole=model.whole,
        grades=list(model.taste.grades),
        recency=model.taste.recency,
        guests=model.guests,
        new_share=model.new_share,
        **facts,
    )
    session.add(version)
    session.flush()
    targets = movie_ids[model.targets]
    _copy_targets(session, version.id, model, targets)
    _copy_sources(session, version.id, model, movie_ids, targets.astype(np.int64))
    newest = (RecommendModel.state == "rolled-back", RecommendModel.id.desc())
    kept = select(RecommendModel.id).order_by(*newest).limit(KEPT_VERSIONS)
    session.execute(delete(RecommendModel).where(RecommendModel.id.not_in(kept)))
    session.flush()
    # Who asks next asks of tables that the planner would take for empty ones.
    session.execute(text(f"ANALYZE {RecommendTarget.__tablename__}, {RecommendSource.__tablename__}"))
    return version


def _copy_targets(session: Session, version: int, model: Model, targets: Ints) -> None:
    columns = "model_id, movie_id, head, baseline, likes"
    with (
        _driver(session).cursor() as cursor,
        cursor.copy(f"COPY {RecommendTarget.__tablename__} ({columns}) FROM STDIN") as copy,
    ):
        for movie, head, baseline, likes in zip(
            targets.tolist(), model.heads, model.baseline.tolist(), model.likes.tolist(), strict=True
        ):
            copy.write_row((version, movie, head, baseline, likes))


def _copy_sources(session: Session, version: int, model: Model, movie_ids: Ints, targets: Ints) -> None:
    statement = (
        f"COPY {RecommendSource.__tablename__} (model_id, movie_id, targets, weights) FROM STDIN (FORMAT BINARY)"
    )
    rows = model.weights
    with _driver(session).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(BINARY_HEADER)
        for source in model.sources.tolist():
            part = slice(rows.indptr[source], rows.indptr[source + 1])
            copy.write(
                struct.pack(">hiqii", 4, 8, version, 4, int(movie_ids[source]))
                + _array(targets[rows.indices[part]], ">i4", INTEGER)
                + _array(rows.data[part], ">f4", REAL)
            )
        copy.write(BINARY_END)


def _array(values: npt.NDArray[Any], kind: str, oid: int) -> bytes:
    """Return a field that holds an array, as PostgreSQL sends and takes it."""
    if not len(values):
        return struct.pack(">iiii", 12, 0, 0, oid)
    elements = np.empty(len(values), dtype=[("size", ">i4"), ("value", kind)])
    elements["size"], elements["value"] = 4, values
    return struct.pack(">iiiiii", 20 + elements.nbytes, 1, 0, oid, len(values), 1) + elements.tobytes()


def _driver(session: Session) -> psycopg.Connection:
    return cast("psycopg.Connection", session.connection().connection.driver_connection)
