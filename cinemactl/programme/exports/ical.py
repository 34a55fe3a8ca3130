"""The programme as an iCalendar (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vText

from cinemactl.programme.exports.source import PublicScreening

PRODUCT = "-//cinemactl//cinemactl//EN"
DAY = timedelta(days=1)

# A line ends with CRLF alone, but readers split lines at these too; a TEXT has no other control character (3.3.11).
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def calendar(screenings: Iterable[PublicScreening], name: str) -> str:
    """Return a calendar with an event for each screening, its lines ended by CRLF and of at most 75 octets.

    An event keeps its UID for ever; SEQUENCE rises with each change of what the public has seen, and one that does not
    take place is CANCELLED rather than gone. Times name their zone, which the calendar defines.
    """
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("x-wr-calname", text(name))
    days = []
    for one in screenings:
        whole.add_component(event(one))
        days += [one.starts_at.date(), one.feature_ends_at.date()]
    if days:
        whole.add_missing_timezones(first_date=min(days) - DAY, last_date=max(days) + DAY)
    return str(whole.to_ical(sorted=False), "utf-8")


def event(one: PublicScreening) -> Event:
    """Return the event of a screening: from its published start to the end of the feature."""
    made = Event()
    made.add("uid", f"{one.uid}@cinemactl")
    made.add("sequence", one.screening.sequence)
    # Without a METHOD it tells when the event was last changed (3.8.7.2), so that an export made twice is the same.
    made.add("dtstamp", one.screening.updated_at.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", told(one.starts_at))
    made.add("dtend", told(one.feature_ends_at))
    made.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    made.add("summary", text(f"{one.title} ({one.version})" if one.version else one.title))
    places = (one.screen.name, one.site.name, one.site.address, one.site.city)
    made.add("location", text(", ".join(filter(None, places))))
    made.add("description", text(description(one)))
    if one.site.url:
        made.add("url", _CONTROLS.sub("", one.site.url))
    return made


def description(one: PublicScreening) -> str:
    """Return what there is to say of a screening: when the film itself starts, first of all."""
    said = [f"The film itself starts at {one.feature_starts_at:%H:%M} and ends at {one.feature_ends_at:%H:%M}."]
    said += ["This screening is cancelled."] if one.is_cancelled else []
    said += [f"Version: {one.version}."] if one.version else []
    said += [f"Certificate: {one.certificate}."] if one.certificate else []
    said += [f"Price: {one.screening.price_category}."] if one.screening.price_category else []
    return "\n".join(said)


def told(moment: datetime) -> datetime:
    """Return a moment as it can be written: in UTC where clocks pass its local time twice, which readers take for either."""
    offsets = {moment.replace(fold=fold).utcoffset() for fold in (0, 1)}
    return moment if len(offsets) == 1 else moment.astimezone(UTC)


def text(given: str) -> vText:
    """Return a TEXT without what no calendar may hold; the library escapes the rest."""
    return vText(_CONTROLS.sub("", _LINE_BREAKS.sub("\n", given)))
