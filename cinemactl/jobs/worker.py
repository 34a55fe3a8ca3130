"""Starts a worker: its sign of life first, then all else."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from cinemactl.errors import ExitCode
from cinemactl.jobs.background import has_own_servers
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.logs import log_to_stderr
from cinemactl.jobs.presence import Presence
from cinemactl.settings import Settings

logger = logging.getLogger("cinemactl.jobs")


def run_worker(
    settings: Settings,
    *,
    burst: bool = False,
    idle_seconds: int | None = None,
    queue: str | None = None,
    background: bool = False,
    kinds: Mapping[str, Kind] = KINDS,
    lease_seconds: float | None = None,
    log_format: str = "text",
    quiet: bool = False,
) -> int:
    """Work through a queue and return the exit code: 0 once it was told to stop, or nothing is left to do.

    `burst` ends when nothing is queued, leased or due for retry, `idle_seconds` after that long without a job; SIGTERM
    ends it after its job. No server is started. Of workers in the `background` there is one in a home, and it gives up
    when its Redis stays away.
    Raises QueueUnavailable, DatabaseUnavailable, OldSchema, NewerSchema, WorkerBroken.
    """
    log_to_stderr(log_format, quiet=quiet)
    name = queue or settings.queue
    presence = Presence(settings.home, name, background=background) if has_own_servers(settings) else None
    if presence is not None and not presence.take():
        logger.info("a background worker is there already")
        return ExitCode.DONE
    try:
        from cinemactl.jobs import rounds  # noqa: PLC0415  (slow, and who starts a worker waits for its sign of life)

        rounds.work(
            settings,
            name,
            presence,
            burst=burst,
            idle_seconds=idle_seconds,
            background=background,
            kinds=kinds,
            lease_seconds=lease_seconds,
        )
    finally:
        if presence is not None:
            presence.release()
    return ExitCode.DONE
