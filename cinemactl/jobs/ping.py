"""The job that changes nothing: it shows that the way from a command through the queue to a worker and back is open."""

from __future__ import annotations

import time
from typing import Any

from cinemactl.jobs.context import JobContext

STEP_SECONDS = 0.05


def ping(context: JobContext, *, seconds: float = 0) -> dict[str, Any]:
    """Wait for so many seconds, in small steps and with progress, then answer."""
    steps = round(seconds / STEP_SECONDS)
    for step in range(steps):
        context.progress("waiting", step, steps)
        time.sleep(STEP_SECONDS)
    context.log(f"pong after {seconds:g} seconds")
    return {"pong": True}
