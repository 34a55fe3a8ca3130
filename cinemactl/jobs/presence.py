"""Which workers are alive on this machine, told by locks: the kernel takes them back however a process ends.

Every worker holds a shared lock on one file of its queue; one in the background also holds a lock on its pid file.
Whoever looks takes the start lock first: so the moment's lock of one who looks is never mistaken for a worker.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from cinemactl.errors import Unavailable
from cinemactl.settings import Settings
from cinemactl.store.embedded.account import HomeUnusable

START_SECONDS = 30


class Presence:
    """A worker's own sign of life in a home."""

    def __init__(self, home: Path, queue: str, *, background: bool) -> None:
        self._home = home
        self._queue = queue
        self._background = background
        self._alive: int | None = None
        self._pid_file: int | None = None

    def take(self) -> bool:
        """Show that this worker is alive; False when it is a background worker and there is one already."""
        if self._background:
            pid_file = _opened(pid_path(self._home, self._queue))
            if not _locked(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB):
                os.close(pid_file)
                return False
            self._pid_file = pid_file
            os.ftruncate(pid_file, 0)
            os.pwrite(pid_file, f"{os.getpid()}\n".encode(), 0)
        alive = _opened(lock_path(self._home, self._queue))
        fcntl.flock(alive, fcntl.LOCK_SH)
        self._alive = alive
        return True

    def withdraw(self) -> None:
        """Take no more work: a command that asks for some starts another worker. The pid file stays locked."""
        alive, self._alive = self._alive, None
        if alive is not None:
            os.close(alive)

    def release(self) -> None:
        """End the sign of life. After a fork it ends the child's part in it and leaves the parent's."""
        self.withdraw()
        pid_file, self._pid_file = self._pid_file, None
        if pid_file is not None:
            os.close(pid_file)


def lock_path(home: Path, queue: str) -> Path:
    """Return the file that every living worker of a queue holds a lock on."""
    return home / f"worker-{quote(queue, safe='')}.lock"


def pid_path(home: Path, queue: str) -> Path:
    """Return the file with the process id of the queue's background worker, locked as long as that lives."""
    return home / f"worker-{quote(queue, safe='')}.pid"


@contextmanager
def starting(settings: Settings) -> Iterator[None]:
    """Hold the right to look for workers and to start one; raises Unavailable when somebody has it for too long."""
    descriptor = _opened(settings.home / f".worker-{quote(settings.queue, safe='')}.start")
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _locked(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Another command has been starting a worker for {START_SECONDS} seconds.",
                    f"See {settings.home / 'worker.log'}, or run `cinemactl worker run` yourself.",
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds a lock on the file; call it with the start lock held."""
    if not path.exists():
        return False
    descriptor = _opened(path)
    try:
        return not _locked(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeUnusable(
            f"The home {path.parent} cannot be used: {error.strerror}.", "Choose another one with CINEMACTL_HOME."
        ) from error


def _locked(descriptor: int, operation: int) -> bool:
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        return False
    return True
