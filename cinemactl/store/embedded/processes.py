"""Which process serves a folder: a pid file may be old, and its number another program's by now."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

POLL_SECONDS = 0.02
ORPHAN_SECONDS = 1.0


def serving(pid_file: Path, name: str, folder: Path) -> int | None:
    """Return the process id in `pid_file` if that process is the program `name` at work in `folder`."""
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 and _is_serving(pid, name, folder) else None


def end(pid: int, number: signal.Signals, seconds: float) -> bool:
    """Send the process a signal and wait for its end; returns whether it came within so many seconds."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return True
    deadline = time.monotonic() + seconds
    while _is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def end_orphans(name: str, folder: Path) -> None:
    """End the children that a killed server has left at work in `folder`, at once those that do not notice."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while left := list(at_work(name, folder)):
        if time.monotonic() > deadline:
            for pid in left:
                end(pid, signal.SIGQUIT, ORPHAN_SECONDS)
            return
        time.sleep(POLL_SECONDS)


def _is_alive(pid: int) -> bool:
    import psutil  # noqa: PLC0415  (comes with the embedded servers)

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _is_serving(pid: int, name: str, folder: Path) -> bool:
    """Whether the process is that server; also when nobody may know: removing a live server's pid file loses data."""
    import psutil  # noqa: PLC0415  (comes with the embedded servers)

    try:
        process = psutil.Process(pid)
        if name not in process.name() or process.uids().real != folder.stat().st_uid:
            return False
        return Path(process.cwd()) == folder.resolve()
    except psutil.AccessDenied:
        return True
    except (psutil.Error, OSError):
        return False


def at_work(name: str, folder: Path) -> Iterator[int]:
    """Yield the process ids of the program `name`, its children among them, at work in `folder`."""
    import psutil  # noqa: PLC0415  (comes with the embedded servers)

    for process in psutil.process_iter(["name"]):
        try:
            if name in process.info["name"] and Path(process.cwd()) == folder.resolve():
                yield process.pid
        except psutil.Error:
            continue
