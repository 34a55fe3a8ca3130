"""Keys that do not open a movie for all of its screening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import ERROR, WARNING
from cinemactl.programme.checks.minutes import minutes_between
from cinemactl.programme.checks.site_programme import Placed, SiteProgramme
from cinemactl.programme.tables import KeyWindow

HOUR = 60


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield screenings that no key covers, and those of each key that come close to one of its ends."""
    for movie_id, windows in programme.keys.items():
        close: defaultdict[tuple[int, int], list[Placed]] = defaultdict(list)
        by_id = {window.id: window for window in windows}
        for one in programme.by_movie.get(movie_id, ()):
            best = _best(one, windows)
            if best is None:
                yield _uncovered(programme, one, windows)
            elif margin(one, best) < numbers["hours"] * HOUR:
                close[best.id, one.shown.screen_id].append(one)
        for (window_id, _), screenings in close.items():
            yield _close(programme, by_id[window_id], screenings, numbers["hours"])


def margin(one: Placed, window: KeyWindow) -> int:
    """Return the minutes that a key is valid before a screening, or after it if that is less; negative: it does not cover."""
    before = minutes_between(window.valid_from, one.shown.starts_at)
    return min(before, minutes_between(one.shown.feature_ends_at, window.valid_until))


def _best(one: Placed, windows: Sequence[KeyWindow]) -> KeyWindow | None:
    """Return the key with the widest margin of those that cover a screening."""
    covering = [
        window
        for window in windows
        if window.screen_id in {None, one.shown.screen_id}
        and window.valid_from <= one.shown.starts_at
        and one.shown.feature_ends_at <= window.valid_until
    ]
    return max(covering, key=lambda window: margin(one, window), default=None)


def _uncovered(programme: SiteProgramme, one: Placed, windows: Sequence[KeyWindow]) -> Found:
    own = [window for window in windows if window.screen_id in {None, one.shown.screen_id}]
    near = max(own, key=lambda window: margin(one, window), default=None)
    told = f"the nearest is valid {_window(near)}" if near else "all there are are for other screens"
    return Found(
        f"No key covers {programme.label(one)}; {told}.",
        "Ask the distributor for a key that does, or move the screening into the window.",
        (one,),
        {} if near is None else {"minutes": -margin(one, near)},
    )


def _close(programme: SiteProgramme, window: KeyWindow, screenings: Sequence[Placed], hours: int) -> Found:
    least = min(screenings, key=lambda one: margin(one, window))
    first = (
        f"{programme.label(least)} has"
        if len(screenings) == 1
        else f"{programme.label(least)}, of {len(screenings)}, has"
    )
    return Found(
        f"{first} {margin(least, window) // HOUR} hours of margin in its key, which is valid {_window(window)}.",
        f"Ask the distributor for a key with {hours} hours to spare on both sides.",
        tuple(screenings),
        {"hours": margin(least, window) // HOUR, "needed": hours},
        severity=WARNING,
    )


def _window(window: KeyWindow) -> str:
    return f"from {window.valid_from:%Y-%m-%d %H:%M} to {window.valid_until:%Y-%m-%d %H:%M} UTC"


CHECK = Check(
    id="key-window",
    severity=ERROR,
    what="A movie's key does not cover a screening, or only just.",
    explanation="A key (KDM) opens a movie on a screen between two moments, kept in UTC. It has to cover a screening from its "
    "published start to the end of its feature, which is an error otherwise; less margin on either side than some hours is "
    "a warning. Of a movie without any key at the site nothing is said.",
    find=find,
    numbers=(Number("hours", 48, 0, 720, "of margin before the start and after the end"),),
)
