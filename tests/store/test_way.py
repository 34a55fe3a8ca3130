"""A user's way through closed folders: one entry for it alone, and nothing else is changed."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from cinemactl.store.embedded import way
from cinemactl.store.embedded.account import Account, HomeUnusable

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives others a way")

USER = 23456
OTHER = 23457
USERS = Account(USER, USER)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Give a closed folder with one in it that is open, and a file in that."""
    folder = tmp_path / "closed"
    (folder / "open").mkdir(parents=True)
    (folder / "open" / "file").write_text("read")
    folder.chmod(0o700)
    (folder / "open").chmod(0o755)
    (folder / "open" / "file").chmod(0o644)
    for parent in tmp_path.parents[:3]:  # pytest's own are closed as well
        parent.chmod(parent.stat().st_mode | 0o011)
    tmp_path.chmod(0o711)
    return folder


def _can(user: int, *words: str | Path) -> bool:
    return not subprocess.run(words, user=user, group=user, extra_groups=[], capture_output=True, cwd="/").returncode


def test_the_user_may_pass_and_nothing_else(closed: Path) -> None:
    file = closed / "open" / "file"
    assert not _can(USER, "cat", file)
    way.open_way(file, USERS)
    assert _can(USER, "cat", file)
    assert not _can(USER, "ls", closed)
    assert not _can(USER, "touch", closed / "new")
    assert not _can(OTHER, "cat", file)
    assert way._entries(closed) == {
        (way.ACL_OWNER, 0o7, way.ACL_NOBODY),
        (way.ACL_USER, 0o1, USER),
        (way.ACL_GROUP, 0, way.ACL_NOBODY),
        (way.ACL_MASK, 0o1, way.ACL_NOBODY),
        (way.ACL_OTHER, 0, way.ACL_NOBODY),
    }
    assert closed.stat().st_uid == 0


def test_what_is_open_is_not_touched(closed: Path) -> None:
    before = (closed / "open").stat()
    way.open_way(closed / "open" / "file", USERS)
    after = (closed / "open").stat()
    assert (after.st_mode, after.st_ctime_ns) == (before.st_mode, before.st_ctime_ns)
    assert way.ACL_ATTRIBUTE not in os.listxattr(closed / "open")


def test_twice_is_once_and_two_users_have_an_entry_each(closed: Path) -> None:
    file = closed / "open" / "file"
    way.open_way(file, USERS)
    once = way._entries(closed)
    way.open_way(file, USERS)
    assert way._entries(closed) == once
    way.open_way(file, Account(OTHER, OTHER))
    assert way._entries(closed) == once | {(way.ACL_USER, 0o1, OTHER)}


def test_what_a_mask_held_back_stays_held_back(closed: Path) -> None:
    """One may read and pass by his entry, but the mask lets him only read; so it must be afterwards."""
    entries = [
        (way.ACL_OWNER, 0o7, way.ACL_NOBODY),
        (way.ACL_USER, 0o5, OTHER),
        (way.ACL_GROUP, 0, way.ACL_NOBODY),
        (way.ACL_MASK, 0o4, way.ACL_NOBODY),
        (way.ACL_OTHER, 0, way.ACL_NOBODY),
    ]
    packed = b"".join(struct.pack(way.ACL_ENTRY, *entry) for entry in entries)
    os.setxattr(closed, way.ACL_ATTRIBUTE, way.ACL_VERSION + packed)
    way.open_way(closed / "open" / "file", USERS)
    assert (way.ACL_USER, 0o4, OTHER) in way._entries(closed)
    assert not _can(OTHER, "cat", closed / "open" / "file")
    assert _can(USER, "cat", closed / "open" / "file")


def test_the_caller_needs_no_way(closed: Path) -> None:
    way.open_way(closed / "open" / "file", Account())
    assert way.ACL_ATTRIBUTE not in os.listxattr(closed)


def test_a_file_system_without_such_lists_is_a_sentence(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(way.os, "setxattr", refuse)
    with pytest.raises(HomeUnusable, match="cannot enter") as refused:
        way.open_way(closed / "open" / "file", USERS)
    assert "CINEMACTL_HOME" in refused.value.hint
