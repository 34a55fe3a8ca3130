"""Keys that do not open a movie for all of its screening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import ERROR, WARNING
from cinemactl.programme.checks.minutes import MINUTE
from cinemactl.programme.checks.site_programme import Key, Placed, SiteProgramme

HOUR = timedelta(hours=1)
NONE = timedelta()


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield screenings that no key covers, and those of each key that come close to one of its ends."""
    for movie_id, keys in programme.keys.items():
        close: defaultdict[tuple[Key, int], list[Placed]] = defaultdict(list)
        for one in programme.by_movie.get(movie_id, ()):
            own = [key for key in keys if key.screen_id is None or key.screen_id == one.shown.screen_id]
            best = max(own, key=lambda key: margin(one, key)) if own else None
            if best is None or margin(one, best) < NONE:
                yield _uncovered(programme, one, best)
            elif margin(one, best) < numbers["hours"] * HOUR:
                close[best, one.shown.screen_id].append(one)
        for (key, _), screenings in close.items():
            yield _close(programme, key, screenings, numbers["hours"])


def margin(one: Placed, key: Key) -> timedelta:
    """Return how long a key is valid before a screening, or after it if that is less; negative where it does not cover."""
    return min(one.shown.starts_at - key.valid_from, key.valid_until - one.shown.feature_ends_at)


def _uncovered(programme: SiteProgramme, one: Placed, near: Key | None) -> Found:
    told = f"the nearest is valid {_window(programme, near)}" if near else "all there are are for other screens"
    return Found(
        f"No key covers {programme.label(one)}; {told}.",
        "Ask the distributor for a key that does, or move the screening into the window.",
        (one,),
        {} if near is None else {"minutes": -(margin(one, near) // MINUTE)},
    )


def _close(programme: SiteProgramme, key: Key, screenings: Sequence[Placed], hours: int) -> Found:
    least = min(screenings, key=lambda one: margin(one, key))
    spare = margin(least, key) // HOUR
    which = "" if len(screenings) == 1 else f", the tightest of {len(screenings)},"
    return Found(
        f"{programme.label(least)}{which} has {spare} hours of margin in its key, which is valid {_window(programme, key)}.",
        f"Ask the distributor for a key with {hours} hours to spare on both sides.",
        tuple(screenings),
        {"hours": spare, "needed": hours},
        severity=WARNING,
    )


def _window(programme: SiteProgramme, key: Key) -> str:
    in_utc = f"{key.valid_from:%Y-%m-%d %H:%M} to {key.valid_until:%Y-%m-%d %H:%M} UTC"
    return f"from {programme.when(key.valid_from)} to {programme.when(key.valid_until)} ({in_utc})"


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
