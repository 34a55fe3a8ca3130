"""What becomes of each row of a file of sites or screens, compared with those that are here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.importing.places.rows import PlaceRow
from cinemactl.importing.refusing import sentence_of
from cinemactl.importing.tables import OUTCOMES
from cinemactl.programme.opening import hours_at, require_within_business_day
from cinemactl.programme.place_cells import Cell, screen_cells, site_cells, value_of
from cinemactl.programme.screens import require_seats
from cinemactl.programme.standing import require_same_times
from cinemactl.programme.tables import Screen, Site

FOLDED = text("SELECT name, fold(name) AS key FROM unnest(CAST(:names AS text[])) AS name")
Key = tuple[str, ...]
SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What is here: sites and screens by the keys of their names, with their cells."""

    folded: Mapping[str, str]
    sites: Mapping[Key, tuple[Site, dict[str, Cell]]]
    screens: Mapping[Key, tuple[Screen, dict[str, Cell]]]


def known(session: Session, rows: Collection[PlaceRow]) -> Known:
    """Return the sites and screens that there are, and the keys of all names in the rows."""
    names = {str(row.said[name]) for row in rows for name in ("site", "screen") if name in row.said}
    folded = {one.name: one.key for one in session.execute(FOLDED, {"names": list(names)})}
    sites = list(session.scalars(select(Site)))
    hours = hours_at(session, [site.id for site in sites])
    by_id = {site.id: site for site in sites}
    return Known(
        folded,
        {(site.name_key,): (site, site_cells(site, hours.get(site.id, ()))) for site in sites},
        {
            (by_id[screen.site_id].name_key, screen.name_key): (screen, screen_cells(by_id[screen.site_id], screen))
            for screen in session.scalars(select(Screen))
        },
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """Decides about the rows of one file.

    `new_site` are the cells of sites that a file of screens makes, where it does not say them itself. `coming` has, by its
    key, the row that makes each site that is not here.
    """

    session: Session
    noun: str
    here: Known
    new_site: Mapping[str, Cell]
    coming: dict[Key, PlaceRow] = field(default_factory=dict)

    def decide(self, rows: Sequence[PlaceRow]) -> dict[str, int]:
        """Decide what becomes of each row, and return how many rows there are of each outcome."""
        groups: dict[Key, list[PlaceRow]] = {}
        for row in rows:
            if row.outcome is None:
                key = tuple(self.here.folded[str(row.said[name])] for name in ("site", "screen") if name in row.said)
                groups.setdefault(key, []).append(row)
        for key, same in groups.items():
            if _united(self.noun, same):
                self._decide(key, same[0])
        return {outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES}

    def _decide(self, key: Key, row: PlaceRow) -> None:
        found = (self.here.screens if self.noun == "screen" else self.here.sites).get(key)
        cells: Mapping[str, Cell] = found[1] if found else {}
        changes = {
            name: [cells.get(name), cell]
            for name, cell in row.said.items()
            if cells.get(name) != cell and not (found and name in {"site", "screen"})
        }
        try:
            makes_site = self.noun == "screen" and self._makes_site(key[:1], row)
            self._require_sound(found[0] if found else None, {**cells, **row.said}, changes)
        except CinemactlError as refused:
            row.set_aside("rejected", sentence_of(refused))
            return
        if makes_site:
            self.coming[key[:1]] = row
            row.of_site = {**self.new_site, **row.of_site}
            changes |= {f"site_{name}": [None, cell] for name, cell in row.of_site.items()}
        row.id = found[0].id if found else None
        row.outcome = "created" if found is None else "updated" if changes else "unchanged"
        row.changes = changes

    def _makes_site(self, key: Key, row: PlaceRow) -> bool:
        """Whether a screen's site is made with it; raises CinemactlError when it cannot be, or is in another time zone."""
        zone = row.of_site.get("timezone")
        if key in self.here.sites:
            site, _ = self.here.sites[key]
            if zone not in (None, site.timezone):
                raise CinemactlError(
                    f"The site {site.name!r} is in {site.timezone} here, not in {zone}.",
                    "`cinemactl site edit` changes it.",
                )
            return False
        if key in self.coming:
            first = self.coming[key]
            if zone not in (None, first.of_site["timezone"]):
                raise CinemactlError(f"In line {first.line} the same site is in {first.of_site['timezone']}.")
            return False
        if zone is None and "timezone" not in self.new_site:
            raise CinemactlError(
                f"There is no site {row.said['site']!r}.",
                "Give its time zone, in a column timezone or with --timezone, and it is made.",
            )
        return True

    def _require_sound(
        self, found: Site | Screen | None, cells: Mapping[str, Cell], changes: Mapping[str, object]
    ) -> None:
        """Raise CinemactlError when a place cannot be what its row makes of it."""
        if self.noun == "screen":
            if cells.get("seats") is None:
                raise CinemactlError("A new screen needs its number of seats.")
            require_seats(*(int(cells.get(name) or 0) for name in ("seats", "wheelchair_seats", "house_seats")))
            return
        if cells.get("timezone") is None:
            raise CinemactlError("A new site needs its time zone.", "Give it as its IANA name, such as Europe/Berlin.")
        if isinstance(found, Site) and "timezone" in changes:
            require_same_times(self.session, found, str(cells["timezone"]), force=False)
        cut = value_of("business_day_cut", cells.get("business_day_cut") or "06:00", of_screen=False)
        require_within_business_day(cut, value_of("hours", cells.get("hours"), of_screen=False))


def digest(rows: Collection[PlaceRow]) -> str:
    """Return what tells this plan from any other."""
    told = [(row.line, row.outcome, row.changes) for row in rows]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _united(noun: str, same: Sequence[PlaceRow]) -> bool:
    """Unite the rows of one place in the first of them; whether they agree."""
    first, *others = same
    for row in others:
        for mine, theirs in ((first.said, row.said), (first.of_site, row.of_site)):
            if any(mine.get(name, cell) != cell for name, cell in theirs.items() if name not in {"site", "screen"}):
                lines = ", ".join(str(one.line) for one in same[:SHOWN_LINES])
                for one in same:
                    one.set_aside("ambiguous", f"Lines {lines} are one {noun} and contradict each other.")
                return False
            mine |= {name: cell for name, cell in theirs.items() if name not in mine}
    for row in others:
        row.set_aside("duplicates", f"It is the same {noun} as line {first.line}.")
    return True
