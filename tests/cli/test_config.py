"""`cinemactl config ...` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Commands


@pytest.fixture
def config(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Give the command line with a settings file and no server."""
    (tmp_path / "cinema.toml").write_text('redis_url = "redis://:hush-hush@queue:6379/3"\nkeep_imports_days = 7\n')
    environment = {
        "CINEMACTL_HOME": str(tmp_path / "home"),
        "CINEMACTL_CONFIG": str(tmp_path / "cinema.toml"),
        "CINEMACTL_DATABASE_URL": "postgresql://ada:hush-hush@host/db?password=hush-hush",
        "CINEMACTL_QUEUE": "",
    }
    return Commands(environment, capsys, monkeypatch)


def test_show_has_every_setting_with_its_origin_and_no_password(config: Commands, tmp_path: Path) -> None:
    shown = config("config", "show", "--json", "--home", "/flag")
    assert shown.code == 0
    file = str(tmp_path / "cinema.toml")
    assert {row["name"]: (row["value"], row["origin"]) for row in shown.json} == {
        "home": ("/flag", "flag --home"),
        "database_url": ("postgresql://ada:***@host/db?password=***", "environment CINEMACTL_DATABASE_URL"),
        "redis_url": ("redis://:***@queue:6379/3", f"file {file}"),
        "media_folder": ("/flag/media", "default"),
        "queue": ("cinemactl", "default"),
        "keep_imports_days": (7, f"file {file}"),
        "worker_idle_seconds": (300, "default"),
        "allow_private_urls": (False, "default"),
        "config_file": (file, "environment CINEMACTL_CONFIG"),
    }
    for form in ("table", "jsonl", "csv"):
        printed = config("config", "show", "--format", form)
        assert printed.code == 0
        assert "hush-hush" not in printed.out + printed.err
        assert "environment CINEMACTL_DATABASE_URL" in printed.out
    assert not (tmp_path / "home").exists()


def test_path_is_one_line_to_open_in_an_editor(config: Commands, tmp_path: Path) -> None:
    file = tmp_path / "cinema.toml"
    assert config("config", "path").out == f"{file}\n"
    assert config("config", "path", "--json").json == {"path": str(file), "exists": True}


def test_path_of_a_file_that_is_yet_to_be_written(
    config: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cinemactl.settings._default_config_file", lambda: tmp_path / "none.toml")
    monkeypatch.setenv("CINEMACTL_CONFIG", "")
    assert config("config", "path", "--json").json == {"path": str(tmp_path / "none.toml"), "exists": False}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("queue = ", "is no valid TOML"),
        ("que = 'x'", "has the unknown setting 'que'"),
        ("database_url = 'mysql://ada:hush-hush@host'", "is not a URL that begins with postgresql://"),
        ("database_url = ['a']", "neither a text nor a number"),
        ("keep_imports_days = 'soon'", "it takes a whole number"),
    ],
)
def test_a_bad_file_is_one_sentence_for_every_command(
    config: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, words: str
) -> None:
    monkeypatch.setenv("CINEMACTL_DATABASE_URL", "")
    (tmp_path / "cinema.toml").write_text(content)
    for command in (("config", "show"), ("movie", "list"), ("services", "status")):
        refused = config(*command)
        assert (refused.code, refused.out) == (2, "")
        assert words in refused.err
        assert str(tmp_path / "cinema.toml") in refused.err
        assert "hush-hush" not in refused.err
        assert len(refused.err.splitlines()) <= 2
    scripted = config("movie", "list", "--json")
    assert (scripted.code, scripted.error["code"]) == (2, "usage")
    assert len(scripted.err.splitlines()) == 1


def test_a_named_file_that_is_missing_is_refused(config: Commands, tmp_path: Path) -> None:
    refused = config("config", "show", "--config", str(tmp_path / "none.toml"))
    assert refused.code == 2
    assert "does not exist" in refused.err
    assert "--config" in refused.err
