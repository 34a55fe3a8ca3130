"""The ways in which a job is ended before its function is."""

from __future__ import annotations

from cinemactl.errors import CinemactlError


class JobCancelled(CinemactlError):
    """Somebody asked for the job to be cancelled."""

    code = "cancelled"

    def __init__(self, job_id: int) -> None:
        super().__init__(
            f"Job {job_id} was cancelled: nothing was changed.", f"`cinemactl job retry {job_id}` runs it anew."
        )


class JobTimedOut(CinemactlError):
    """The job took longer than its kind may."""

    code = "job-timeout"

    def __init__(self, job_id: int) -> None:
        super().__init__(
            f"Job {job_id} took longer than jobs of its kind may: nothing was changed.",
            f"`cinemactl job retry {job_id}` runs it anew.",
        )


class LeaseLost(CinemactlError):
    """The lease could not be renewed, so that another worker may run the job by now."""

    code = "lease-lost"

    def __init__(self, job_id: int) -> None:
        super().__init__(f"Job {job_id} was taken from this worker: what it did here was rolled back.")
