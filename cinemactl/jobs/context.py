"""What a job's function is given to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cinemactl.jobs.heartbeat import Heartbeat
    from cinemactl.settings import Settings


class JobContext:
    """The one argument that every job's function gets besides its own.

    `session` is the transaction of the job's effect: it is committed together with the job's end, never by the
    function. Progress and log go another way: others see them while that transaction is open, and they stay if it is
    rolled back.
    """

    def __init__(self, session: Session, job_id: int, settings: Settings, heartbeat: Heartbeat) -> None:
        self.session = session
        self.job_id = job_id
        self.settings = settings
        self._heartbeat = heartbeat

    def progress(self, stage: str, done: int, total: int | None = None) -> None:
        """Say how far the job is, as often as you like: what is written is the last word, a few times a second.

        Raises what raise_if_cancelled raises.
        """
        self._heartbeat.report_progress(stage, done, total)
        self.raise_if_cancelled()

    def log(self, message: str, level: str = "info") -> None:
        """Add a line to the job's log; the level is debug, info, warning or error."""
        self._heartbeat.log(message, level)

    def raise_if_cancelled(self) -> None:
        """Raise JobCancelled, JobTimedOut or LeaseLost when the job is to end; call it now and then in long work."""
        self._heartbeat.raise_if_stopped()
