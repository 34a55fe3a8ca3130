"""The rules for the single values of sites and screens: from text to value, or refused with the reason and the way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from cinemactl.catalogue import values
from cinemactl.catalogue.places import country
from cinemactl.catalogue.values import ValueRefused, spelling_key
from cinemactl.programme.versions import format_of

NAME_MOST = 100
AN_ID = "id:"
DIGITS_MOST = 9
PLACE_MOST = 100
ADDRESS_MOST = 300
MINUTES_MOST = 240
GRID_MOST = 60
SEATS_MOST = 100_000
FORMATS_MOST = 20
CUT_LATEST = 12

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_WHOLE = re.compile(r"(-?[0-9]+)(?:\.0+)?")
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_BETWEEN = re.compile(r"[|,;]")


def text_of(field: str, most: int) -> Callable[[str], str]:
    """Return the function from a text to one line of at most `most` characters; it raises ValueRefused."""
    return lambda given: values.text(field, given, most, one_line=True)


def name_of(what: str, *, between: str = "") -> Callable[[str], str]:
    """Return the function from a text to the name of a site or a screen, without a mark `between` names; it raises ValueRefused.

    None begins as an id does, so that `id:3` is always the third.
    """

    def parsed(given: str) -> str:
        name = values.text("name", given, NAME_MOST, one_line=True)
        if name.casefold().startswith(AN_ID):
            raise ValueRefused(
                "name", given, f"begins with {AN_ID}, which names a {what} by its number", "Take another name."
            )
        if between and between in name:
            hint = f"Write it without, as in {name.replace(between, '-')!r}."
            raise ValueRefused("name", given, f"has a {between}, which stands between a site and its screen", hint)
        return name

    return parsed


def whole(field: str, least: int, most: int) -> Callable[[str], int]:
    """Return the function from a text to a whole number within the two bounds; it raises ValueRefused."""

    def parsed(given: str) -> int:
        found = _WHOLE.fullmatch(values.trimmed(given))
        hint = f"Give a whole number from {least:,} to {most:,}."
        if not found:
            raise ValueRefused(
                field, given, "is not a whole number" if values.trimmed(given) else "is empty", hint
            ) from None
        if len(found[1]) > DIGITS_MOST or not least <= int(found[1]) <= most:
            raise ValueRefused(field, given, f"is not between {least:,} and {most:,}", hint)
        return int(found[1])

    return parsed


@lru_cache(maxsize=1024)
def timezone(given: str) -> str:
    """Return the IANA name of a time zone, given in any case; raises ValueRefused."""
    name = values.trimmed(given)
    if found := _zones().get(name.casefold().replace(" ", "_")):
        return found
    city = spelling_key(name.rpartition("/")[2])
    of_city = {spelling_key(zone.rpartition("/")[2]): zone for zone in sorted(_zones().values(), key=_is_regional)}
    near = get_close_matches(city[:NAME_MOST], of_city, n=1, cutoff=0.8) if city else []
    hint = f"Did you mean {of_city[near[0]]}?" if near else "Give its IANA name, such as Europe/Berlin."
    raise ValueRefused("timezone", given, "is no time zone" if name else "is empty", hint)


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


def _is_regional(zone: str) -> bool:
    """Whether a zone is called by its region and city: of several names of one city this one is meant, and stands last."""
    return "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))


@lru_cache(maxsize=1024)
def weekday(given: str) -> int:
    """Return the number of a weekday given as thu or Thursday, 0 for Monday; raises ValueRefused."""
    name = values.trimmed(given).casefold()
    for number, (short, long) in enumerate(zip(WEEKDAYS, DAY_NAMES, strict=True)):
        if name in {short, long}:
            return number
    raise ValueRefused("weekday", given, "is none" if name else "is empty", f"Weekdays are {', '.join(WEEKDAYS)}.")


def business_day_cut(given: str) -> time:
    """Return the time of `06:00` at which a business day begins, midnight to noon; raises ValueRefused."""
    found = _CLOCK.fullmatch(values.trimmed(given))
    hint = "Give a time from 00:00 to 12:00, such as 06:00."
    if not found or int(found[2]) > 59:  # noqa: PLR2004  (minutes)
        raise ValueRefused("business_day_cut", given, "is no time" if values.trimmed(given) else "is empty", hint)
    hour, minute = int(found[1]), int(found[2])
    if hour * 60 + minute > CUT_LATEST * 60:
        raise ValueRefused("business_day_cut", given, "is after noon", hint)
    return time(hour, minute)


@lru_cache(maxsize=256)
def currency(given: str) -> str:
    """Return the ISO 4217 code of a currency; raises ValueRefused."""
    from pycountry import currencies  # noqa: PLC0415  (start-up: it loads tables)

    code = values.trimmed(given).upper()
    if _CURRENCY.fullmatch(code) and currencies.get(alpha_3=code):
        return code
    reason = "is no known currency" if code else "is empty"
    raise ValueRefused("currency", given, reason, "Give an ISO 4217 code such as EUR.")


def formats(given: str) -> list[str]:
    """Return the picture formats listed with commas, semicolons or |, each once; raises ValueRefused."""
    found = list(dict.fromkeys(format_of(one) for one in _BETWEEN.split(given) if values.trimmed(one)))
    if not found:
        raise ValueRefused("formats", given, "are none", "Give those the screen can show, such as 2D,3D.")
    if len(found) > FORMATS_MOST:
        raise ValueRefused("formats", given, f"are more than {FORMATS_MOST}", "Give those the screen can show.")
    return found


SITE_VALUES: Mapping[str, Callable[[str], Any]] = {
    "name": name_of("site", between="/"),
    "timezone": timezone,
    "country": country,
    "region": text_of("region", PLACE_MOST),
    "city": text_of("city", PLACE_MOST),
    "address": text_of("address", ADDRESS_MOST),
    "url": lambda given: values.url("url", given),
    "currency": currency,
    "business_day_cut": business_day_cut,
    "week_starts_on": weekday,
    "pre_show_minutes": whole("pre_show_minutes", 0, MINUTES_MOST),
    "turnaround_minutes": whole("turnaround_minutes", 0, MINUTES_MOST),
    "large_turnaround_minutes": whole("large_turnaround_minutes", 0, MINUTES_MOST),
    "large_screen_seats": whole("large_screen_seats", 1, SEATS_MOST),
    "start_grid_minutes": whole("start_grid_minutes", 1, GRID_MOST),
}
SCREEN_VALUES: Mapping[str, Callable[[str], Any]] = {
    "name": name_of("screen"),
    "seats": whole("seats", 1, SEATS_MOST),
    "wheelchair_seats": whole("wheelchair_seats", 0, SEATS_MOST),
    "house_seats": whole("house_seats", 0, SEATS_MOST),
    "formats": formats,
    "lobby": text_of("lobby", PLACE_MOST),
    "pre_show_minutes": whole("pre_show_minutes", 0, MINUTES_MOST),
    "turnaround_minutes": whole("turnaround_minutes", 0, MINUTES_MOST),
}
