"""One unit of work: all of it or nothing, in bounded time, and each failure as a sentence."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from store.homes import Home

from cinemactl.errors import CinemactlError, Conflict
from cinemactl.store.database import Database, NewerSchema, OldSchema
from cinemactl.store.faults import DatabaseUnavailable, DiskFull, NotAllowed, TookTooLong

ADD = "INSERT INTO person (name) VALUES ('Ada')"


def _do(database: Database, *statements: str, dry_run: bool = False) -> None:
    with database.unit_of_work(dry_run=dry_run) as session:
        for statement in statements:
            session.execute(text(statement))


def _people(database: Database) -> list[str]:
    with database.unit_of_work() as session:
        return list(session.scalars(text("SELECT name FROM person ORDER BY id")))


def _limited(database: Database, setting: str) -> Database:
    """Return the same database with a server setting of the URL's own."""
    url = database.url.update_query_dict({"options": f"-c {setting}"}).render_as_string(hide_password=False)
    return Database(replace(database.settings, database_url=url))


def test_commits_once_at_the_end(database: Database) -> None:
    seen: list[str] = []
    for name in ("commit", "rollback"):
        event.listen(database.engine, name, lambda _, name=name: seen.append(name))
    with database.unit_of_work() as session:
        session.execute(text(ADD))
        seen.clear()
        assert _people(_limited(database, "application_name=another")) == []
    assert seen == ["commit"]
    assert _people(database) == ["Ada"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, CinemactlError])
def test_an_error_keeps_nothing(shared_database: Database, error: type[BaseException]) -> None:
    def fail() -> None:
        with shared_database.unit_of_work() as session:
            session.execute(text(ADD))
            raise error("stop")

    with pytest.raises(error):
        fail()
    assert _people(shared_database) == []


def test_a_dry_run_keeps_nothing(shared_database: Database) -> None:
    _do(shared_database, ADD, dry_run=True)
    assert _people(shared_database) == []


def test_a_dry_run_checks_what_a_commit_would(database: Database) -> None:
    _do(database, "CREATE TABLE pair (id int PRIMARY KEY, other int REFERENCES pair DEFERRABLE INITIALLY DEFERRED)")
    for dry_run in (True, False):
        with pytest.raises(IntegrityError, match="violates foreign key"):
            _do(database, "INSERT INTO pair VALUES (1, 2)", dry_run=dry_run)


def test_a_statement_is_bounded_in_time(shared_database: Database) -> None:
    with shared_database.unit_of_work() as session:
        names = ("statement_timeout", "lock_timeout", "timezone", "application_name")
        shown = [session.scalar(text(f"SHOW {name}")) for name in names]
    assert shown == ["1min", "10s", "UTC", "cinemactl"]
    with pytest.raises(TookTooLong, match=r"took too long \(statement timeout\)") as late:
        _do(_limited(shared_database, "statement_timeout=100"), ADD, "SELECT pg_sleep(10)")
    assert late.value.exit_code == 1
    assert _people(shared_database) == []


def test_a_lock_is_bounded_in_time(shared_database: Database) -> None:
    with shared_database.unit_of_work() as holder:
        holder.execute(text("LOCK TABLE person"))
        with pytest.raises(TookTooLong, match="waited for somebody else's change") as late:
            _do(_limited(shared_database, "lock_timeout=100"), ADD)
    assert late.value.exit_code == 1


def test_a_long_job_may_have_more_time(shared_database: Database) -> None:
    with Database(shared_database.settings, statement_seconds=0).unit_of_work() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "0"


RAISE = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{}'; END $$"


@pytest.mark.parametrize(
    ("state", "expected", "exit_code"),
    [
        ("53100", DiskFull, 1),
        ("40001", Conflict, 4),
        ("40P01", Conflict, 4),
        ("25006", NotAllowed, 1),
        ("42501", NotAllowed, 1),
        ("57P01", DatabaseUnavailable, 5),
        ("57P03", DatabaseUnavailable, 5),
        ("53300", DatabaseUnavailable, 5),
        ("08006", DatabaseUnavailable, 5),
    ],
)
def test_what_the_server_reports_is_a_sentence(
    shared_database: Database, state: str, expected: type[CinemactlError], exit_code: int
) -> None:
    with pytest.raises(expected) as refused:
        _do(shared_database, ADD, RAISE.format(state))
    assert refused.value.exit_code == exit_code
    assert refused.value.message.endswith(".")
    assert refused.value.hint
    assert _people(shared_database) == []


def test_a_bug_stays_a_bug(shared_database: Database) -> None:
    with pytest.raises(ProgrammingError, match="no_such_table"):
        _do(shared_database, "SELECT * FROM no_such_table")


def test_a_connection_that_is_lost_in_the_middle(shared_database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match="the connection was lost") as lost:
        _do(shared_database, ADD, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert lost.value.exit_code == 5
    assert _people(shared_database) == []


def test_a_database_that_is_read_only(shared_database: Database) -> None:
    with pytest.raises(NotAllowed, match="is read-only"):
        _do(_limited(shared_database, "default_transaction_read_only=on"), ADD)


def test_an_empty_database_of_ones_own_is_not_touched(empty_database: Database) -> None:
    with pytest.raises(OldSchema, match="no tables of cinemactl yet") as old, empty_database.unit_of_work():
        pass
    assert old.value.exit_code == 1
    assert "`cinemactl db upgrade`" in old.value.hint
    with empty_database.connection() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0


def test_a_database_of_a_newer_cinemactl_is_not_touched(database: Database) -> None:
    _do(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchema, match="the schema 9999, which this cinemactl does not know") as newer:
        _people(database)
    assert newer.value.exit_code == 1
    assert "newer cinemactl" in newer.value.hint


def test_tables_that_the_user_may_not_read_are_not_taken_for_missing(database: Database) -> None:
    _do(database, "CREATE ROLE reader", "GRANT reader TO CURRENT_USER")
    try:
        with pytest.raises(NotAllowed, match="permission denied for table alembic_version"):
            _people(_limited(database, "role=reader"))
    finally:
        _do(database, "DROP ROLE reader")


@pytest.fixture
def small_disk(running: Home) -> Iterator[Path]:
    """Give a folder of the server's with 4 MB of room."""
    folder = running.path.parent / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("only root can make a small disk")
    try:
        owner = running.data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        running.path.parent.chmod(0o711)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_is_really_full(running: Home, small_disk: Path) -> None:
    _administer(running, f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    _do(running.database, "CREATE TABLE heavy (load text) TABLESPACE small")
    fill = "INSERT INTO heavy SELECT repeat(md5(n::text), 60) FROM generate_series(1, 5000) AS n"
    try:
        with pytest.raises(DiskFull, match="No space left on device") as full:
            _do(running.database, ADD, fill)
        assert full.value.exit_code == 1
        assert "Make room" in full.value.hint
        assert _people(running.database) == []
    finally:
        _do(running.database, "DROP TABLE heavy")
        _administer(running, "DROP TABLESPACE small")


def _administer(home: Home, statement: str) -> None:
    with home.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def test_a_disk_so_full_that_the_server_itself_ends(running: Home) -> None:
    """Then the server tells nobody but its log, and the connection is only lost."""

    def die() -> None:
        with running.database.unit_of_work() as session, (running.path / "postgres" / "log").open("a") as log:
            log.write("PANIC:  could not write to file: No space left on device\n")
            log.flush()
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DiskFull):
        die()
