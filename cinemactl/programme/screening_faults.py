"""What keeps a screening from being found, added, moved, cancelled or removed."""

from __future__ import annotations

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import Conflict, NotFound, UsageRefused
from cinemactl.programme.tables import Screening, Site


class ScreeningNotFound(NotFound):
    """No screening has that number."""

    code = "screening-not-found"

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no screening {reference[:100]!r}.", "See `cinemactl schedule list`.")


class RuntimeUnknown(Conflict):
    """Nobody knows how long the movie is, so nobody knows when the screen is free again."""

    code = "runtime-unknown"

    def __init__(self, movie: Movie) -> None:
        super().__init__(
            f"The runtime of {label(movie)} is not known.",
            f"Give it with --runtime MINUTES, or once for all with `cinemactl movie edit {movie.id} --runtime MINUTES`.",
        )


class SoldScreening(Conflict):
    """Seats of the screening are sold."""

    code = "screening-sold"

    def __init__(self, screening: Screening, done: str) -> None:
        seats = "1 seat is" if screening.sold == 1 else f"{screening.sold} seats are"
        super().__init__(
            f"{seats} sold for screening {screening.id}: it is not {done}.",
            f"With --force it is {done} nevertheless; those who have seats are to be told.",
        )


class ScreeningPublished(Conflict):
    """The public was told of the screening."""

    code = "screening-published"

    def __init__(self, screening: Screening) -> None:
        super().__init__(
            f"The public was told of screening {screening.id}: it is not removed.",
            f"Cancel it with `cinemactl schedule cancel {screening.id}`; with --force it is removed and nobody is told.",
        )


class ScreeningCancelled(Conflict):
    """The screening is cancelled."""

    code = "screening-cancelled"

    def __init__(self, screening: Screening) -> None:
        super().__init__(
            f"Screening {screening.id} is cancelled, so it cannot be moved.", "Add one with `cinemactl schedule add`."
        )


class ClocksDiffer(UsageRefused):
    """A screening moves to a site whose clocks show another time, and nobody says at which it is to start there."""

    code = "clocks-differ"

    def __init__(self, screening: Screening, site: Site, other: Site) -> None:
        before, after = (f"{one.clock.local(screening.starts_at):%Y-%m-%d %H:%M}" for one in (site, other))
        super().__init__(
            f"Screening {screening.id} starts at {before} at {site.name}, which is {after} at {other.name}: at which of "
            "them it is to start there is not said.",
            f"Give its start at {other.name}, as in --at '{before}' or --at '{after}'.",
        )
