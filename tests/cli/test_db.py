"""`cinemactl db ...` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Commands
from sqlalchemy import text

from cinemactl.store.database import Database
from cinemactl.store.revision import HEAD


@pytest.fixture
def empty(cinemactl: Commands, empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Give the command line on a database without tables."""
    url = empty_database.url.render_as_string(hide_password=False)
    cinemactl.environment["CINEMACTL_DATABASE_URL"] = url
    monkeypatch.setenv("CINEMACTL_DATABASE_URL", url)
    return cinemactl


def test_upgrade_brings_an_empty_database_up_to_date_and_once(empty: Commands) -> None:
    refused = empty("movie", "list", "--json")
    assert (refused.code, refused.error["code"]) == (1, "old-schema")
    assert "`cinemactl db upgrade`" in refused.error["hint"]
    first = empty("db", "upgrade", "--json")
    assert (first.code, first.json) == (0, {"before": None, "revision": HEAD})
    assert f"is now at schema {HEAD}" in first.err
    second = empty("db", "upgrade")
    assert (second.code, second.out) == (0, "")
    assert f"was already at schema {HEAD}" in second.err
    assert empty("movie", "list", "--json").json == []


def test_status_before_and_after_the_upgrade(empty: Commands) -> None:
    before = empty("db", "status", "--json")
    assert before.code == 0
    assert before.json["revision"] is None
    assert (before.json["needed_revision"], before.json["up_to_date"], before.json["tables"]) == (HEAD, False, [])
    assert empty("db", "upgrade").code == 0
    after = empty("db", "status", "--json").json
    assert (after["revision"], after["up_to_date"]) == (HEAD, True)
    assert set(after) == {"url", "server_version", "revision", "needed_revision", "up_to_date", "tables"}
    assert {"movie", "job", "import"} <= {table["table"] for table in after["tables"]}
    assert set(after["tables"][0]) == {"table", "rows", "bytes"}
    shown = empty("db", "status")
    assert "up to date" in shown.out
    assert "movie" in shown.out


def test_status_and_upgrade_of_a_newer_database(cinemactl: Commands, database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert cinemactl("db", "status", "--json").json["revision"] == "9999"
    refused = cinemactl("db", "upgrade", "--json")
    assert (refused.code, refused.error["code"]) == (1, "newer-schema")
    assert "newer cinemactl" in refused.error["hint"]


def test_backup_and_restore(cinemactl: Commands, tmp_path: Path) -> None:
    assert cinemactl("movie", "add", "Heat").code == 0
    backup = cinemactl("db", "backup", "cinema.dump")
    size = (tmp_path / "cinema.dump").stat().st_size
    assert (backup.code, backup.out) == (0, "")
    assert f"{size} bytes written to cinema.dump." in backup.err
    assert cinemactl("db", "backup", "cinema.dump", "--json").json == {"file": "cinema.dump", "bytes": size}
    assert cinemactl("movie", "add", "Ronin").code == 0
    restored = cinemactl("db", "restore", "cinema.dump", "--yes")
    assert (restored.code, restored.out) == (0, "")
    assert [movie["title"] for movie in cinemactl("movie", "list", "--json").json] == ["Heat"]
    again = cinemactl("db", "restore", "cinema.dump", "--yes", "--json")
    assert again.json == {"file": "cinema.dump", "revision": HEAD, "needed_revision": HEAD}


def test_backup_speaks_of_the_media_that_are_not_in_it(cinemactl: Commands, tmp_path: Path) -> None:
    media = tmp_path / "home" / "media"
    media.mkdir(parents=True)
    assert str(media) not in cinemactl("db", "backup", "one.dump").err
    (media / "poster.png").touch()
    assert f"copy {media} as well" in cinemactl("db", "backup", "two.dump").err


def test_backup_through_a_pipe(cinemactl: Commands) -> None:
    assert cinemactl("movie", "add", "Heat").code == 0
    with cinemactl.start("db", "backup", "-", stdout=-1) as backup:
        restored = cinemactl.start("db", "restore", "-", "--yes", stdin=backup.stdout, stderr=-1)
        _, said = restored.communicate(timeout=60)
    assert (backup.returncode, restored.returncode) == (0, 0), said
    assert [movie["title"] for movie in cinemactl("movie", "list", "--json").json] == ["Heat"]


def test_restore_asks_and_without_anybody_there_names_the_flag(cinemactl: Commands) -> None:
    assert cinemactl("movie", "add", "Heat").code == 0
    assert cinemactl("db", "backup", "cinema.dump").code == 0
    refused = cinemactl("db", "restore", "cinema.dump", "--json")
    assert (refused.code, refused.error["code"]) == (2, "usage")
    assert "--yes" in refused.error["hint"]
    assert cinemactl("movie", "list", "--json").json != []


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("none.dump", 3, "There is no file none.dump"),
        ("text", 1, "is no backup of cinemactl"),
        (".", 1, "Is a directory"),
    ],
)
def test_restore_of_what_is_no_backup(cinemactl: Commands, tmp_path: Path, name: str, code: int, words: str) -> None:
    (tmp_path / "text").write_text("title,year\n")
    refused = cinemactl("db", "restore", name, "--yes")
    assert (refused.code, refused.out) == (code, "")
    assert words in refused.err
    assert "`cinemactl db backup`" in refused.err


def test_backup_to_a_place_that_cannot_be_written(cinemactl: Commands) -> None:
    refused = cinemactl("db", "backup", "no/such/folder/cinema.dump")
    assert (refused.code, refused.out) == (1, "")
    assert "cannot be written: No such file or directory." in refused.err


def test_shell_is_psql_on_the_database(cinemactl: Commands, database: Database) -> None:
    typed = "SELECT current_database();\n\\set ON_ERROR_STOP on\nSELECT no_such_column;\n"
    asked = cinemactl.process("db", "shell", stdin=typed)
    assert str(database.url.database) in asked.out
    assert asked.code == 3, asked.err  # psql's own
    assert "no_such_column" in asked.err


def test_shell_on_a_database_that_is_not_there(cinemactl: Commands) -> None:
    refused = cinemactl("--database-url", "postgresql://127.0.0.1:1/db", "db", "shell")
    assert (refused.code, refused.out) == (5, "")
    assert "nothing answers there" in refused.err
