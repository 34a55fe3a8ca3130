"""A home that a test may break: its servers are the test's own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commands import PROGRAM, Result
from sqlalchemy import text

from cinemactl import settings as configuration
from cinemactl.store.database import Database
from cinemactl.store.embedded import folders, postgres, processes, valkey


class Home:
    """A home, and what commands and tests do in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = configuration.load({"home": str(path)}, {})
        self.environment = os.environ | {"CINEMACTL_HOME": str(path), "CINEMACTL_CONFIG": ""}

    @property
    def database(self) -> Database:
        """The database, as a command finds it that knows nothing of what happened before."""
        return Database(self.settings)

    @property
    def data(self) -> Path:
        return postgres.data_folder(self.path)

    @property
    def sockets(self) -> Path:
        return folders.socket_folder(self.path)

    def run(self, *words: str, timeout: float = 60, stdin: str = "", **options: Any) -> Result:
        """Run a command in this home as a process of its own."""
        done = subprocess.run(
            [*PROGRAM, *words], env=self.environment, input=stdin.encode(), capture_output=True, timeout=timeout,
            **options,
        )  # fmt: skip
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command in this home and leave it running."""
        pipe = subprocess.PIPE
        return subprocess.Popen([*PROGRAM, *words], env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def write(self, note: str) -> None:
        """Commit a note: a later command that finds it finds the data."""
        with self.database.unit_of_work() as session:
            session.execute(text("CREATE TABLE IF NOT EXISTS note (note text)"))
            session.execute(text("INSERT INTO note VALUES (:note)"), {"note": note})

    def notes(self) -> list[str]:
        """Return the notes."""
        with self.database.unit_of_work() as session:
            return list(session.scalars(text("SELECT note FROM note ORDER BY note")))

    def server_id(self) -> int:
        """Return the process id of the PostgreSQL that runs."""
        pid = postgres.process_id(self.path)
        assert pid is not None
        return pid

    def end(self) -> None:
        """Kill whatever runs here, and remove it all."""
        for name, folder in ((valkey.PROGRAM, self.path / valkey.FOLDER), (postgres.PROGRAM, self.data)):
            for pid in list(processes.at_work(name, folder)) if folder.is_dir() else []:
                processes.end(pid, signal.SIGKILL, 5)
        sockets = self.sockets
        for folder in (self.path, sockets):
            shutil.rmtree(folder, ignore_errors=True)


def new_path() -> Path:
    """Return a new empty folder with a path short enough for sockets."""
    return Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))


def eventually(condition: Callable[[], object], seconds: float = 5) -> bool:
    """Wait until something is so; False when it does not come to be."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
