"""The programme as schema.org ScreeningEvents in JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cinemactl.programme.exports.source import PublicScreening

SCHEMA = "https://schema.org"
ADDRESSES = {
    "imdb": "https://www.imdb.com/title/{}/",
    "tmdb": "https://www.themoviedb.org/movie/{}",
    "eidr": "https://doi.org/{}",
    "wikidata": "https://www.wikidata.org/entity/{}",
}

# What would end or open something in HTML or a line in JavaScript, or steer a terminal; JSON strings alone have these.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def graph(screenings: Iterable[PublicScreening]) -> str:
    """Return the events as one JSON-LD document that may stand in a <script> of an HTML page as it is."""
    written = json.dumps(
        {"@context": SCHEMA, "@graph": [event(one) for one in screenings]}, ensure_ascii=False, separators=(",", ":")
    )
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def event(one: PublicScreening) -> dict[str, Any]:
    """Return a ScreeningEvent. The feature by itself, which starts after the pre-show, is its `subEvent`."""
    shown = one.screening
    return _said(
        {
            "@type": "ScreeningEvent",
            "@id": one.uid.urn,
            "name": one.title,
            "startDate": _moment(one.starts_at),
            "doorTime": _moment(one.doors_at),
            "endDate": _moment(one.feature_ends_at),
            "eventStatus": f"{SCHEMA}/{'EventCancelled' if one.is_cancelled else 'EventScheduled'}",
            "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
            "description": f"The film itself starts at {one.feature_starts_at:%H:%M}.",
            "subEvent": {
                "@type": "Event",
                "name": one.title,
                "startDate": _moment(one.feature_starts_at),
                "endDate": _moment(one.feature_ends_at),
            },
            "workPresented": _movie(one),
            "videoFormat": shown.format,
            "inLanguage": shown.audio,
            "subtitleLanguage": shown.subtitles,
            "location": _location(one),
            "maximumAttendeeCapacity": one.screen.seats,
            "remainingAttendeeCapacity": 0 if one.is_cancelled else one.remaining_seats,
        }
    )


def _movie(one: PublicScreening) -> dict[str, Any]:
    addresses = [ADDRESSES[scheme].format(value) for scheme, value in one.ids if scheme in ADDRESSES]
    captions = one.screening.captions
    return _said(
        {
            "@type": "Movie",
            "name": one.title,
            "alternateName": one.original_title if one.original_title != one.title else None,
            "dateCreated": str(one.release_year) if one.release_year else None,
            "duration": f"PT{one.runtime}M",
            "contentRating": one.certificate,
            "accessibilityFeature": [f"{captions}Captions"] if captions else None,
            "sameAs": addresses or None,
        }
    )


def _location(one: PublicScreening) -> dict[str, Any]:
    site = one.site
    address = _said(
        {
            "@type": "PostalAddress",
            "streetAddress": site.address,
            "addressLocality": site.city,
            "addressRegion": site.region,
            "addressCountry": site.country,
        }
    )
    theater = _said(
        {
            "@type": "MovieTheater",
            "name": site.name,
            "url": site.url,
            "address": address if len(address) > 1 else None,
        }
    )
    return _said(
        {
            "@type": "Place",
            "name": f"{site.name}, {one.screen.name}",
            "address": theater.get("address"),
            "containedInPlace": theater,
        }
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _said(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value is not None}
