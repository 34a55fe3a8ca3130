"""A large screen that lets out while another lets in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.minutes import MINUTE, minutes_between
from cinemactl.programme.checks.site_programme import Placed, SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield each start on a large screen while another large one in the same lobby lets out."""
    least = programme.site.large_screen_seats
    large_ones = {screen.id for screen in programme.screens.values() if screen.seats > least}
    for lobby, in_lobby in programme.by_lobby.items():
        large = [one for one in in_lobby if one.shown.screen_id in large_ones]
        for ended, one in _crossing(large, numbers["minutes"]):
            where = f"lobby {lobby}" if lobby else "lobby"
            yield Found(
                f"{programme.label(one)} lets in while {programme.label(ended)} lets out at "
                f"{programme.time(ended.shown.feature_ends_at, ended)}, both on large screens in the same {where}.",
                f"Keep {numbers['minutes']} minutes between the end of one and the start of the other.",
                (ended, one),
                {"minutes": abs(minutes_between(ended.shown.feature_ends_at, one.shown.starts_at))},
            )


def _crossing(large: Sequence[Placed], minutes: int) -> Iterator[tuple[Placed, Placed]]:
    """Yield screenings whose start is less than so many minutes from the end of one on another screen, with that one."""
    ends = deque(sorted(large, key=lambda one: one.shown.feature_ends_at))
    near: deque[Placed] = deque()
    for one in large:
        since, until = one.shown.starts_at - minutes * MINUTE, one.shown.starts_at + minutes * MINUTE
        while ends and ends[0].shown.feature_ends_at < until:
            near.append(ends.popleft())
        while near and near[0].shown.feature_ends_at <= since:
            near.popleft()
        yield from ((ended, one) for ended in near if ended.shown.screen_id != one.shown.screen_id)


CHECK = Check(
    id="large-screens-crossing",
    severity=WARNING,
    what="A large screen lets out while another one in its lobby lets in.",
    explanation="Two crowds meet at the doors. Large is a screen with more seats than the site's large_screen_seats.",
    find=find,
    numbers=(Number("minutes", 10, 0, 120, "between the end on one and the start on the other, at least"),),
)
