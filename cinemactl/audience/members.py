"""Finding, adding, editing and removing members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.audience.locks import share_audience
from cinemactl.audience.tables import Attendance, Member, Rating
from cinemactl.errors import Conflict, NotFound, UsageRefused

LARGEST_ID = 2**31 - 1
STREAM_ROWS = 2000
CLEARABLE = ("name", "email")


class MemberNotFound(NotFound):
    """No member has that handle or id."""

    code = "member-not-found"

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no member {reference[:100]!r}.", "See `cinemactl member list`.")


class MemberExists(Conflict):
    """The handle is another member's."""

    code = "member-exists"

    def __init__(self, handle: str) -> None:
        super().__init__(
            f"There is a member {handle!r} already.", "Take another handle, or `cinemactl member edit` that member."
        )


class MemberInUse(Conflict):
    """A member that is to be removed has rated or attended something."""

    code = "member-in-use"

    def __init__(self, member: Member, ratings: int, screenings: int) -> None:
        said = [f"{ratings} rating{'' if ratings == 1 else 's'}"] if ratings else []
        said += [f"{screenings} screening{'' if screenings == 1 else 's'} attended"] if screenings else []
        super().__init__(
            f"Member {member.handle!r} is in use: {', '.join(said)}.",
            "With --force they are removed too; `cinemactl member forget` erases the person and keeps anonymous counts.",
        )


@dataclass
class MemberFields:
    """What can be said of a member; None is not said."""

    handle: str | None = None
    name: str | None = None
    email: str | None = None

    def given(self) -> dict[str, str]:
        """Return what is said."""
        return {name: value for name, value in vars(self).items() if value is not None}


def find_member(session: Session, reference: str) -> Member:
    """Return the member of a handle, or of an id as in `id:42`; raises MemberNotFound."""
    given = reference.strip()
    found = session.scalar(select(Member).where(Member.handle == given))
    scheme, colon, number = given.partition(":")
    if found is None and colon and scheme.lower() == "id" and number.isascii() and number.isdecimal():
        found = (
            session.get(Member, int(number))
            if len(number) <= len(str(LARGEST_ID)) and int(number) <= LARGEST_ID
            else None
        )
    if found is None:
        raise MemberNotFound(reference)
    return found


def add_member(session: Session, fields: MemberFields) -> Member:
    """Add a member and return it; raises MemberExists, or UsageRefused without a handle."""
    if not fields.handle:
        raise UsageRefused("A member needs a handle.", "Give one, as in `cinemactl member add anna`.")
    share_audience(session)
    member = Member(**fields.given())
    _write(session, member, fields.handle)
    return member


def edit_member(session: Session, member: Member, fields: MemberFields, *, clear: Iterable[str] = ()) -> bool:
    """Change what is given of a member, empty the fields of CLEARABLE in `clear`; return whether anything changed.

    Raises MemberExists, MemberNotFound when somebody removed the member meanwhile.
    """
    hold_member(session, member)
    changes = {**dict.fromkeys(clear), **fields.given()}
    changed = {name: value for name, value in changes.items() if getattr(member, name) != value}
    for name, value in changed.items():
        setattr(member, name, value)
    if changed:
        member.updated_at = func.now()
        _write(session, member, member.handle)
    return bool(changed)


def remove_member(session: Session, member: Member, *, force: bool = False) -> None:
    """Remove a member; raises MemberInUse when there are ratings or attendances, which go too with `force`."""
    hold_member(session, member)
    if not force:
        raise_if_in_use(session, member)
    session.delete(member)
    session.flush()


def raise_if_in_use(session: Session, member: Member) -> None:
    """Raise MemberInUse, with their counts, when the member has ratings or attended screenings."""
    attended = select(func.count()).select_from(Attendance).where(Attendance.member_id == member.id)
    ratings, screenings = rating_count(session, member), session.scalar(attended) or 0
    if ratings or screenings:
        raise MemberInUse(member, ratings, screenings)


def rating_count(session: Session, member: Member) -> int:
    """Return how many ratings a member has."""
    return session.scalar(select(func.count()).select_from(Rating).where(Rating.member_id == member.id)) or 0


def hold_member(session: Session, member: Member) -> None:
    """Hold a member, as it is at this moment, until the transaction ends; raises MemberNotFound when it is gone."""
    share_audience(session)
    held = select(Member).where(Member.id == member.id).with_for_update().execution_options(populate_existing=True)
    if session.scalar(held) is None:
        raise MemberNotFound(member.handle)


def list_members(session: Session, *, limit: int | None, after: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield members by their handles, with the number of their ratings; `after` is the handle of the last one seen."""
    counted = select(func.count()).select_from(Rating).where(Rating.member_id == Member.id).scalar_subquery()
    query = select(Member, counted).order_by(Member.handle).limit(limit)
    if limit is None:
        query = query.execution_options(yield_per=STREAM_ROWS)
    found = session.execute(query if after is None else query.where(Member.handle > after))
    return (document(member, ratings) for member, ratings in found)


def document(member: Member, ratings: int) -> dict[str, Any]:
    """Return what is shown of a member: id, handle, name, email, ratings, created_at, updated_at."""
    return {
        "id": member.id,
        "handle": member.handle,
        "name": member.name,
        "email": member.email,
        "ratings": ratings,
        "created_at": member.created_at,
        "updated_at": member.updated_at,
    }


def _write(session: Session, member: Member, handle: str) -> None:
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != "23505":
            raise
        raise MemberExists(handle) from error
    session.refresh(member)
