"""`cinemactl services ...` as it is typed, on servers of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Commands, Result

from cinemactl import settings as configuration
from cinemactl.jobs import background
from cinemactl.store.embedded import postgres, valkey

NAMES = ["postgres", "valkey", "worker"]


@pytest.fixture
def home() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))
    home = root / "home"
    yield home
    if home.exists():
        background.stop_background_worker(configuration.load({"home": str(home)}, {}), seconds=0)
        valkey.stop(home)
        postgres.stop(home)
    for worker in background._children:
        worker.wait(10)
    shutil.rmtree(root)


@pytest.fixture
def services(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Give the command line in an empty home."""
    own = dict.fromkeys(("CINEMACTL_DATABASE_URL", "CINEMACTL_REDIS_URL", "CINEMACTL_CONFIG"), "")
    return Commands(own | {"CINEMACTL_HOME": str(home)}, capsys, monkeypatch)


def _states(result: Result) -> dict[str, str]:
    assert result.code == 0, result.err
    return {row["service"]: row["state"] for row in result.json}


def _pids(result: Result) -> dict[str, Any]:
    return {row["service"]: row["pid"] for row in result.json}


def test_looking_and_stopping_make_nothing(services: Commands, home: Path) -> None:
    for verb in ("status", "stop", "stop"):
        result = services("services", verb, "--json")
        assert _states(result) == dict.fromkeys(NAMES, "stopped")
        assert _pids(result) == dict.fromkeys(NAMES)
    assert "Nothing was running." in result.err
    assert not home.exists()


def test_start_and_stop_with_a_worker_each_twice(services: Commands, home: Path) -> None:
    first = services("services", "start", "--json")
    assert _states(first) == {"postgres": "running", "valkey": "running", "worker": "stopped"}
    assert _pids(services("services", "start", "--json")) == _pids(first)
    settings = configuration.load({"home": str(home)}, {})
    for _ in range(2):  # once it said "worker running" right after a stop
        assert background.ensure_worker(settings)
        status = services("services", "status", "--json")
        assert _states(status) == dict.fromkeys(NAMES, "running")
        assert all(isinstance(pid, int) for pid in _pids(status).values())
        stopped = services("services", "stop", "--json")
        assert _states(stopped) == dict.fromkeys(NAMES, "stopped")
        assert "Stopped: worker, valkey, postgres." in stopped.err
        assert not background.worker_alive(settings)
        again = services("services", "stop", "--json")
        assert _states(again) == dict.fromkeys(NAMES, "stopped")
        assert "Nothing was running." in again.err
        assert _states(services("services", "start", "--json"))["postgres"] == "running"
    table = services("services", "status").out
    assert str(postgres.log_file(home)) in table
    assert str(home / "run") in table


def test_servers_of_ones_own_are_left_alone(services: Commands, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEMACTL_DATABASE_URL", "postgresql://ada:hush-hush@127.0.0.1:1/db")
    monkeypatch.setenv("CINEMACTL_REDIS_URL", "redis://:hush-hush@127.0.0.1:1")
    for verb in ("status", "start", "start", "stop", "stop"):
        result = services("services", verb, "--json")
        assert _states(result) == {"postgres": "own", "valkey": "own"}
        assert [row["where"] for row in result.json] == [
            "postgresql://ada:***@127.0.0.1:1/db",
            "redis://:***@127.0.0.1:1",
        ]
        assert "hush-hush" not in result.out + result.err
    assert not home.exists()


def test_one_server_of_ones_own_and_one_of_cinemactls(
    services: Commands, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINEMACTL_DATABASE_URL", "postgresql://127.0.0.1:1/db")
    assert _states(services("services", "start", "--json")) == {
        "postgres": "own",
        "valkey": "running",
        "worker": "stopped",
    }
    assert not (home / "postgres").exists()
    stopped = services("services", "stop", "--json")
    assert _states(stopped) == {"postgres": "own", "valkey": "stopped", "worker": "stopped"}
    assert "Stopped: valkey." in stopped.err


def test_a_home_that_cannot_be_one_is_a_sentence(services: Commands, home: Path) -> None:
    home.parent.joinpath("file").touch()
    for words in (("services", "start"), ("movie", "list")):
        refused = services("--home", str(home.parent / "file"), *words)
        assert (refused.code, refused.out) == (1, "")
        assert "cannot be used: " in refused.err
        assert "CINEMACTL_HOME" in refused.err
