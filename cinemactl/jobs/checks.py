"""The checks of `doctor`: each looks at one thing and says how it stands and what mends it. Nothing is started."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text

from cinemactl import __version__
from cinemactl.errors import CinemactlError
from cinemactl.importing.tables import Import
from cinemactl.jobs import background
from cinemactl.jobs import queue as queues
from cinemactl.jobs.cron.leader import leader, overdue
from cinemactl.jobs.lease import LEASE_RAN_OUT
from cinemactl.jobs.manage import live_workers
from cinemactl.jobs.tables import Job
from cinemactl.settings import Settings
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey
from cinemactl.store.revision import HEAD

LOW_DISK_BYTES = 2**30
OLD_JOB_SECONDS = 600
OVERDUE_SECONDS = 60
SHOWN = 5
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


@dataclass(frozen=True)
class Finding:
    """How one thing stands: `state` is ok, warn or fail, `mend` the command or act that helps."""

    check: str
    state: str
    message: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object."""
        return asdict(self)


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield a finding of every check, what others depend on first."""
    yield Finding("version", "ok", f"cinemactl {__version__} on Python {sys.version.split()[0]}")
    yield _config(settings)
    yield from _home(settings)
    yield from _database(settings)
    yield from _queue(settings)
    yield _media(settings.media_folder)


def _config(settings: Settings) -> Finding:
    if settings.config_file.exists():
        return Finding("config", "ok", f"settings from {settings.config_file}")
    return Finding("config", "ok", f"no settings file; {settings.config_file} would be read")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        yield Finding("home", "fail", f"{home} cannot be written", "Choose another one with CINEMACTL_HOME.")
        return
    yield Finding("home", "ok", f"{home}{'' if home.exists() else ', made on first use'}")
    free = shutil.disk_usage(nearest).free
    shown = f"{free / 2**30:.1f} GiB free where {home} is"
    if free < LOW_DISK_BYTES:
        yield Finding("disk", "warn", shown, "Make room; below this even a small import can fail.")
    else:
        yield Finding("disk", "ok", shown)


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.embedded_postgres and postgres.process_id(settings.home) is None:
        yield Finding("database", "warn", "the embedded PostgreSQL is not running", "cinemactl services start")
        return
    database = Database(settings, start=False)
    try:
        with database.connect() as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar()
            yield Finding("database", "ok", f"PostgreSQL {version} at {database.shown_url}")
            revision = database.revision(connection)
            yield _schema(revision)
            if revision == HEAD:
                yield _extensions(connection)
                yield from _jobs(connection)
                yield _cron(connection)
                yield _imports(connection, settings)
    except CinemactlError as error:
        yield Finding("database", "fail", error.message, error.hint)


def _schema(revision: str | None) -> Finding:
    if revision == HEAD:
        return Finding("schema", "ok", f"schema {HEAD}")
    if revision is not None and not migrate.is_known(revision):
        return Finding(
            "schema", "fail", f"schema {revision} is newer than this cinemactl", "Install the newer cinemactl."
        )
    return Finding("schema", "fail", f"schema {revision or 'missing'}, needed is {HEAD}", "cinemactl db upgrade")


def _extensions(connection: Connection) -> Finding:
    found = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    if missing := [name for name in EXTENSIONS if name not in found]:
        mend = f"In `cinemactl db shell`: CREATE EXTENSION {missing[0]};"
        return Finding("extensions", "fail", f"missing: {', '.join(missing)}", mend)
    return Finding("extensions", "ok", ", ".join(EXTENSIONS))


def _jobs(connection: Connection) -> Iterator[Finding]:
    counted = connection.execute(select(Job.state, func.count().label("jobs")).group_by(Job.state))
    counts = {row.state: row.jobs for row in counted}
    waiting = func.extract("epoch", func.now() - func.min(Job.created_at))
    oldest = connection.scalar(select(waiting).where(Job.state == "queued")) or 0
    shown = f"{counts.get('queued', 0)} queued, {counts.get('running', 0)} running"
    if oldest > OLD_JOB_SECONDS:
        yield Finding(
            "jobs", "warn", f"{shown}; the oldest has waited {oldest / 60:.0f} minutes", "cinemactl worker run"
        )
    else:
        yield Finding("jobs", "ok", shown)
    if stuck := connection.scalar(select(func.count()).select_from(Job).where(LEASE_RAN_OUT)):
        shown = f"{stuck} running, and their worker shows no sign of life"
        yield Finding("stuck leases", "warn", shown, "Any worker gives them to another: cinemactl worker run")
    if aside := counts.get("set-aside", 0):
        yield Finding("jobs set aside", "warn", f"{aside} were tried in vain", "cinemactl job list --state set-aside")


def _cron(connection: Connection) -> Finding:
    if led_from := leader(connection):
        return Finding("cron", "ok", f"a cron leads from {led_from}")
    if late := overdue(connection, OVERDUE_SECONDS):
        shown = f"{', '.join(late[:SHOWN])}{', …' if len(late) > SHOWN else ''}: due, and no cron runs"
        return Finding(
            "cron", "warn", shown, "Keep `cinemactl cron run` running, or see `cinemactl cron export --help`."
        )
    return Finding("cron", "ok", "no cron runs, and nothing is overdue")


def _imports(connection: Connection, settings: Settings) -> Finding:
    sizes = [func.pg_total_relation_size(name) for name in ("upload_chunk", "import_row", "import_block")]
    kept = sum(connection.execute(select(*sizes)).one())
    count = connection.scalar(select(func.count()).where(Import.upload_id.is_not(None)))
    shown = f"files and plans of {count} imports take {kept / 2**20:.1f} MiB"
    return Finding("imports", "ok", f"{shown}, kept for {settings.keep_imports_days} days")


def _queue(settings: Settings) -> Iterator[Finding]:
    if settings.embedded_valkey and not valkey.is_running(settings.home):
        yield Finding("queue", "warn", "the embedded Valkey is not running", "cinemactl services start")
        return
    try:
        with queues.connection(settings, start=False) as connection:
            about = connection.info("server") | connection.info("persistence") | connection.info("memory")
        yield Finding("queue", "ok", _server(about))
        yield from _durability(about)
        yield _workers(settings)
    except CinemactlError as error:
        yield Finding("queue", "fail", error.message, error.hint)


def _server(about: dict[str, Any]) -> str:
    if version := about.get("valkey_version"):
        return f"Valkey {version}"
    return f"Redis {about.get('redis_version')}"


def _durability(about: dict[str, Any]) -> Iterator[Finding]:
    if not int(about.get("aof_enabled", 0)):
        mend = "Set appendonly yes; until then a restart loses what is queued, and the next worker puts it there again."
        yield Finding("queue append-only file", "warn", "it is off", mend)
    policy = about.get("maxmemory_policy")
    if policy != "noeviction":
        yield Finding("queue memory", "warn", f"maxmemory-policy is {policy}", "Set maxmemory-policy noeviction.")


def _workers(settings: Settings) -> Finding:
    alive = live_workers(settings, settings.queue)
    if alive:
        return Finding("workers", "ok", f"{len(alive)} on the queue {settings.queue!r}")
    if background.has_own_servers(settings):
        return Finding("workers", "ok", "none; the next job starts one")
    return Finding("workers", "warn", f"none listens on the queue {settings.queue!r}", "cinemactl worker run")


def _media(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("media", "ok", f"nothing kept in {folder} yet")
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    return Finding("media", "ok", f"{size / 2**20:.1f} MiB of posters and trailers in {folder}")
