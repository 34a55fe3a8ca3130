"""How much memory the worker of a benchmark's home takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def peak_of_workers(folder: Path) -> Iterator[list[float]]:
    """Yield a list that gets, while the block runs, the memory in MB of this home's worker with its job."""
    seen, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            seen.append(sum(_memory(process) for process in psutil.process_iter() if _is_worker(process, folder)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _is_worker(process: psutil.Process, folder: Path) -> bool:
    try:
        words = process.cmdline()
        return "worker" in words and process.environ().get("CINEMACTL_HOME") == str(folder)
    except psutil.Error:
        return False


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.Error:
        return 0.0
