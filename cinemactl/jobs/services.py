"""The embedded servers and the background worker as one thing: what runs, start, stop."""

from __future__ import annotations

from typing import Any

from cinemactl.jobs import background
from cinemactl.settings import Settings, masked
from cinemactl.store.database import Database
from cinemactl.store.embedded import folders, postgres, valkey


def services(settings: Settings) -> list[dict[str, Any]]:
    """Return service, state (running, stopped, or own for a server of the user's), pid, where and log of each."""
    sockets = str(folders.socket_folder(settings.home))
    listed = []
    for name, url, server in (("postgres", settings.database_url, postgres), ("valkey", settings.redis_url, valkey)):
        if url is not None:
            listed.append({"service": name, "state": "own", "pid": None, "where": masked(url), "log": None})
            continue
        pid = server.process_id(settings.home)
        state = "stopped" if pid is None else "running"
        log = str(server.log_file(settings.home))
        listed.append({"service": name, "state": state, "pid": pid, "where": sockets, "log": log})
    if background.has_own_servers(settings):
        alive = "running" if background.worker_alive(settings) else "stopped"
        log = str(background.log_file(settings))
        listed.append({"service": "worker", "state": alive, "pid": None, "where": settings.queue, "log": log})
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
