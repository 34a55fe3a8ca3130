"""The embedded PostgreSQL: made once, started when nobody answers, left running."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from sqlalchemy import URL

from cinemactl.store.embedded import cluster, folders, processes
from cinemactl.store.embedded.account import Account, account
from cinemactl.store.embedded.cluster import NAME, PORT, USER, program
from cinemactl.store.embedded.way import open_way

FOLDER = "postgres"
PROGRAM = "postgres"
DATABASE = "cinemactl"
CONNECT_SECONDS = 5
TAKE_OVER_SECONDS = 10
NOT_YET = ("starting up", "shutting down", "recovery", "not yet accepting", "Connection refused", "timeout")
STOP_SECONDS = 60


def url(home: Path) -> URL:
    """Return the address of the database of `home`, running or not."""
    query = {"host": str(folders.socket_folder(home)), "port": str(PORT)}
    return URL.create("postgresql+psycopg", username=USER, database=DATABASE, query=query)


def data_folder(home: Path) -> Path:
    """Return the folder that holds the database."""
    return home / FOLDER / "data"


def log_file(home: Path) -> Path:
    """Return the server's log."""
    return home / FOLDER / "log"


def process_id(home: Path) -> int | None:
    """Return the process id of the running server, None when there is none."""
    return processes.serving(_pid_file(home), PROGRAM, data_folder(home))


def ensure_running(home: Path) -> None:
    """Start the server of `home`, its database made first if there is none.

    Raises HomeUnusable, ExtraMissing, OtherMajor or ServerFailed.
    """
    program("pg_ctl")
    with folders.starting(home, FOLDER) as lock:
        if not _refusal(home, DATABASE):
            return
        owner = account()
        folder = folders.private_folder(home / FOLDER, owner)
        sockets = folders.private_folder(folders.socket_folder(home), owner)
        open_way(program("pg_ctl"), owner)
        cluster.ensure(data_folder(home), owner, lock)
        cluster.configure(home, sockets)
        log = folders.Log(log_file(home))
        process = process_id(home)
        if process is not None and not _socket(home).exists():  # somebody has removed it: nobody can call this server
            processes.end(process, signal.SIGINT, STOP_SECONDS)
        if process_id(home) is None:
            _start(home, folder, owner, log)
        _wait(home, log)
        _make_database(home)


def stop(home: Path) -> bool:
    """Stop the server; returns whether it was running. Raises ServerFailed when it does not end."""
    if not data_folder(home).exists():
        return False
    with folders.starting(home, FOLDER):
        process = process_id(home)
        if process is None:
            return False
        if not processes.end(process, signal.SIGINT, STOP_SECONDS):
            raise folders.ServerFailed(NAME, log_file(home), act="stop")
        return True


def _start(home: Path, folder: Path, owner: Account, log: folders.Log) -> None:
    """Start the server, after a kill or a crash of the machine too.

    Those leave a pid file and a socket, whose numbers may be other programs' by now, and perhaps children that hold
    the memory for a moment.
    """
    crashed = _pid_file(home).exists()
    if crashed:
        processes.end_orphans(PROGRAM, data_folder(home))
    for stale in (_pid_file(home), _socket(home), _socket(home).with_name(f"{_socket(home).name}.lock")):
        stale.unlink(missing_ok=True)
    # A shell reads these words: they hold no path of the user's.
    options = f"--config-file=../{cluster.CONFIGURATION_FILE}"
    arguments = ("start", "-D", "data", "-o", options, "-l", "log", "-w", "-t", str(folders.START_SECONDS), "-s")
    deadline = time.monotonic() + (TAKE_OVER_SECONDS if crashed else 0)
    while owner.run(program("pg_ctl"), *arguments, folder=folder).returncode and process_id(home) is None:
        if time.monotonic() > deadline:
            raise folders.ServerFailed(NAME, log_file(home), log.text())
        time.sleep(0.2)


def _wait(home: Path, log: folders.Log) -> None:
    """Wait until the server takes connections: it may still be reading what a crash has left."""
    deadline = time.monotonic() + folders.START_SECONDS
    while refusal := _refusal(home, "postgres"):
        comes = process_id(home) is not None and any(words in refusal for words in NOT_YET)
        if not comes or time.monotonic() > deadline:
            raise folders.ServerFailed(NAME, log_file(home), log.text() or refusal, act="answer")
        time.sleep(0.05)


def _make_database(home: Path) -> None:
    import psycopg  # noqa: PLC0415  (as above)

    with psycopg.connect(_conninfo(home, "postgres"), connect_timeout=CONNECT_SECONDS, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            connection.execute("CREATE DATABASE cinemactl")


def _refusal(home: Path, database: str) -> str:
    """Return why the server does not let us into a database, nothing if it does."""
    import psycopg  # noqa: PLC0415  (slow to import, and not needed to ask for a process)

    try:
        psycopg.connect(_conninfo(home, database), connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        return str(error)
    return ""


def _conninfo(home: Path, database: str) -> str:
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415  (as above)

    # No options: those in the caller's environment are meant for another server.
    return make_conninfo(host=str(folders.socket_folder(home)), port=PORT, user=USER, dbname=database, options="")


def _pid_file(home: Path) -> Path:
    return data_folder(home) / "postmaster.pid"


def _socket(home: Path) -> Path:
    return folders.socket_folder(home) / f".s.PGSQL.{PORT}"
