"""Which earlier start is the nearest to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cinemactl.programme.checks.site_programme import Placed


def nearest_before(screenings: Iterable[Placed], part: Callable[[Placed], int]) -> Iterator[tuple[Placed, Placed]]:
    """Yield each screening, given by their starts, with the last one that starts before or with it and differs in `part`."""
    last: Placed | None = None
    other: Placed | None = None
    for one in screenings:
        if last is not None and part(last) != part(one):
            other = last
        if other is not None and part(other) != part(one):
            yield other, one
        last = one
