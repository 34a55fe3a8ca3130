"""Several workers under one parent, which starts anew what dies and, if asked, tells Prometheus how things stand.

The parent does no job and forks none, so that it may serve; its workers are programs of their own and end with it.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from cinemactl.errors import ExitCode
from cinemactl.jobs import background
from cinemactl.jobs.metrics import MetricsServer
from cinemactl.settings import Settings

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.2
RESTART_SECONDS = 2.0

logger = logging.getLogger("cinemactl.jobs")
libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Pool:
    """Workers that are started with the same words."""

    def __init__(self, settings: Settings, processes: int, words: Sequence[str], *, burst: bool) -> None:
        self._command = [*background.PROGRAM, "worker", "run", *words]
        self._environment = background.environment(settings)
        self._burst = burst
        self._stopping = False
        self._workers = [self._started() for _ in range(processes)]
        self._restart_at = 0.0

    def run(self, metrics: MetricsServer | None = None) -> int:
        """Keep the workers going until told to stop, or a burst is over; returns the gravest of their exit codes."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while any(worker.poll() is None for worker in self._workers) or not (self._stopping or self._burst):
            if metrics is None:
                time.sleep(POLL_SECONDS)
            else:
                metrics.serve(POLL_SECONDS)
            if not self._stopping and not self._burst:
                self._replace_dead()
        return max((ExitCode.DONE, *(self._code(worker) for worker in self._workers)))

    def _started(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches a worker once, by way of its parent; a second one would end its job.
        return subprocess.Popen(
            self._command,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  (no threads here)
        )

    def _replace_dead(self) -> None:
        dead = [place for place, worker in enumerate(self._workers) if worker.poll() is not None]
        if not dead or time.monotonic() < self._restart_at:
            return
        self._restart_at = time.monotonic() + RESTART_SECONDS
        for place in dead:
            logger.warning(
                "worker %d ended with %s; another one is started",
                self._workers[place].pid,
                self._workers[place].returncode,
            )
            self._workers[place] = self._started()

    def _stop(self, number: int, _frame: object) -> None:
        self._stopping = True
        for worker in self._workers:
            if worker.poll() is None:
                worker.send_signal(number)

    @staticmethod
    def _code(worker: subprocess.Popen[bytes]) -> int:
        return ExitCode.FAILED if worker.returncode < 0 else worker.returncode


def run_pool(settings: Settings, processes: int, words: Sequence[str], *, burst: bool, metrics_port: int | None) -> int:
    """Run so many workers with the words of `worker run`, and serve their metrics on a port of this machine alone.

    Returns the exit code. Raises PortUnusable, and what the database raises.
    """
    metrics = None if metrics_port is None else MetricsServer(settings, metrics_port)
    try:
        return Pool(settings, processes, words, burst=burst).run(metrics)
    finally:
        if metrics is not None:
            metrics.close()


def _end_with_parent() -> None:
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
