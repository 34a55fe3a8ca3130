"""Who the embedded servers run as."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from cinemactl.errors import CinemactlError

SERVICE_USER = "cinemactl"
TRIES = 10
TRY_SECONDS = 0.3

# What would steer a server or a program of its, or tell a process that lives on a password.
NOT_INHERITED = ("PG", "CINEMACTL_")


class HomeUnusable(CinemactlError):
    """The home folder cannot hold the servers."""

    code = "home-unusable"


@dataclass(frozen=True)
class Account:
    """The system user a server runs as; None of it is set when that is the user who calls."""

    user: int | None = None
    group: int | None = None

    def own(self, path: Path) -> None:
        """Give `path` to the account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def run(
        self, program: Path | str, *arguments: str, folder: Path, stdin: str = "", keep: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in `folder` as the account and return what it printed, whatever its exit status.

        The program reads `stdin`, and inherits the open file `keep`.
        """
        return subprocess.run(
            [str(program), *arguments],
            user=self.user,
            group=self.group,
            extra_groups=[] if self.user is not None else None,
            env={name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            umask=0o077,
            cwd=folder,
            pass_fds=[] if keep is None else [keep],
        )


def account() -> Account:
    """Return who the servers run as: the caller, or for root (which PostgreSQL refuses) a system user of their own.

    Raises HomeUnusable when there is none and it cannot be made.
    """
    if os.geteuid() != 0:
        return Account()
    import pwd  # noqa: PLC0415  (root only)

    said = ""
    for _ in range(TRIES):
        try:
            entry = pwd.getpwnam(SERVICE_USER)
        except KeyError:
            said = _make_user()
            time.sleep(TRY_SECONDS if said else 0)  # another one may be at it
        else:
            return Account(entry.pw_uid, entry.pw_gid)
    raise HomeUnusable(
        f"PostgreSQL does not run as root, and the system user {SERVICE_USER!r} could not be made: {said}.",
        f"Make it with `useradd --system {SERVICE_USER}`, or call cinemactl as an ordinary user.",
    )


def _make_user() -> str:
    """Make the system user; returns what was said against it."""
    try:
        made = Account().run(
            "useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER, folder=Path("/")
        )
    except OSError as error:
        return f"useradd: {error.strerror}"
    return made.stderr.strip() if made.returncode else ""
