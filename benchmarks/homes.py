"""A home of a benchmark's own: its servers are stopped at the end, and it is removed unless the user chose it.

Nothing of the user's settings counts here, so that no benchmark ever touches a database of theirs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cinemactl import settings
from cinemactl.store.database import Database


@contextmanager
def home(chosen: Path | None = None) -> Iterator[Path]:
    """Yield the chosen folder, or a new one that is removed at the end; servers started in it are stopped."""
    folder = chosen.absolute() if chosen else Path(tempfile.mkdtemp(prefix="cinemactl-"))
    try:
        yield folder
    finally:
        subprocess.run([*program(), "services", "stop"], env=environment(folder), check=True, capture_output=True)
        if chosen is None:
            shutil.rmtree(folder)


def database(folder: Path) -> Database:
    """Return the embedded database of a home, its statements not limited in time."""
    return Database(settings.load({"home": str(folder), "config": os.devnull}, {}), statement_seconds=0)


def program() -> list[str]:
    """Return how the program is called: as it is installed, or from the source when it is not."""
    installed = Path(sys.executable).with_name("cinemactl")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "cinemactl"]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a command in a home; bytecode is written and read as it is for users."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CINEMACTL_", "PYTHON"))}
    return kept | {"CINEMACTL_HOME": str(folder), "CINEMACTL_CONFIG": os.devnull}
