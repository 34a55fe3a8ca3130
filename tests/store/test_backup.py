"""A backup and its way back: everything works afterwards, nothing is lost when it does not."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Commands
from sqlalchemy import make_url, text

from cinemactl.store import migrate, programs
from cinemactl.store.backup import BackupFailed, backup
from cinemactl.store.database import Database, OldSchema
from cinemactl.store.programs import ProgramMissing
from cinemactl.store.restore import RestoreFailed, restore
from cinemactl.store.revision import HEAD

MOVIE = ("movie", "add", "Amélie", "--original-title", "Le Fabuleux Destin", "--year", "2001", "--genre", "comedy",
         "--director", "Jean-Pierre Jeunet", "--cast", "Audrey Tautou as Amélie", "--imdb-id", "tt0211915",
         "--synopsis", "A waitress in Paris.")  # fmt: skip


def _do(database: Database, *statements: str) -> None:
    with database.connection() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def _titles(database: Database) -> list[str]:
    with database.unit_of_work() as session:
        return list(session.scalars(text("SELECT title FROM movie ORDER BY title")))


def _at(command: Commands, database: Database) -> Callable[..., object]:
    """Return the command line on another database."""
    url = database.url.render_as_string(hide_password=False)
    return lambda *words: command("--database-url", url, *words, "--json")


@pytest.fixture
def dump(cinemactl: Commands, database: Database, tmp_path: Path) -> Path:
    """Give a backup in which there is one movie, Amélie."""
    added = cinemactl(*MOVIE)
    assert added.code == 0, added.err
    file = tmp_path / "cinema.dump"
    assert backup(database, file) == file.stat().st_size
    return file


def _assert_whole(cinemactl: Commands, database: Database) -> None:
    """Hold that the one movie of the backup can be found in every way, and another be added."""
    at = _at(cinemactl, database)
    assert at("movie", "show", "imdb:tt0211915").json["people"][0]["name"] == "Jean-Pierre Jeunet"
    for words in ("amelie", "amlie", "tautou", "fabuleux destin", "waitress"):
        assert [movie["title"] for movie in at("movie", "search", words).json] == ["Amélie"]
    with database.unit_of_work() as session:
        assert session.scalar(text("SELECT title_key FROM movie")) == "amelie"
        assert session.scalar(text("SELECT fold('Spider-Man!')")) == "spider man"
        assert session.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'movie'::regclass")) == 1
    assert at("movie", "add", "Another", "--imdb-id", "tt0211915").code == 4
    assert at("movie", "add", "Heat", "--director", "Jean-Pierre Jeunet").code == 0
    with database.unit_of_work() as session:
        assert session.scalar(text("SELECT count(*) FROM person WHERE name_key = 'jean pierre jeunet'")) == 1


def test_everything_works_after_a_restore(
    cinemactl: Commands, database: Database, dump: Path, empty_database: Database
) -> None:
    assert restore(empty_database, dump) == HEAD
    _assert_whole(cinemactl, empty_database)
    # And over what has changed since: changed, removed and added movies.
    assert cinemactl("movie", "edit", "Amélie", "--title", "Other", "--year", "1999").code == 0
    assert cinemactl("movie", "add", "New").code == 0
    assert restore(database, dump) == HEAD
    assert _titles(database) == ["Amélie"]
    _assert_whole(cinemactl, database)


def test_a_restore_leaves_nothing_of_a_newer_schema_in_the_way(database: Database, dump: Path) -> None:
    _do(
        database,
        "CREATE TYPE colour AS ENUM ('red')",
        "CREATE TABLE foyer (id int PRIMARY KEY, movie_id bigint REFERENCES movie, colour colour)",
        "CREATE VIEW foyers AS SELECT foyer.id, title FROM foyer JOIN movie ON movie.id = movie_id",
        "CREATE MATERIALIZED VIEW heavy AS SELECT * FROM foyer",
        "CREATE SEQUENCE numbers",
        "CREATE FUNCTION newer(text) RETURNS text LANGUAGE sql RETURN fold($1)",
        "ALTER TABLE movie ADD COLUMN newer text GENERATED ALWAYS AS (fold(title)) STORED",
        "UPDATE alembic_version SET version_num = '9999'",
    )
    assert restore(database, dump) == HEAD
    assert _titles(database) == ["Amélie"]
    with database.connection() as connection:
        for name in ("foyer", "foyers", "heavy", "numbers"):
            assert connection.scalar(text(f"SELECT to_regclass('{name}')")) is None
        assert connection.scalar(text("SELECT to_regtype('colour')")) is None
        assert connection.scalar(text("SELECT to_regprocedure('newer(text)')")) is None


def test_a_restore_leaves_what_is_not_cinemactls(database: Database, dump: Path) -> None:
    _do(database, "CREATE SCHEMA other", "CREATE TABLE other.kept (id int)", "INSERT INTO other.kept VALUES (7)",
        "CREATE EXTENSION IF NOT EXISTS citext")  # fmt: skip
    restore(database, dump)
    with database.connection() as connection:
        assert connection.scalar(text("SELECT id FROM other.kept")) == 7
        assert connection.scalar(text("SELECT to_regtype('citext')"))


def test_a_view_of_somebody_elses_is_not_dropped_with_ours(database: Database, dump: Path) -> None:
    _do(database, "CREATE SCHEMA other", "CREATE VIEW other.titles AS SELECT title FROM movie")
    with pytest.raises(RestoreFailed, match=r"\(view other.titles depends on table movie\)"):
        restore(database, dump)
    assert _titles(database) == ["Amélie"]


@pytest.fixture
def old_dump(database: Database, tmp_path: Path) -> Path:
    """Give a backup whose schema is called 0000."""
    _do(database, "UPDATE alembic_version SET version_num = '0000'")
    backup(database, tmp_path / "old.dump")
    _do(database, "DELETE FROM alembic_version", f"INSERT INTO alembic_version VALUES ('{HEAD}')")
    return tmp_path / "old.dump"


def test_a_backup_of_a_newer_cinemactl_changes_nothing(database: Database, old_dump: Path) -> None:
    _do(database, "INSERT INTO movie (title) VALUES ('Kept')")
    with pytest.raises(RestoreFailed, match=r"could not be restored: a newer cinemactl made it\."):
        restore(database, old_dump)
    assert _titles(database) == ["Kept"]


def test_a_backup_of_an_older_schema_is_not_migrated_unasked(
    cinemactl: Commands, old_dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "known", lambda: [HEAD, "0000"])
    restored = cinemactl("db", "restore", str(old_dump), "--yes")
    assert restored.code == 0, restored.err
    assert "Its schema is 0000" in restored.err
    assert "`cinemactl db upgrade`" in restored.err
    assert "`cinemactl db upgrade`" in cinemactl("movie", "list").err


@pytest.mark.parametrize("lost", [10, 1000, 30000], ids=["end", "middle", "contents"])
def test_a_truncated_backup_changes_nothing(database: Database, dump: Path, lost: int) -> None:
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-lost])
    _do(database, "UPDATE movie SET title = 'Kept'")
    with pytest.raises(RestoreFailed, match=r"is damaged|could not be restored") as refused:
        restore(database, dump)
    assert refused.value.exit_code == 1
    assert refused.value.hint.startswith("Nothing was changed.")
    assert _titles(database) == ["Kept"]


def test_a_backup_with_a_changed_byte_changes_nothing(database: Database, dump: Path) -> None:
    """In the data, which is compressed: it is read when much is restored already."""
    spoiled = bytearray(dump.read_bytes())
    spoiled[-40] ^= 0xFF
    dump.write_bytes(spoiled)
    _do(database, "UPDATE movie SET title = 'Kept'")
    with pytest.raises(RestoreFailed, match="could not be restored: "):
        restore(database, dump)
    assert _titles(database) == ["Kept"]


def test_what_is_no_backup_changes_nothing(shared_database: Database, tmp_path: Path) -> None:
    for content in (b"", b"title,year\nHeat,1995\n", b"PGDMP", b"PGDMP" + os.urandom(1000)):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(RestoreFailed) as refused:
            restore(shared_database, tmp_path / "file")
        assert refused.value.exit_code == 1
    with pytest.raises(RestoreFailed, match="cannot be read: Is a directory"):
        restore(shared_database, tmp_path)


def test_a_backup_of_another_program_changes_nothing(
    shared_database: Database, empty_database: Database, tmp_path: Path
) -> None:
    _do(empty_database, "CREATE TABLE person (name text)")
    words, environment = programs.command(empty_database, "pg_dump", "--format=custom", f"--file={tmp_path / 'other'}")
    subprocess.run(words, env=environment, check=True)
    with pytest.raises(RestoreFailed, match="is a backup of something else"):
        restore(shared_database, tmp_path / "other")


def test_a_backup_is_for_its_owner_alone_and_takes_the_place_of_the_last(
    shared_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "cinema.dump"
    file.write_bytes(b"the last one")
    backup(shared_database, file)
    assert file.read_bytes().startswith(b"PGDMP")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["cinema.dump"]


def test_a_backup_that_fails_leaves_the_last_one(
    shared_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cinema.dump"
    file.write_bytes(b"the last one")
    monkeypatch.setenv("PGOPTIONS", "-c statement_timeout=1")
    monkeypatch.setattr(programs, "program", lambda *_: "/bin/false")
    with pytest.raises(BackupFailed, match=r"pg_dump failed: it gave no reason\.") as failed:
        backup(shared_database, file)
    assert failed.value.exit_code == 1
    assert file.read_bytes() == b"the last one"
    assert [path.name for path in tmp_path.iterdir()] == ["cinema.dump"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [(".", "Is a directory"), ("no/such/file", "No such file or directory"), ("file/file", "Not a directory")],
)
def test_a_file_that_cannot_be_written(shared_database: Database, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupFailed, match=f"cannot be written: {reason}") as failed:
        backup(shared_database, tmp_path / name)
    assert failed.value.exit_code == 1


def test_a_device_is_written_to_and_not_replaced(shared_database: Database) -> None:
    assert backup(shared_database, Path("/dev/null")) is None
    assert Path("/dev/null").is_char_device()
    with pytest.raises(BackupFailed, match="No space left on device"):
        backup(shared_database, Path("/dev/full"))


def test_a_database_without_tables_has_nothing_to_back_up(empty_database: Database, tmp_path: Path) -> None:
    with pytest.raises(OldSchema):
        backup(empty_database, tmp_path / "cinema.dump")
    assert list(tmp_path.iterdir()) == []


def test_no_password_is_among_the_words_and_the_urls_options_are(shared_database: Database) -> None:
    url = make_url("postgresql://ada:pass%20word@host:5433/kino?sslmode=require&sslrootcert=/my%20certs/ca.pem")
    there = Database(replace(shared_database.settings, database_url=url.render_as_string(hide_password=False)))
    words, environment = programs.command(there, "psql", "--quiet")
    address = "connect_timeout=5 host=host dbname=kino user=ada port=5433 sslmode=require "
    assert words[1:] == [f"--dbname={address}sslrootcert='/my certs/ca.pem'", "--quiet"]
    assert environment["PGPASSWORD"] == "pass word"


def test_the_program_of_the_servers_own_version_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "pg_dump"
    own.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)'\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    embedded = str(programs.cluster.program("pg_dump"))
    assert programs.program("pg_dump", 15) == str(own)
    assert [programs.program("pg_dump", major) for major in (18, 17, None)] == [embedded] * 3


def test_programs_that_are_not_installed(shared_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.cluster, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ProgramMissing, match="The program psql is not installed") as missing:
        programs.shell(shared_database)
    assert missing.value.exit_code == 1
    assert "cinemactl[embedded]" in missing.value.hint
