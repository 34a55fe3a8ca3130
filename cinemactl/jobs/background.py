"""The worker that a command starts in the background when the servers are this home's own and no worker is alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cinemactl.errors import Unavailable
from cinemactl.jobs import presence
from cinemactl.settings import ENVIRONMENT_PREFIX, Settings

PROGRAM = (sys.executable, "-m", "cinemactl")
START_SECONDS = 20
STOP_SECONDS = 10.0
KILL_SECONDS = 5.0
POLL_SECONDS = 0.02
LONGEST_LOG_BYTES = 5_000_000

_children: list[subprocess.Popen[bytes]] = []


class WorkerFailed(Unavailable):
    """The background worker does not come up, or does not stay."""

    code = "worker-failed"

    def __init__(self, log: Path) -> None:
        last = _last_line(log)
        super().__init__(
            f"The background worker did not start{': ' + last if last else ''}.",
            f"Its log is {log}; `cinemactl worker run` in a terminal shows more.",
        )


def has_own_servers(settings: Settings) -> bool:
    """Whether only this machine can do this home's jobs, as a server of them is one that cinemactl starts itself."""
    return settings.embedded_postgres or settings.embedded_valkey


def log_file(settings: Settings) -> Path:
    """Return the log of the background worker; the one before it, if any, has .1 after its name."""
    return settings.home / "worker.log"


def ensure_worker(settings: Settings, *, program: Sequence[str] = PROGRAM) -> bool:
    """Start a worker in the background if none is alive, and return whether one was started.

    With servers of the user's own nothing is started. Raises WorkerFailed, HomeUnusable.
    """
    if not has_own_servers(settings):
        return False
    with presence.starting(settings):
        lock = presence.lock_path(settings.home, settings.queue)
        if presence.is_held(lock):
            return False
        process = _started(settings, program)
        deadline = time.monotonic() + START_SECONDS
        while not presence.is_held(lock):
            if process.poll() == 0:
                return True  # it has found nothing to do, or another one
            if process.returncode is not None or time.monotonic() > deadline:
                process.kill()
                raise WorkerFailed(log_file(settings))
            time.sleep(POLL_SECONDS)
    return True


def worker_alive(settings: Settings) -> bool:
    """Whether a worker of this home's servers is alive on this machine."""
    if not settings.home.exists():
        return False
    with presence.starting(settings):
        return presence.is_held(presence.lock_path(settings.home, settings.queue))


def stop_background_worker(settings: Settings, *, seconds: float = STOP_SECONDS) -> bool:
    """End the background worker of every queue of this home; returns whether there was one.

    It may finish its job for so long, then it is killed: the job is rolled back and runs again with the next worker.
    """
    if not settings.home.exists():
        return False
    with presence.starting(settings):
        held = [path for path in sorted(settings.home.glob("worker-*.pid")) if presence.is_held(path)]
        for path in held:
            _signal(path, signal.SIGTERM)
        for path in held:
            if not _released(path, seconds):
                _signal(path, signal.SIGKILL)
                _released(path, KILL_SECONDS)
    return bool(held)


def no_worker_note(settings: Settings) -> str | None:
    """Return the warning to give when a job waits on servers of the user's own and no worker listens there."""
    if has_own_servers(settings):
        return None
    from cinemactl.jobs.manage import live_workers  # noqa: PLC0415  (RQ is slow to import, and rarely needed here)

    if live_workers(settings, settings.queue):
        return None
    return f"No worker listens on the queue {settings.queue!r}; the job waits until `cinemactl worker run` starts one."


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a program finds the same settings, whichever way these were given here."""
    values = {
        "HOME": settings.home,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MEDIA_FOLDER": settings.media_folder,
        "QUEUE": settings.queue,
        "KEEP_IMPORTS_DAYS": settings.keep_imports_days,
        "WORKER_IDLE_SECONDS": settings.worker_idle_seconds,
        "CONFIG": settings.config_file if settings.config_file.exists() else None,
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)}
    return others | {f"{ENVIRONMENT_PREFIX}{name}": str(value) for name, value in values.items() if value is not None}


def _started(settings: Settings, program: Sequence[str]) -> subprocess.Popen[bytes]:
    idle = str(settings.worker_idle_seconds)
    _begin_anew(log_file(settings))
    with os.fdopen(os.open(log_file(settings), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
        process = subprocess.Popen(
            [*program, "worker", "run", "--queue", settings.queue, "--idle", idle, "--background"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(settings),
            cwd=settings.home,
            start_new_session=True,
        )
    # Kept and asked now and then, so that a worker which ends before this process does is no zombie.
    _children[:] = [child for child in _children if child.poll() is None]
    _children.append(process)
    return process


def _begin_anew(log: Path) -> None:
    """Put a log aside that has grown long; as the worker ends when idle, each start is soon enough to look."""
    with suppress(FileNotFoundError):
        if log.stat().st_size > LONGEST_LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))


def _signal(pid_file: Path, number: signal.Signals) -> None:
    """Signal the process named in a pid file that is locked: the lock says that it is the worker and not a namesake."""
    if presence.is_held(pid_file):
        os.kill(int(pid_file.read_text()), number)


def _released(path: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while presence.is_held(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].rstrip(".") if lines else ""
