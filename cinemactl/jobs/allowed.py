"""What a worker may be told to do over RQ: run a recorded job by its number, and nothing else.

JSON keeps a message from being code, but not from naming any function there is; so no name in a message is looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from rq.exceptions import NoSuchJobError
from rq.job import Job

from cinemactl.errors import CinemactlError

PERFORM = "cinemactl.jobs.run.perform"


class CallRefused(CinemactlError):
    """A message on the queue names something else than the one function that may be called."""

    code = "call-refused"

    def __init__(self, rq_id: str, called: str) -> None:
        super().__init__(
            f"The message {rq_id} on the queue was refused: it calls {called[:200]}, and only recorded jobs are run.",
            "Something else than cinemactl writes to this queue; give cinemactl one of its own.",
        )


class AllowedJob(Job):
    """An RQ job that only ever runs a recorded job, through the `runner` that the worker gives it."""

    runner: Callable[[int], None] | None = None

    @property
    def func(self) -> NoReturn:
        """Refuse to look up a function by its name."""
        raise CallRefused(self.id, repr(self.func_name))

    def restore(self, raw_data: Any) -> None:  # noqa: ANN401  (RQ's signature)
        """Read the message, leaving out all that would call, or send, something else before or after."""
        try:
            super().restore(raw_data)
        except NoSuchJobError:
            raise
        except Exception as error:
            raise NoSuchJobError(f"The message {self.id} cannot be read: {error}") from error
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        self._dependency_ids = []
        self.group_id = self.rate_limit_key = None
        self.retries_left = self.repeats_left = None

    def _execute(self) -> None:
        if self.func_name != PERFORM or self.instance is not None:
            raise CallRefused(self.id, repr(self.func_name))
        if self.kwargs or len(self.args) != 1 or type(self.args[0]) is not int:
            raise CallRefused(self.id, f"{PERFORM} with other arguments than a job's number")
        if self.runner is None:
            raise CallRefused(self.id, f"{PERFORM} outside a worker of cinemactl")
        self.runner(self.args[0])
