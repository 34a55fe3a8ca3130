"""Writes the file that completion reads; run as a process of its own, which never starts a server."""

from __future__ import annotations

from cinemactl import settings as configuration
from cinemactl.catalogue.slugs import slugs
from cinemactl.cli import render
from cinemactl.cli.completion import MOVIES, cache_file
from cinemactl.errors import CinemactlError
from cinemactl.settings import Settings
from cinemactl.store.database import Database


def write_cache(settings: Settings) -> int:
    """Write the slugs of the best ranked movies, the whole file at once; return how many."""
    file = cache_file(settings.home)
    file.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with Database(settings, start=False).unit_of_work() as session, render.output(file) as stream:
        for slug, title in slugs(session, limit=MOVIES):
            stream.write(f"{slug}\t{title}\n")
            count += 1
    return count


if __name__ == "__main__":
    try:
        write_cache(configuration.load())
    except (CinemactlError, OSError) as error:
        raise SystemExit(1) from error
