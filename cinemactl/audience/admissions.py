"""Admissions: how many seats of a screening were sold for how much, and which members attended it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.audience.locks import share_audience
from cinemactl.audience.members import hold_member
from cinemactl.audience.tables import Attendance, Member
from cinemactl.catalogue.values import ValueRefused
from cinemactl.programme import listing
from cinemactl.programme.listing import Filters
from cinemactl.programme.screening_faults import ScreeningNotFound
from cinemactl.programme.screenings import site_of
from cinemactl.programme.tables import Screening

FIELDS = (
    *("screening", "site", "screen", "movie_id", "title", "year", "starts_at", "business_day", "sold", "seats"),
    *("occupancy", "gross"),
)


def record_sold(session: Session, screening: Screening, sold: int, *, gross: Decimal | None = None) -> bool:
    """Say how many seats of a screening were sold in all, and for how much; return whether that changed anything.

    Without `gross` what is known of it stays. Raises ValueRefused for more seats than there are, ScreeningNotFound when
    somebody removed the screening meanwhile.
    """
    _hold(session, screening, sold)
    changed = screening.sold != sold or gross not in (None, screening.gross)
    screening.sold = sold
    if gross is not None:
        screening.gross = gross
    session.flush()
    return changed


def record_attendance(session: Session, member: Member, screening: Screening, seats: int) -> bool:
    """Say how many seats a member had at a screening, 0 for none; return whether that changed anything.

    The sum of seats sold stays as it is. Raises as `record_sold` does, and MemberNotFound.
    """
    share_audience(session)
    _hold(session, screening, seats)
    hold_member(session, member)
    found = session.get(Attendance, (member.id, screening.id))
    if (found.seats if found else 0) == seats:
        return False
    if found is None:
        session.add(Attendance(member_id=member.id, screening_id=screening.id, seats=seats))
    elif seats:
        found.seats, found.import_id = seats, None
    else:
        session.delete(found)
    session.flush()
    return True


def list_admissions(
    session: Session, filters: Filters, *, limit: int | None, after: Screening | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the admissions of screenings by their starts, as FIELDS; `limit` None streams all."""
    return map(document, listing.list_screenings(session, filters, limit=limit, after=after))


def document(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the admissions of a screening's document, as FIELDS; `occupancy` is the share of its seats, 0 to 1."""
    told = {"screening": shown["id"], **{name: shown[name] for name in FIELDS if name in shown}}
    told["occupancy"] = round(shown["sold"] / shown["seats"], 3)
    return {name: told[name] for name in FIELDS}


def list_attendance(session: Session, member: Member) -> list[dict[str, Any]]:
    """Return what a member attended by its start: member, screening, site, screen, movie_id, title, year, starts_at, seats."""
    query = (
        select(Screening, Attendance.seats)
        .join(Attendance, Attendance.screening_id == Screening.id)
        .where(Attendance.member_id == member.id)
        .order_by(Screening.starts_at, Screening.id)
    )
    attended = session.execute(query).all()
    shown = listing.documents(session, [screening for screening, _ in attended])
    names = ("site", "screen", "movie_id", "title", "year", "starts_at", "business_day")
    return [
        {"member": member.handle, "screening": one["id"], **{name: one[name] for name in names}, "seats": seats}
        for one, (_, seats) in zip(shown, attended, strict=True)
    ]


def _hold(session: Session, screening: Screening, seats: int) -> None:
    held = select(Screening).where(Screening.id == screening.id).with_for_update(key_share=True)
    if session.scalar(held.execution_options(populate_existing=True)) is None:
        raise ScreeningNotFound(str(screening.id))
    _, screen = site_of(session, screening)
    if not 0 <= seats <= screen.seats:
        raise ValueRefused(
            "seats", str(seats), f"are not between 0 and the {screen.seats} of the screen", "Give how many were sold."
        )
