"""Adding, moving, cancelling and removing screenings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.errors import UsageRefused
from cinemactl.programme.anatomy import Anatomy, anatomy, require_runtime
from cinemactl.programme.checks import Finding
from cinemactl.programme.holding import hold, in_turn
from cinemactl.programme.places import ScreenNotFound, find_screen
from cinemactl.programme.refusing import findings_of
from cinemactl.programme.screening_faults import (
    ClocksDiffer,
    RuntimeUnknown,
    ScreeningCancelled,
    ScreeningNotFound,
    ScreeningPublished,
    SoldScreening,
)
from cinemactl.programme.status import refresh_statuses
from cinemactl.programme.tables import Screen, Screening, Site
from cinemactl.programme.taken import EXCLUDED, raise_if_taken, refuse_overlaps_among
from cinemactl.programme.versions import Version
from cinemactl.programme.when import Calendar
from cinemactl.store.faults import ChangedMeanwhile

LARGEST_ID = 2**31 - 1
MINUTE = timedelta(minutes=1)
PLAIN = Version()


@dataclass(frozen=True, slots=True)
class Added:
    """The screenings that were added, in order, and what the named checks find in them."""

    screenings: list[Screening]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Moved:
    """Whether a screening was moved at all, which is also its truth, and what the named checks find in it since."""

    changed: bool
    findings: list[Finding]

    def __bool__(self) -> bool:
        return self.changed


def find_screening(session: Session, reference: str | int) -> Screening:
    """Return the screening of a number; raises ScreeningNotFound."""
    given = str(reference).strip()
    is_number = given.isascii() and given.isdecimal() and len(given) <= len(str(LARGEST_ID))
    found = session.get(Screening, int(given)) if is_number and int(given) <= LARGEST_ID else None
    if found is None:
        raise ScreeningNotFound(given)
    return found


def site_of(session: Session, screening: Screening) -> tuple[Site, Screen]:
    """Return the site and the screen of a screening."""
    screen = session.get_one(Screen, screening.screen_id)
    return session.get_one(Site, screen.site_id), screen


def target_of(session: Session, screening: Screening, site: Site | None, name: str | None) -> tuple[Site, Screen]:
    """Return where a screening is to be moved: to the screen of a name, of its own site if that has one, or nowhere.

    Raises as `find_screen` does.
    """
    own_site, own_screen = site_of(session, screening)
    if name is None:
        return (own_site, own_screen) if site in {None, own_site} else find_screen(session, site, own_screen.name)
    if site is not None:
        return find_screen(session, site, name)
    try:
        return find_screen(session, own_site, name)
    except ScreenNotFound:
        return find_screen(session, None, name)


def calendar_of(session: Session, screening: Screening, site: Site) -> Calendar:
    """Return what times count from that a screening is moved to at a site: its own business day, the site's clock and week."""
    day = site_of(session, screening)[0].clock.business_day(screening.starts_at)
    return Calendar(site.clock, screening.starts_at, since=site.clock.cinema_week(day), today=day)


def add_screening(
    session: Session,
    movie: Movie,
    site: Site,
    screen: Screen,
    starts_at: datetime,
    *,
    runtime: int | None = None,
    version: Version = PLAIN,
    force: bool = False,
) -> Screening:
    """Add a draft and return it; raises as `add_screenings` does."""
    added = add_screenings(session, movie, site, screen, [starts_at], runtime=runtime, version=version, force=force)
    return added.screenings[0]


def add_screenings(
    session: Session,
    movie: Movie,
    site: Site,
    screen: Screen,
    starts: Sequence[datetime],
    *,
    runtime: int | None = None,
    version: Version = PLAIN,
    price_category: str | None = None,
    held_back_seats: int = 0,
    force: bool = False,
) -> Added:
    """Add a draft at each of these moments, which are in order, or none at all.

    `runtime` in minutes goes before the movie's own, and becomes its own where that is not known. Raises RuntimeUnknown
    without one, ValueRefused for one that is too long, ScreenTaken, ErrorsFound for what the named checks call an error (not
    with `force`), and UsageRefused for moments that overlap each other.
    """
    minutes = runtime or movie.runtime
    if minutes is None:
        raise RuntimeUnknown(movie)
    require_runtime(minutes, movie.runtime)
    _refuse_too_many_held_back(screen, held_back_seats)

    def free() -> list[Anatomy]:
        wanted = [anatomy(site, screen, one, minutes) for one in starts]
        refuse_overlaps_among(wanted, site.clock)
        raise_if_taken(session, site, screen, wanted)
        return wanted

    def work() -> Added:
        hold(session, [screen.id], [movie.id])
        wanted = free()
        _learn_runtime(session, movie.id, runtime)
        added = [
            Screening(
                screen_id=screen.id,
                movie_id=movie.id,
                price_category=price_category,
                held_back_seats=held_back_seats,
                **_moments(one),
                **_attributes(version),
            )
            for one in wanted
        ]
        with _writing(session, site, screen, wanted):
            session.add_all(added)
        findings = findings_of(session, site, added, force=force)
        refresh_statuses(session, [movie.id])
        return Added(added, findings)

    free()  # whoever comes too late need not queue for the screen to hear of it
    done = in_turn(session, work)
    written = select(Screening).where(Screening.id.in_([one.id for one in done.screenings]))
    in_order = written.order_by(Screening.starts_at).execution_options(populate_existing=True)
    return replace(done, screenings=list(session.scalars(in_order)))


def move_screening(
    session: Session,
    screening: Screening,
    *,
    site: Site,
    screen: Screen,
    starts_at: datetime | None = None,
    runtime: int | None = None,
    force: bool = False,
) -> Moved:
    """Move a screening to a screen and a moment (None keeps its own).

    It keeps the feature's minutes unless `runtime` says others. What the public knows gets the next sequence. Raises
    SoldScreening and ErrorsFound (neither with `force`), ScreeningCancelled, ScreenTaken, ValueRefused for minutes that are
    too many, ClocksDiffer for a site where its own moment is another time of day, and ScreeningNotFound when somebody removed
    it meanwhile.
    """
    if starts_at is None:
        _refuse_other_clock(session, screening, site)

    def work() -> Moved:
        _hold_screening(session, screening, screen.id)
        if screening.state == "cancelled":
            raise ScreeningCancelled(screening)
        feature = round((screening.feature_ends_at - screening.feature_starts_at) / MINUTE)
        if runtime is not None:
            require_runtime(runtime, session.get_one(Movie, screening.movie_id).runtime)
        moved = anatomy(site, screen, starts_at or screening.starts_at, runtime or feature)
        changes = {"screen_id": screen.id, **_moments(moved)}
        if all(getattr(screening, name) == value for name, value in changes.items()):
            return Moved(changed=False, findings=[])
        _refuse_sold(screening, "moved", force=force)
        _learn_runtime(session, screening.movie_id, runtime)
        raise_if_taken(session, site, screen, [moved], without=screening.id)
        with _writing(session, site, screen, [moved], without=screening.id):
            for name, value in changes.items():
                setattr(screening, name, value)
            _changed(screening)
        findings = findings_of(session, site, [screening], force=force)
        refresh_statuses(session, [screening.movie_id])
        return Moved(changed=True, findings=findings)

    done = in_turn(session, work)
    session.refresh(screening)
    return done


def cancel_screening(session: Session, screening: Screening, *, force: bool = False) -> bool:
    """Cancel a screening, which frees its screen; return whether it was not already.

    Raises SoldScreening (not with `force`), and ScreeningNotFound when somebody removed it meanwhile.
    """

    def work() -> bool:
        _hold_screening(session, screening)
        if screening.state == "cancelled":
            return False
        _refuse_sold(screening, "cancelled", force=force)
        screening.state = "cancelled"
        _changed(screening)
        session.flush()
        refresh_statuses(session, [screening.movie_id])
        return True

    changed = in_turn(session, work)
    session.refresh(screening)
    return changed


def remove_screening(session: Session, screening: Screening, *, force: bool = False) -> None:
    """Remove a screening as if it had never been.

    Raises SoldScreening and ScreeningPublished (neither with `force`), and ScreeningNotFound when it is gone already.
    """

    def work() -> None:
        _hold_screening(session, screening)
        raise_if_kept(screening, force=force)
        session.delete(screening)
        session.flush()
        refresh_statuses(session, [screening.movie_id])

    in_turn(session, work)


def raise_if_kept(screening: Screening, *, force: bool = False) -> None:
    """Raise SoldScreening or ScreeningPublished for a screening that is not to be removed just so."""
    _refuse_sold(screening, "removed", force=force)
    if screening.published_at is not None and not force:
        raise ScreeningPublished(screening)


def _hold_screening(session: Session, screening: Screening, *screens: int) -> None:
    """Hold a screening, as it is at this moment, with its screen, these screens and its movie."""
    number, screen_id = screening.id, screening.screen_id
    hold(session, {screen_id, *screens}, [screening.movie_id])
    held = select(Screening).where(Screening.id == number).with_for_update().execution_options(populate_existing=True)
    if session.scalar(held) is None:
        raise ScreeningNotFound(str(number))
    if screening.screen_id != screen_id:
        raise ChangedMeanwhile


def _refuse_other_clock(session: Session, screening: Screening, site: Site) -> None:
    own, _ = site_of(session, screening)
    if own.clock.local(screening.starts_at).utcoffset() != site.clock.local(screening.starts_at).utcoffset():
        raise ClocksDiffer(screening, own, site)


def _refuse_sold(screening: Screening, done: str, *, force: bool) -> None:
    if screening.sold and not force:
        raise SoldScreening(screening, done)


def _refuse_too_many_held_back(screen: Screen, seats: int) -> None:
    if seats > screen.seats:
        raise UsageRefused(
            f"{seats} seats cannot be held back on {screen.name}: it has {screen.seats}.", "Hold back fewer."
        )


def _learn_runtime(session: Session, movie_id: int, runtime: int | None) -> None:
    """Let a movie of which nobody knew the runtime have the one that was given."""
    if runtime is not None:
        unknown = update(Movie).where(Movie.id == movie_id, Movie.runtime.is_(None))
        session.execute(unknown.values(runtime=runtime, updated_at=func.now()))


def _changed(screening: Screening) -> None:
    screening.updated_at = func.now()
    if screening.published_at is not None:
        screening.sequence += 1


def _moments(one: Anatomy) -> dict[str, datetime]:
    return {
        "starts_at": one.starts_at,
        "feature_starts_at": one.feature_starts_at,
        "feature_ends_at": one.feature_ends_at,
        "clear_at": one.clear_at,
    }


def _attributes(version: Version) -> dict[str, str | None]:
    return {
        "format": version.format,
        "audio": version.audio,
        "subtitles": version.subtitles,
        "captions": version.captions,
    }


@contextmanager
def _writing(
    session: Session, site: Site, screen: Screen, wanted: Sequence[Anatomy], *, without: int | None = None
) -> Iterator[None]:
    """Write what the block changes; raises ScreenTaken when somebody who holds no screen was faster."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != EXCLUDED:
            raise
        raise_if_taken(session, site, screen, wanted, without=without)
        raise ChangedMeanwhile from error
