"""When a job is tried again, and the sentence of its attempt that says why it was or was not."""

from __future__ import annotations

import random

FIRST_PAUSE_SECONDS = 2.0
GROWTH = 4.0
LONGEST_PAUSE_SECONDS = 600.0
JITTER = 0.25

LOST = "tried again at once: its worker was gone"
CANCELLED = "not tried again: it was cancelled"
LASTING = "not tried again: what failed does not pass by itself"
USED_UP = "not tried again: its tries are used up"


def pause_after(attempt: int) -> float:
    """Return the seconds to wait after the attempt of that number: 2, 8, 32, ... to ten minutes, a quarter more or less.

    Chance spreads the jobs that failed together, so that they do not come back together.
    """
    steady = FIRST_PAUSE_SECONDS * GROWTH ** min(attempt - 1, 10)
    return min(steady, LONGEST_PAUSE_SECONDS) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)


def passing(seconds: float) -> str:
    """Return the sentence for a job that is tried again after so many seconds."""
    return f"tried again after {seconds:.1f} seconds: what failed may pass"
