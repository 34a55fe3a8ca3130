"""Finding, adding, editing and removing bookings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cinemactl.catalogue import values
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import Conflict, NotFound, UsageRefused
from cinemactl.programme import places
from cinemactl.programme.bookings.terms import LARGEST, Clause, TermRefused, line_of, terms_of
from cinemactl.programme.clock import DAY, DAYS_A_WEEK
from cinemactl.programme.tables import Booking, Screen, Site

LARGEST_ID = 2**31 - 1
LONGEST_TEXT = 2000
CLEARABLE = ("ends_on", "distributor", "note")


class BookingNotFound(NotFound):
    """No booking has that id."""

    code = "booking-not-found"

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no booking {reference[:100]!r}.", "See `cinemactl booking list`.")


class BookingExists(Conflict):
    """The movie is booked at the site for some of these days already."""

    code = "booking-exists"

    def __init__(self, other: Booking) -> None:
        super().__init__(
            f"Booking {other.id} has the movie at this site {window(other)} already.",
            f"Change that one, as in `cinemactl booking edit {other.id} --until DATE`, or take other days.",
        )


@dataclass
class BookingFields:
    """What can be said of a booking besides its terms; None is not said."""

    starts_on: date | None = None
    ends_on: date | None = None
    distributor: str | None = None
    note: str | None = None

    def given(self) -> dict[str, Any]:
        """Return what is said."""
        return {name: value for name, value in vars(self).items() if value is not None}


def day_of(text: str) -> date:
    """Return the day written as 2026-12-03; raises UsageRefused."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageRefused(f"{text[:100]!r} is no day.", "Write it as 2026-12-03.") from error


def text_of(what: str, text: str) -> str:
    """Return a distributor or a note, cleaned; raises ValueRefused."""
    return values.text(what, text, LONGEST_TEXT, one_line=what == "distributor")


def window(booking: Booking) -> str:
    """Return a booking's window in words."""
    return f"from {booking.starts_on} {f'to {booking.ends_on}' if booking.ends_on else 'on'}"


def within(booking: Booking, day: date) -> bool:
    """Whether a business day lies in a booking's window."""
    return booking.starts_on <= day and (booking.ends_on is None or day <= booking.ends_on)


def find_booking(session: Session, reference: str) -> Booking:
    """Return the booking of an id (`7`, `id:7`); raises BookingNotFound."""
    number = reference.strip().lower().removeprefix("id:")
    found = None
    if number.isascii() and number.isdecimal() and len(number) <= len(str(LARGEST_ID)) and int(number) <= LARGEST_ID:
        found = session.get(Booking, int(number))
    if found is None:
        raise BookingNotFound(reference)
    return found


def add_booking(
    session: Session, movie: Movie, site: Site, fields: BookingFields, terms: Iterable[str | Mapping[str, Any]] = ()
) -> Booking:
    """Book a movie at a site and return the booking.

    Raises BookingExists where it is booked for some of the days already, TermRefused, UsageRefused without a first day or
    for a window too short for the minimum weeks, ScreenNotFound.
    """
    if fields.starts_on is None:
        raise UsageRefused("A booking needs its first day.", "Give it with --from, as in --from 2026-12-03.")
    booking = Booking(movie_id=movie.id, site_id=site.id, terms=_in_place(session, site, terms_of(terms)))
    for name, value in fields.given().items():
        setattr(booking, name, value)
    _check(session, site, booking)
    session.add(booking)
    session.flush()
    session.refresh(booking)
    return booking


def edit_booking(
    session: Session,
    booking: Booking,
    fields: BookingFields,
    *,
    terms: Iterable[str | Mapping[str, Any]] | None = None,
    clear: Iterable[str] = (),
) -> bool:
    """Change what is given of a booking, empty the fields of CLEARABLE in `clear`; return whether anything changed.

    `terms` go in the place of all that it has. Raises as `add_booking` does.
    """
    site = session.get_one(Site, booking.site_id)
    changes = {**dict.fromkeys(clear), **fields.given()}
    if terms is not None:
        changes["terms"] = _in_place(session, site, terms_of(terms))
    changed = {name: value for name, value in changes.items() if getattr(booking, name) != value}
    if not changed:
        return False
    with session.begin_nested(), session.no_autoflush:
        for name, value in changed.items():
            setattr(booking, name, value)
        booking.updated_at = func.now()
        _check(session, site, booking)
    session.refresh(booking)
    return True


def remove_booking(session: Session, booking: Booking) -> None:
    """Remove a booking."""
    session.delete(booking)
    session.flush()


def list_bookings(
    session: Session,
    *,
    site: Site | None = None,
    movie: Movie | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the documents of bookings that have a day from `first` to `last`, by site, first day and id."""
    query = (
        select(Booking, Movie.title, Site.name)
        .join(Movie, Movie.id == Booking.movie_id)
        .join(Site, Site.id == Booking.site_id)
    )
    if site is not None:
        query = query.where(Booking.site_id == site.id)
    if movie is not None:
        query = query.where(Booking.movie_id == movie.id)
    if last is not None:
        query = query.where(Booking.starts_on <= last)
    if first is not None:
        query = query.where(or_(Booking.ends_on.is_(None), Booking.ends_on >= first))
    found = session.execute(query.order_by(Site.name_key, Booking.starts_on, Booking.id)).all()
    names = _screen_names(session, [booking for booking, _, _ in found])
    for booking, title, name in found:
        yield _document(booking, title, name, names)


def document(session: Session, booking: Booking) -> dict[str, Any]:
    """Return what is shown of a booking: id, movie_id, title, site, starts_on, ends_on, distributor, note, terms."""
    title = session.get_one(Movie, booking.movie_id).title
    site = session.get_one(Site, booking.site_id).name
    return _document(booking, title, site, _screen_names(session, [booking]))


def _document(booking: Booking, title: str, site: str, screens: Mapping[int, str]) -> dict[str, Any]:
    def told(clause: Clause) -> Clause:
        named = {"screen": screens.get(clause["screen_id"])} if "screen_id" in clause else {}
        return {"clause": clause["clause"], "line": line_of(clause | named), **clause, **named}

    return {
        "id": booking.id,
        "movie_id": booking.movie_id,
        "title": title,
        "site": site,
        "starts_on": booking.starts_on,
        "ends_on": booking.ends_on,
        "distributor": booking.distributor,
        "note": booking.note,
        "terms": [told(clause) for clause in booking.terms],
        "created_at": booking.created_at,
        "updated_at": booking.updated_at,
    }


def _screen_names(session: Session, bookings: Sequence[Booking]) -> dict[int, str]:
    ids = {clause["screen_id"] for booking in bookings for clause in booking.terms if "screen_id" in clause}
    if not ids:
        return {}
    return {screen.id: screen.name for screen in session.scalars(select(Screen).where(Screen.id.in_(ids)))}


def _in_place(session: Session, site: Site, terms: list[Clause]) -> list[Clause]:
    """Return terms with the screens they name as ids; raises ScreenNotFound, and TermRefused for a name of another's id."""
    for clause in terms:
        if clause.get("screen", LARGEST).lower() == LARGEST and "screen_id" not in clause:
            if "screen" in clause:
                clause["screen"] = LARGEST
            continue
        names = [clause.pop("screen", None), f"id:{clause['screen_id']}" if "screen_id" in clause else None]
        found = {places.find_screen(session, site, name)[1].id for name in names if name}
        if len(found) > 1:
            raise TermRefused(" and ".join(filter(None, names)), "these are two screens")
        clause["screen_id"] = found.pop()
    return terms


def _check(session: Session, site: Site, booking: Booking) -> None:
    """Raise UsageRefused for a window that cannot be, BookingExists for days that another booking has."""
    if booking.ends_on is not None:
        if booking.ends_on < booking.starts_on:
            raise UsageRefused(
                f"A booking cannot end on {booking.ends_on}, before it begins on {booking.starts_on}.",
                "Give a later --until, or an earlier --from.",
            )
        least = next((one["weeks"] for one in booking.terms if one["clause"] == "minimum-weeks"), 1)
        first = site.clock.cinema_week(booking.starts_on)
        weeks = (site.clock.cinema_week(booking.ends_on) - first) // (DAYS_A_WEEK * DAY) + 1
        if weeks < least:
            raise UsageRefused(
                f"A window that ends on {booking.ends_on} has {weeks} of the {least} weeks that the terms want at least.",
                "Give a later --until, or fewer minimum weeks.",
            )
    session.execute(select(Site.id).where(Site.id == site.id).with_for_update(key_share=True))
    others = select(Booking).where(Booking.site_id == site.id, Booking.movie_id == booking.movie_id)
    others = others.where(or_(Booking.ends_on.is_(None), Booking.ends_on >= booking.starts_on))
    if booking.ends_on is not None:
        others = others.where(Booking.starts_on <= booking.ends_on)
    if booking.id is not None:
        others = others.where(Booking.id != booking.id)
    if other := session.scalar(others.order_by(Booking.starts_on).limit(1)):
        raise BookingExists(other)
