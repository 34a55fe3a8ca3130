"""Different movies that start in one lobby at nearly the same time."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.minutes import minutes_between, told
from cinemactl.programme.checks.nearest import nearest_before
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield each start with the one of another movie before it, when it comes too soon after it in the same lobby."""
    for lobby, in_lobby in programme.by_lobby.items():
        for before, one in nearest_before(in_lobby, lambda placed: placed.shown.movie_id):
            gap = minutes_between(before.shown.starts_at, one.shown.starts_at)
            if gap < numbers["minutes"]:
                where = f"lobby {lobby}" if lobby else "lobby"
                yield Found(
                    f"{programme.label(one)} starts {told(gap)} after {programme.label(before)} in the same {where}.",
                    f"Start them {max(numbers['preferred'], numbers['minutes'])} minutes apart.",
                    (before, one),
                    {"minutes": gap, "needed": numbers["minutes"]},
                )


CHECK = Check(
    id="lobby-crowding",
    severity=WARNING,
    what="Different movies start too close to each other in one lobby.",
    explanation="Everybody who is early for one movie and late for the other stands in the lobby together. Screens belong to "
    "the lobby they name; those of a site that name none share one.",
    find=find,
    numbers=(
        Number("minutes", 5, 0, 120, "between the starts of different movies, at least"),
        Number("preferred", 10, 0, 120, "between them as it is advised"),
    ),
)
