"""The tables of an import: the file as it came, the plan row by row, the outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.store.base import Base

OUTCOMES = ("created", "updated", "unchanged", "duplicates", "ambiguous", "rejected")
STATES = ("uploaded", "planned", "applied", "undone")
DIGEST_BYTES = 16


class Upload(Base):
    """A file of the user's, kept in the database so that a worker on any host can read it."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    filename: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UploadChunk(Base):
    """A piece of an upload; stored as it is, for most files arrive compressed or are read once."""

    __tablename__ = "upload_chunk"

    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Import(Base):
    """One import of one file. The counts are those of the plan; they sum up to `rows`.

    `findings` are what reading the file found out, as the report has it.
    `applied_at` is the time of the transaction that applied it, which its movies have as the time of their last change.
    Two imports with the same `read_as` read a row of the same words alike; none is kept where that would not tell enough.
    """

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    noun: Mapped[str]
    filename: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id", ondelete="SET NULL"), index=True)
    job_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(server_default="uploaded")
    dry_run: Mapped[bool] = mapped_column(server_default=text("false"))
    options: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    layout: Mapped[str | None]
    encoding: Mapped[str | None]
    delimiter: Mapped[str | None]
    header: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    read_as: Mapped[str | None]
    findings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    rows: Mapped[int] = mapped_column(server_default="0")
    created: Mapped[int] = mapped_column(server_default="0")
    updated: Mapped[int] = mapped_column(server_default="0")
    unchanged: Mapped[int] = mapped_column(server_default="0")
    duplicates: Mapped[int] = mapped_column(server_default="0")
    ambiguous: Mapped[int] = mapped_column(server_default="0")
    rejected: Mapped[int] = mapped_column(server_default="0")
    seconds: Mapped[float | None] = mapped_column(Double)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("rows = created + updated + unchanged + duplicates + ambiguous + rejected", name="rows"),
        Index("import_created_at_idx", "created_at"),
    )


class ImportBlock(Base):
    """Rows of a plan of which it says no more than their outcome and movie: by the thousand, in less than half the room.

    `lines`, `movie_ids` and `changed_at` are as long as each other; a movie that is not created yet is null. `changed_at` is
    when each movie had last been changed. `digests` are those of the rows' words, of DIGEST_BYTES each; they are all zeros
    for a row that has to be read the next time too, and null when that is every row.
    """

    __tablename__ = "import_block"

    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    first_line: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    movie_ids: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))
    changed_at: Mapped[list[datetime] | None] = mapped_column(ARRAY(DateTime(timezone=True)))
    digests: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("outcome IN ('created', 'unchanged')", name="outcome"),)


class ImportRow(Base):
    """What the plan says of one row.

    `changes` holds field: [old, new]. `former` is what an undo needs besides: `updated_at`, and `credits` as
    role: [[position, person_id, character], ...].
    """

    __tablename__ = "import_row"

    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    movie_id: Mapped[int | None]
    changes: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    former: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    column: Mapped[str | None]
    reason: Mapped[str | None]
    candidates: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))

    __table_args__ = (
        CheckConstraint(f"outcome IN ({', '.join(repr(outcome) for outcome in OUTCOMES)})", name="outcome"),
    )
