"""The embedded servers and the background worker as one thing: what runs, start, stop."""

from __future__ import annotations

from typing import Any

from cinemactl.addresses import masked
from cinemactl.jobs import background, presence
from cinemactl.settings import Settings
from cinemactl.store.database import Database
from cinemactl.store.embedded import folders, postgres, valkey


def services(settings: Settings) -> list[dict[str, Any]]:
    """Return service, state (running, stopped, or own for a server of the user's), pid, where and log of each."""
    sockets = str(folders.socket_folder(settings.home))
    listed = []
    for name, url, server in (("postgres", settings.database_url, postgres), ("valkey", settings.redis_url, valkey)):
        if url is not None:
            listed.append({"service": name, "state": "own", "pid": None, "where": masked(url), "log": None})
        else:
            listed.append(_row(name, server.process_id(settings.home), sockets, str(server.log_file(settings.home))))
    if background.has_own_servers(settings):
        listed.append(_row("worker", _worker_id(settings), settings.queue, str(background.log_file(settings))))
    return listed


def start_services(settings: Settings) -> None:
    """Start the embedded servers that the settings use, the database with its schema.

    Raises HomeUnusable, ExtraMissing, OtherMajor or ServerFailed.
    """
    if settings.embedded_postgres:
        with Database(settings).unit_of_work():
            pass
    if settings.embedded_valkey:
        valkey.ensure_running(settings.home)


def stop_services(settings: Settings) -> list[str]:
    """Stop the background worker, then the embedded servers; return the names of those that were running."""
    stopped = []
    if background.has_own_servers(settings) and background.stop_background_worker(settings):
        stopped.append("worker")
    if settings.embedded_valkey and valkey.stop(settings.home):
        stopped.append("valkey")
    if settings.embedded_postgres and postgres.stop(settings.home):
        stopped.append("postgres")
    return stopped


def _row(name: str, pid: int | None, where: str, log: str) -> dict[str, Any]:
    return {"service": name, "state": "stopped" if pid is None else "running", "pid": pid, "where": where, "log": log}


def _worker_id(settings: Settings) -> int | None:
    """Return the process id of the background worker: the lock on its pid file says that it lives."""
    if not settings.home.exists():
        return None
    file = presence.pid_path(settings.home, settings.queue)
    with presence.starting(settings):
        return int(file.read_text()) if presence.is_held(file) else None
