"""The embedded servers after a kill, a crash of the machine and other misfortunes: the next command works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from store.homes import Home, eventually

from cinemactl.errors import CinemactlError
from cinemactl.store.embedded import postgres, processes, valkey
from cinemactl.store.embedded.cluster import OtherMajor
from cinemactl.store.embedded.folders import ServerFailed


def _kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_killed_with_all_its_children_it_comes_back_with_the_data(home: Home) -> None:
    home.write(note := uuid4().hex)
    first = home.server_id()
    _kill(first, *(pid for pid in processes.at_work("postgres", home.data) if pid != first))
    assert note in home.notes()
    assert home.server_id() != first


def test_killed_alone_it_comes_back_although_a_child_is_still_busy(home: Home) -> None:
    home.write(note := uuid4().hex)
    first = home.server_id()
    busy = "DO $$ BEGIN WHILE clock_timestamp() < now() + interval '1 minute' LOOP NULL; END LOOP; END $$"
    caller = threading.Thread(target=_until_lost, args=(home, busy))
    caller.start()
    assert eventually(lambda: _is_busy(home))
    _kill(first)
    assert note in home.notes()
    assert home.server_id() != first
    caller.join(5)
    assert not caller.is_alive()


def _until_lost(home: Home, statement: str) -> None:
    with pytest.raises(CinemactlError, match="the connection was lost"), home.database.unit_of_work() as session:
        session.execute(text(statement))


def _is_busy(home: Home) -> bool:
    with home.database.unit_of_work() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO $$%'")))


def test_number_of_a_dead_server_that_is_another_program_now(home: Home) -> None:
    """After the machine went down, the number in the pid file is whoever's: here this very process's."""
    home.write(note := uuid4().hex)
    _crash(home)
    for file in (home.data / "postmaster.pid", home.sockets / ".s.PGSQL.5432.lock"):
        lines = file.read_text().split("\n")
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert postgres.process_id(home.path) is None
    assert not postgres.stop(home.path)
    assert note in home.notes()


def test_number_of_a_dead_server_that_is_another_server_now(home: Home, running: Home) -> None:
    home.write(note := uuid4().hex)
    _crash(home)
    other = running.server_id()
    for file in (home.data / "postmaster.pid", home.sockets / ".s.PGSQL.5432.lock"):
        file.write_text("\n".join([str(other), *file.read_text().split("\n")[1:]]))
    assert not postgres.stop(home.path)
    assert note in home.notes()
    assert running.server_id() == other


def _crash(home: Home) -> None:
    """Leave what a machine leaves that went down: the files, no process, and sockets nobody listens at."""
    _kill(home.server_id())
    processes.end_orphans("postgres", home.data)


def test_pid_file_with_nonsense_in_it(home: Home) -> None:
    home.write(note := uuid4().hex)
    postgres.stop(home.path)
    for content in ("", "nonsense\n", "-1\n", "99999999999\n"):
        (home.data / "postmaster.pid").write_text(content)
        assert postgres.process_id(home.path) is None
    assert note in home.notes()


def test_sockets_that_were_removed_under_a_running_server(home: Home) -> None:
    home.write(note := uuid4().hex)
    valkey.ensure_running(home.path)
    shutil.rmtree(home.sockets)
    assert note in home.notes()
    valkey.ensure_running(home.path)
    assert valkey.is_running(home.path)


def test_command_killed_before_the_database_was_made(home: Home) -> None:
    postgres.ensure_running(home.path)
    with psycopg.connect(host=str(home.sockets), user="cinemactl", dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE cinemactl")
    home.write(note := uuid4().hex)
    assert note in home.notes()


def test_killed_valkey_comes_back_with_what_it_had(empty_home: Home) -> None:
    path = empty_home.path
    valkey.ensure_running(path)
    first = valkey.process_id(path)
    assert first is not None
    assert valkey._reply(path, b"SET queued yes\r\n").startswith(b"+OK")
    assert eventually(lambda: b"queued" in b"".join(part.read_bytes() for part in (path / "valkey").rglob("*.aof")))
    _kill(first)
    assert eventually(lambda: valkey.process_id(path) is None)
    (path / "valkey" / "pid").write_text(f"{os.getpid()}\n")
    valkey.ensure_running(path)
    assert b"yes" in valkey._reply(path, b"GET queued\r\n")
    assert valkey.process_id(path) not in {None, first}


def test_valkey_that_does_not_answer_is_never_joined_by_a_second(
    empty_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = empty_home.path
    valkey.ensure_running(path)
    first = valkey.process_id(path)
    assert first is not None
    monkeypatch.setattr(valkey, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(valkey.folders, "START_SECONDS", 0.5)
    os.kill(first, signal.SIGSTOP)
    try:
        with pytest.raises(ServerFailed):
            valkey.ensure_running(path)
        assert list(processes.at_work("valkey-server", path / "valkey")) == [first]
    finally:
        os.kill(first, signal.SIGCONT)
    valkey.ensure_running(path)
    assert valkey.process_id(path) == first


def test_valkey_whose_file_is_damaged_says_so(empty_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "FORK_SECONDS", 0.5)
    path = empty_home.path
    valkey.ensure_running(path)
    valkey._reply(path, b"SET queued yes\r\n")
    assert valkey.stop(path)
    (damaged,) = (path / "valkey").rglob("*.incr.aof")
    damaged.write_bytes(b"nonsense" * 100)
    with pytest.raises(ServerFailed, match="Bad file format") as failed:
        valkey.ensure_running(path)
    assert str(valkey.log_file(path)) in failed.value.hint


def test_first_command_killed_while_it_makes_the_database(empty_home: Home) -> None:
    first = empty_home.start("services", "start")
    made = empty_home.path / "postgres" / "data.new"
    assert eventually((made / "global").exists, 10)
    first.kill()
    first.communicate()
    empty_home.write("one")  # initdb may still be at work: this one waits for it
    assert empty_home.notes() == ["one"]
    assert not made.exists()


def test_folder_of_another_major_says_how(home: Home) -> None:
    postgres.stop(home.path)
    made_by = (home.data / "PG_VERSION").read_text()
    (home.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(OtherMajor, match="made by PostgreSQL 17; the one installed is ") as refused:
        home.notes()
    (home.data / "PG_VERSION").write_text(made_by)
    assert refused.value.exit_code == 1
    assert "cinemactl db backup" in refused.value.hint
    assert "cinemactl db restore" in refused.value.hint


def test_server_that_cannot_start_says_why(home: Home) -> None:
    postgres.stop(home.path)
    file = home.data / "postgresql.auto.conf"
    kept = file.read_text()
    file.write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(ServerFailed, match=r"^The embedded PostgreSQL did not start: .*contains errors") as failed:
        home.notes()
    file.write_text(kept)
    assert failed.value.exit_code == 5
    assert str(postgres.log_file(home.path)) in failed.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_servers_outlive_the_command_and_know_none_of_its_secrets(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.stop(home.path)
    monkeypatch.setenv("CINEMACTL_REDIS_URL", "redis://:hush-hush@host")
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=nonsense")
    postgres.ensure_running(home.path)
    pid = home.server_id()
    environ = subprocess.run(["cat", f"/proc/{pid}/environ"], capture_output=True, check=True).stdout
    assert b"hush-hush" not in environ
    assert os.getsid(pid) != os.getsid(0)
