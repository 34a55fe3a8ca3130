"""The checks that stand for a law: where it holds, and at its boundary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from programme.checks.showing import FRIDAY, MOVIES, a_site, found_by, programme, showing

from cinemactl.programme.shown import Shown

GERMANY: dict[str, Any] = {"country": "DE"}
SALZBURG: dict[str, Any] = {"country": "AT", "timezone": "Europe/Vienna", "region": "salzburg"}
# Berlin's clock serves: the law is by the city's name.
NEW_YORK: dict[str, Any] = {"country": "US", "city": "new york"}
SHORT_MOVIES = {3: MOVIES[3], 1: MOVIES[1]._replace(certificate_system="FSK", certificate="12")}


@pytest.mark.parametrize(
    ("start", "place", "movie", "told"),
    [
        # What starts at 18:15 ends at 20:00.
        ("18:15", GERMANY, 3, None),
        ("18:16", GERMANY, 3, "those under 14"),
        ("20:15", GERMANY, 3, "those under 14"),
        ("20:16", GERMANY, 3, "those under 16"),
        ("22:16", GERMANY, 3, "those under 18"),
        ("23:59", GERMANY, 1, None),
        ("22:16", {"country": "FR"}, 3, None),
        ("19:15", SALZBURG, 3, None),
        ("19:16", SALZBURG, 3, "children under 12"),
        ("23:16", SALZBURG, 3, "those under 16"),
        ("19:16", {**SALZBURG, "region": None, "city": "Salzburg"}, 3, "children under 12"),
        ("23:16", {"country": "AT", "city": "Wien"}, 3, None),
    ],
)
def test_certificate_curfew(start: str, place: dict[str, Any], movie: int, told: str | None) -> None:
    found = found_by(
        "certificate-curfew", programme([showing(start, movie=movie)], site=a_site(**place), movies=SHORT_MOVIES)
    )
    assert bool(found) == (told is not None)
    for one in found:
        assert f"§{'11' if place is GERMANY else '28'}" in one.message
        assert f"{told} may not be there alone" in one.message


def test_the_curfew_says_when_to_start() -> None:
    (found,) = found_by("certificate-curfew", programme([showing("19:00", movie=3)], site=a_site(**GERMANY)))
    assert found.mend.startswith("Start it at 18:15 or earlier, so that it ends by 20:00")
    assert found.numbers["clause"] == "JuSchG §11 (3)"


def week(peak: Sequence[str | None], others: Sequence[str | None], fill: int = 10) -> list[Shown]:
    """Return showings of Heat by their captions, on a Friday evening and at its noon, and `fill` of another movie."""
    evening = [showing("20:00", number, captions=given) for number, given in enumerate(peak, start=1)]
    noon = [showing("12:00", number, captions=given) for number, given in enumerate(others, start=1)]
    monday = FRIDAY + timedelta(days=3)
    return evening + noon + [showing(f"{8 + number}:00", 1, 2, minutes=45, day=monday) for number in range(fill)]


@pytest.mark.parametrize(
    ("shown", "short"),
    [
        # Four showings want one, at peak where there is one.
        (week([None], [None] * 3), {1}),
        (week(["open"], [None] * 3), set()),
        (week([None], ["open", None, None]), {1}),
        (week([None], ["open", None]), set()),
        (week([], ["open", None, None, None]), set()),
        (week([], ["closed", None, None, None]), {1}),
        # Ten showings a week are exempt, eleven are not.
        (week([None], [None] * 3, fill=6), set()),
        (week([None], [None] * 3, fill=7)[:11], {1}),
        # Five want two, one of them at peak; two at the same time count once.
        (week(["open"], ["open", None, None, None]), set()),
        (week(["open", "open"], [None] * 3), {1}),
        (week([], ["open", "open", None, None, None]), {1}),
    ],
)
def test_open_captions_quota(shown: Sequence[Shown], short: set[int]) -> None:
    heat_only = [one for one in shown if one.movie_id == 1]
    captioned = [one if one.movie_id == 1 else _captioned(one) for one in shown]
    found = found_by("open-captions-quota", programme(captioned, site=a_site(**NEW_YORK)))
    assert {one.screenings[0].shown.movie_id for one in found} == short
    assert all(len(one.screenings) == len(heat_only) and "Local Law 37 of 2022" in one.message for one in found)
    assert not found_by("open-captions-quota", programme(captioned, site=a_site(country="US", city="Albany")))


def _captioned(one: Shown) -> Shown:
    from dataclasses import replace

    return replace(one, captions="open")


@pytest.mark.parametrize(
    ("start", "day", "counts"),
    [
        ("18:00", 0, True),
        ("17:59", 0, False),
        ("21:15", 0, True),
        ("21:16", 0, False),
        ("11:30", 1, True),
        ("11:29", 2, False),
        ("20:00", 3, False),
    ],
)
def test_peak_hours(start: str, day: int, counts: bool) -> None:  # noqa: FBT001  (a column of the table)
    from cinemactl.programme.checks.open_captions_quota import is_peak

    (one,) = programme([showing(start, day=FRIDAY + timedelta(days=day))]).placed
    assert is_peak(one) == counts
