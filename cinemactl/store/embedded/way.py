"""A user's way into folders that are closed to others: the right to pass through, and nothing else."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from cinemactl.store.embedded.account import SERVICE_USER, Account, HomeUnusable

ACL_ATTRIBUTE = "system.posix_acl_access"
ACL_VERSION = struct.pack("<I", 2)
ACL_ENTRY = "<HHI"
ACL_OWNER, ACL_USER, ACL_GROUP, ACL_NAMED_GROUP, ACL_MASK, ACL_OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
MASKED = (ACL_USER, ACL_GROUP, ACL_NAMED_GROUP)
ACL_NOBODY = 0xFFFFFFFF
SEARCH = 0o1


def open_way(path: Path, owner: Account) -> None:
    """Let `owner` pass through the folders above `path` by an access control entry for it alone.

    Raises HomeUnusable where the file system has no such thing.
    """
    if owner.user is None:
        return
    for folder in path.resolve().parents:
        found = folder.stat()
        if not found.st_mode & SEARCH and found.st_uid != owner.user:
            _grant_search(folder, owner.user)


def _grant_search(folder: Path, user: int) -> None:
    """Add `user:x` to the access control list of `folder`, leaving everybody else's rights as they are.

    The layout is Linux's own for this attribute: a version, then (tag, permissions, id) ascending by tag and id.
    """
    try:
        entries = _entries(folder)
        mask = next(permissions for tag, permissions, _ in entries if tag == ACL_MASK)
        # The mask is about to let more through: what it held back before must not pass now.
        rights = {
            (tag, who): permissions & mask if tag in MASKED else permissions
            for tag, permissions, who in entries
            if tag != ACL_MASK
        }
        rights[ACL_USER, user] = rights.get((ACL_USER, user), 0) | SEARCH
        rights[ACL_MASK, ACL_NOBODY] = mask | SEARCH
        packed = [struct.pack(ACL_ENTRY, tag, permissions, who) for (tag, who), permissions in sorted(rights.items())]
        os.setxattr(folder, ACL_ATTRIBUTE, ACL_VERSION + b"".join(packed))
    except (OSError, AttributeError) as error:
        raise HomeUnusable(
            f"The embedded servers run as the user {SERVICE_USER!r}, which cannot enter {folder}.",
            "Choose a home that it can reach with CINEMACTL_HOME (the default is /var/lib/cinemactl).",
        ) from error


def _entries(folder: Path) -> set[tuple[int, int, int]]:
    """Return the access control list of `folder`; without one it is what its mode says."""
    if ACL_ATTRIBUTE in os.listxattr(folder):
        value = os.getxattr(folder, ACL_ATTRIBUTE)[len(ACL_VERSION) :]
        found = {(tag, permissions, who) for tag, permissions, who in struct.iter_unpack(ACL_ENTRY, value)}
    else:
        mode = folder.stat().st_mode
        found = {
            (ACL_OWNER, mode >> 6 & 0o7, ACL_NOBODY),
            (ACL_GROUP, mode >> 3 & 0o7, ACL_NOBODY),
            (ACL_OTHER, mode & 0o7, ACL_NOBODY),
        }
    if not any(tag == ACL_MASK for tag, _, _ in found):
        group = next(permissions for tag, permissions, _ in found if tag == ACL_GROUP)
        found.add((ACL_MASK, group, ACL_NOBODY))
    return found
