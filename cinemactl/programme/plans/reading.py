"""From a row of a plan file to what it proposes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue import values
from cinemactl.catalogue.find import find_movie, label
from cinemactl.catalogue.places import language
from cinemactl.catalogue.tables import Movie
from cinemactl.catalogue.values import spelling_key
from cinemactl.errors import CinemactlError
from cinemactl.programme.anatomy import anatomy, require_runtime
from cinemactl.programme.clock import SiteClock
from cinemactl.programme.places import find_screen, find_site
from cinemactl.programme.plans.files import PlanFileRefused, Row
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.tables import STATES, Screen, Screening, Site
from cinemactl.programme.versions import captions_of, format_of
from cinemactl.programme.when import Calendar, moment

MINUTE = timedelta(minutes=1)
LARGEST_ID = 2**31 - 1
PRICE_MOST = 100
DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")
OFFSET = re.compile(r"[+-][0-9]{2}:?[0-9]{2}$")

Value = TypeVar("Value")
Standing = tuple[Screening, Screen, Site, Movie]


class RowReader:
    """Reads the rows of one file; what a row names is looked up once.

    `standing` are the screenings of the rows with an id, `weeks` the sites and cinema weeks these stand in; `filled` are
    those, and where the rows that were read are to be.
    """

    def __init__(self, session: Session, rows: Sequence[Row], site: Site | None) -> None:
        self._session = session
        self._site = site
        self._sites: dict[str, Site] = {}
        self._screens: dict[tuple[str, str], tuple[Site, Screen]] = {}
        self._movies: dict[str, Movie] = {}
        self.sites: dict[int, Site] = {}
        self._clocks: dict[int, SiteClock] = {}
        self.standing = self._known(rows)
        self.weeks = {self._week(site, screening.starts_at) for screening, _, site, _ in self.standing.values()}
        self.filled = set(self.weeks)

    def proposal(self, row: Row) -> Proposal:
        """Return what a row proposes."""
        known = self.standing.get(_id_of(row) or 0)
        state = self._read(row, "state", _state) or (known[0].state if known else None)
        if known and state == "cancelled":
            return Proposal(line=row.line, screening_id=known[0].id, cancels=True)
        if state == "cancelled":
            raise row.refused("is cancelled and has no id: there is no such screening to cancel.")
        if known and state != known[0].state:
            _refuse_state(row, known[0].state, state)
        if known and row.cells.get("uid", "").casefold() not in {"", str(known[0].uid)}:
            raise row.refused(f"has the uid {row.cells['uid'][:40]}, and screening {known[0].id} is {known[0].uid}.")
        site, screen = self._place(row, known)
        movie = self._movie(row, known)
        starts_at = self._start(row, site, known)
        self.filled.add(self._week(site, starts_at))
        runtime = self._read(row, "runtime", lambda given: _runtime(given, movie.runtime))
        stays = known is not None and (screen.id, movie.id, starts_at) == (
            *(known[1].id, known[3].id),
            known[0].starts_at,
        )
        minutes = runtime or (_minutes(known[0]) if known and known[3].id == movie.id else movie.runtime)
        if minutes is None:
            raise row.refused(f"shows {label(movie)}, whose runtime is not known: give it in a column runtime.")
        parts = anatomy(site, screen, starts_at, minutes)
        return Proposal(
            line=row.line,
            screening_id=known[0].id if known else None,
            fills=False,
            keeps_anatomy=stays and (runtime is None or (known is not None and runtime == _minutes(known[0]))),
            screen_id=screen.id,
            movie_id=movie.id,
            starts_at=parts.starts_at,
            feature_starts_at=parts.feature_starts_at,
            feature_ends_at=parts.feature_ends_at,
            clear_at=parts.clear_at,
            **self._details(row, screen, known[0] if known else None),
        )

    def _week(self, site: Site, starts_at: datetime) -> tuple[Site, date]:
        clock = self._clocks.setdefault(site.id, site.clock)
        return site, clock.cinema_week(clock.business_day(starts_at))

    def _known(self, rows: Sequence[Row]) -> dict[int, Standing]:
        lines: dict[int, Row] = {}
        for row in rows:
            if number := _id_of(row):
                if number in lines:
                    raise row.refused(f"is screening {number} again, as {row.unit} {lines[number].line} is.")
                lines[number] = row
        query = (
            select(Screening, Screen, Site, Movie)
            .join(Screen, Screen.id == Screening.screen_id)
            .join(Site, Site.id == Screen.site_id)
            .join(Movie, Movie.id == Screening.movie_id)
            .where(Screening.id.in_(lines))
        )
        found = {
            screening.id: (screening, screen, site, movie)
            for screening, screen, site, movie in self._session.execute(query)
        }
        for number, row in lines.items():
            if number not in found:
                raise row.refused(f"is screening {number}, which is not there.")
            self._refuse_other_site(row, found[number])
        self.sites.update({site.id: site for _, _, site, _ in found.values()})
        return found

    def _refuse_other_site(self, row: Row, known: Standing) -> None:
        """Raise PlanFileRefused when a row has the id of a screening at another site than its own."""
        screening, _, at, _ = known
        site = self._named_site(row) if row.cells.get("site") not in {None, "", at.name} else at
        if site is not at:
            raise row.refused(
                f"is at {site.name}, and screening {screening.id} at {at.name}: correct the id, or leave it out for a new "
                f"screening. `cinemactl schedule move {screening.id}` moves one to another site."
            )

    def _named_site(self, row: Row) -> Site:
        name = row.cells["site"]
        if name not in self._sites:
            try:
                self._sites[name] = find_site(self._session, name)
            except CinemactlError as error:
                raise row.refused(f"cannot be placed: {error.message}") from None
        return self._sites[name]

    def _place(self, row: Row, known: Standing | None) -> tuple[Site, Screen]:
        of, on = row.cells.get("site", ""), row.cells.get("screen", "")
        if known and (not of or of == known[2].name) and (not on or on == known[1].name):
            return self.sites[known[2].id], known[1]
        if not on:
            raise row.refused("names no screen.")
        if (of, on) not in self._screens:
            try:
                site = self._named_site(row) if of else self.sites[known[2].id] if known else self._site
                self._screens[of, on] = find_screen(self._session, site, on)
            except CinemactlError as error:
                raise row.refused(f"cannot be placed: {error.message}") from None
        return self._screens[of, on]

    def _movie(self, row: Row, known: Standing | None) -> Movie:
        number = row.cells.get("movie_id", "")
        title = row.cells.get("title", "") or row.cells.get("movie", "")
        if known:
            number = "" if number == str(known[3].id) else number
            title = "" if spelling_key(title) == spelling_key(known[3].title) else title
            if not number and not title:
                _refuse_other_year(row, known[3])
                return known[3]
        if not number and not title:
            raise row.refused("names no movie.")
        by_number = self._found(row, f"id:{number}") if number else None
        if by_number is not None and (not title or spelling_key(title) == spelling_key(by_number.title)):
            if not known:
                _refuse_other_year(row, by_number)
            return by_number
        year = row.cells.get("year", "")
        dated = f"{title} ({year})" if year else title
        by_title = self._found(row, dated)
        if by_number is not None and by_number is not by_title:
            raise row.refused(f"names two movies: {number} is {label(by_number)}, not {title}.")
        return by_title

    def _found(self, row: Row, reference: str) -> Movie:
        if reference not in self._movies:
            try:
                self._movies[reference] = find_movie(self._session, reference)
            except CinemactlError as error:
                raise row.refused(f"names no movie: {error.message}") from None
        return self._movies[reference]

    def _start(self, row: Row, site: Site, known: Standing | None) -> datetime:
        written = row.cells.get("starts_at", "")
        if not written:
            raise row.refused("has no starts_at.")
        clock = site.clock
        apart = " ".join(filter(None, (row.cells.get("date"), row.cells.get("time"))))
        if known and written == clock.local(known[0].starts_at).isoformat():
            if not apart or apart == f"{clock.local(known[0].starts_at):%Y-%m-%d %H:%M}":
                return known[0].starts_at
            written = apart
        if not DATED.match(written):
            raise row.refused(f"starts at {written[:40]!r}, which is no date with a time such as 2026-12-04 19:30.")
        try:
            starts_at = moment(written, Calendar(clock, datetime.now(UTC)))
        except CinemactlError as error:
            raise row.refused(f"cannot start then: {error.message} {error.hint}".rstrip()) from None
        local = clock.local(starts_at)
        was = f"{clock.local(known[0].starts_at):%Y-%m-%d %H:%M}" if known else ""
        if written != apart and apart not in {"", was, f"{local:%Y-%m-%d %H:%M}"}:
            raise row.refused(f"starts at {written} by its starts_at, and at {apart} by its date and time.")
        if (told := OFFSET.search(written)) and told[0].replace(":", "") not in {f"{local:%z}", "+0000"}:
            raise row.refused(
                f"starts at {written}, but the clocks of {site.name} are at {local.isoformat()[-6:]} then: "
                "correct the offset, or leave it out."
            )
        return starts_at

    def _details(self, row: Row, screen: Screen, known: Screening | None) -> dict[str, Any]:
        def told(name: str, parse: Callable[[str], Value], default: Value | None = None) -> Value | None:
            if name not in row.cells:
                return default if known is None else getattr(known, name)
            found = self._read(row, name, parse)
            return default if found is None else found

        details: dict[str, Any] = {
            "format": told("format", format_of, "2D"),
            "audio": told("audio", language),
            "subtitles": told("subtitles", language),
            "captions": told("captions", captions_of),
            "price_category": told("price_category", _price),
            "held_back_seats": told("held_back_seats", _seats, 0),
        }
        if details["held_back_seats"] > screen.seats:
            raise row.refused(f"holds back {details['held_back_seats']} seats; {screen.name} has {screen.seats}.")
        return details

    @staticmethod
    def _read(row: Row, name: str, parse: Callable[[str], Value]) -> Value | None:
        written = row.cells.get(name, "")
        if not written:
            return None
        try:
            return parse(written)
        except CinemactlError as error:
            raise row.refused(f"has a wrong {name}: {error.message}") from None


def _refuse_state(row: Row, stands: str, state: str | None) -> None:
    """Raise PlanFileRefused for a state that no plan gives a screening; a cancelled one may come back as a draft."""
    if state == "published":
        raise row.refused(f"is published by the file and {stands} here: `cinemactl schedule publish` does that.")
    if stands == "published":
        raise row.refused(f"is a {state} by the file and published here: cancel it, or leave its state as it is.")


def _refuse_other_year(row: Row, movie: Movie) -> None:
    year = row.cells.get("year", "")
    if year and year != str(movie.release_year or ""):
        raise row.refused(f"has the year {year}, and {label(movie)} is not of that year: correct the one or the other.")


def _id_of(row: Row) -> int | None:
    written = row.cells.get("id", "")
    if not written:
        return None
    if not (written.isascii() and written.isdecimal()) or len(written) > len(str(LARGEST_ID)):
        raise row.refused(f"has the id {written[:40]!r}, which is no screening's number.")
    return min(int(written), LARGEST_ID)


def _minutes(screening: Screening) -> int:
    return round((screening.feature_ends_at - screening.feature_starts_at) / MINUTE)


def _state(written: str) -> str:
    found = written.casefold()
    if found not in STATES:
        raise PlanFileRefused(f"{written[:40]!r} is none of {', '.join(STATES)}.")
    return found


def _price(written: str) -> str:
    return values.text("price_category", written, PRICE_MOST, one_line=True)


def _seats(written: str) -> int:
    if not (written.isascii() and written.isdecimal()) or len(written) > len("100000"):
        raise PlanFileRefused(f"{written[:40]!r} is no number of seats.")
    return int(written)


def _runtime(given: str, own: int | None) -> int:
    minutes = values.runtime(given)
    require_runtime(minutes, own)
    return minutes
