"""Completing movies at the TAB key: from a small file, never from the database.

The file holds the slugs of the movies that matter most. A TAB that finds it old has it written anew by a process in the
background, so that no TAB ever waits for a connection or for the imports that go with one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from cinemactl import settings as configuration
from cinemactl.errors import CinemactlError

MOVIES = 20_000
SHOWN = 100
FRESH_SECONDS = 60


def complete_movie(incomplete: str) -> list[tuple[str, str]]:
    """Return slugs that begin with what is typed, upper or lower case, each with its title as help."""
    try:
        settings = configuration.load()
    except CinemactlError:
        return []
    file = cache_file(settings.home)
    refresh_if_old(file)
    typed = incomplete.lower()
    try:
        with file.open(encoding="utf-8") as lines:
            found = (line.rstrip("\n").partition("\t") for line in lines if line.startswith(typed))
            return [
                (incomplete + slug[len(typed) :], title)
                for (slug, _, title), _ in zip(found, range(SHOWN), strict=False)
            ]
    except OSError:
        return []


def cache_file(home: Path) -> Path:
    """Return the file that completion reads: a slug, a tab and the title on each line."""
    return home / "completion" / "movies.tsv"


def refresh_if_old(file: Path) -> None:
    """Have the file written anew in the background when it is missing or older than a minute."""
    try:
        if time.time() - file.stat().st_mtime < FRESH_SECONDS:
            return
        os.utime(file)
    except FileNotFoundError:
        pass
    except OSError:
        return
    subprocess.Popen(
        [sys.executable, "-m", "cinemactl.cli.completion_cache"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name != "_CINEMACTL_COMPLETE"},
    )
