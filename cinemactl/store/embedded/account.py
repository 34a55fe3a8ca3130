"""Who the embedded servers run as, and that user's way to their folders."""

from __future__ import annotations

import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cinemactl.errors import CinemactlError

SERVICE_USER = "cinemactl"

ACL_ATTRIBUTE = "system.posix_acl_access"
ACL_VERSION = struct.pack("<I", 2)
ACL_ENTRY = "<HHI"
ACL_OWNER, ACL_USER, ACL_GROUP, ACL_MASK, ACL_OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
ACL_NOBODY = 0xFFFFFFFF
SEARCH = 0o1


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
            os.chown(path, self.user, self.group)

    def run(self, *arguments: str | Path, **options: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as the account and return what it printed, whatever its exit status."""
        return subprocess.run(
            [str(argument) for argument in arguments],
            user=self.user,
            group=self.group,
            extra_groups=[] if self.user is not None else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            cwd=options.get("cwd", "/"),
        )


def account() -> Account:
    """Return who the servers run as: the caller, or for root (which PostgreSQL refuses) a system user of their own."""
    if os.geteuid() != 0:
        return Account()
    import pwd  # noqa: PLC0415  (root only)

    try:
        entry = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        made = Account().run("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER)
        try:
            entry = pwd.getpwnam(SERVICE_USER)
        except KeyError:
            raise HomeUnusable(
                f"PostgreSQL does not run as root, and the system user {SERVICE_USER!r} could not be made: "
                f"{made.stderr.strip() or 'useradd failed'}.",
                f"Make it with `useradd --system {SERVICE_USER}`, or call cinemactl as an ordinary user.",
            ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def open_way(path: Path, owner: Account) -> None:
    """Let `owner` pass through the folders above `path` (search only, by an access control entry for it alone)."""
    if owner.user is None:
        return
    for folder in path.resolve().parents:
        if not folder.stat().st_mode & 0o001:
            _grant_search(folder, owner.user)


def _grant_search(folder: Path, user: int) -> None:
    """Add `user:x` to the access control list of `folder`, leaving everybody else's rights as they are.

    The layout is Linux's own for this attribute: a version, then (tag, permissions, id) in ascending order of tag and id.
    """
    mode = folder.stat().st_mode
    try:
        if ACL_ATTRIBUTE in os.listxattr(folder):
            entries = set(struct.iter_unpack(ACL_ENTRY, os.getxattr(folder, ACL_ATTRIBUTE)[len(ACL_VERSION) :]))
        else:
            owner, group, other = (mode >> 6 & 0o7, mode >> 3 & 0o7, mode & 0o7)
            entries = {(ACL_OWNER, owner, ACL_NOBODY), (ACL_GROUP, group, ACL_NOBODY), (ACL_OTHER, other, ACL_NOBODY)}
            entries.add((ACL_MASK, group, ACL_NOBODY))
        kept = {entry for entry in entries if entry[0] != ACL_MASK and (entry[0], entry[2]) != (ACL_USER, user)}
        mask = next(permissions for tag, permissions, _ in entries if tag == ACL_MASK)
        kept |= {(ACL_MASK, mask | SEARCH, ACL_NOBODY), (ACL_USER, SEARCH, user)}
        ordered = sorted(kept, key=lambda entry: (entry[0], entry[2]))
        os.setxattr(folder, ACL_ATTRIBUTE, ACL_VERSION + b"".join(struct.pack(ACL_ENTRY, *entry) for entry in ordered))
    except (OSError, AttributeError) as error:
        raise HomeUnusable(
            f"The embedded servers run as the user {SERVICE_USER!r}, which cannot enter {folder}.",
            "Choose a home that it can reach with CINEMACTL_HOME (the default is /var/lib/cinemactl).",
        ) from error
