"""A database that cannot be used: one sentence, exit 5, no password; and never a wait without end."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from commands import Result
from store.homes import Home, eventually

from cinemactl import settings as configuration
from cinemactl.cli.main import main
from cinemactl.store.database import Database
from cinemactl.store.embedded import valkey
from cinemactl.store.faults import DatabaseUnavailable

PASSWORD = "s3cret-w0rd"
Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line with a database of one's own at a URL."""
    monkeypatch.setenv("CINEMACTL_HOME", str(tmp_path))
    monkeypatch.setenv("CINEMACTL_CONFIG", "")
    (tmp_path / "settings.toml").touch()

    def run(url: str, *words: str) -> Result:
        capsys.readouterr()
        code = main(["--database-url", url, *words])
        printed = capsys.readouterr()
        return Result(int(code), printed.out, printed.err)

    return run


@contextmanager
def _listening(answer: bytes | None) -> Iterator[int]:
    """Give the port of a server that answers everything by these bytes and hangs up; by None it never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:  # the test is over
                    return
                if answer is None:
                    kept.append(caller)
                    continue
                with caller:
                    caller.recv(1024)
                    caller.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for caller in kept:
                caller.close()


def _assert_unavailable(command: Command, url: str, reason: str) -> None:
    """Hold both forms of the error: people's, and the one line of JSON."""
    told = command(url, "movie", "list")
    assert (told.code, told.out) == (5, "")
    error, hint = told.err.splitlines()
    assert error.startswith("error: The database ")
    assert error.endswith(f" cannot be used: {reason}.")
    assert hint.startswith("hint: ")
    assert "--database-url" in hint
    scripted = command(url, "movie", "list", "--json")
    assert (scripted.code, scripted.out) == (5, "")
    (line,) = scripted.err.splitlines()
    assert json.loads(line)["error"] == {
        "code": "database-unavailable",
        "message": error.removeprefix("error: "),
        "hint": hint.removeprefix("hint: "),
    }
    assert PASSWORD not in told.err + scripted.err


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("127.0.0.1:1/db", "nothing answers there"),
        ("no-such-host.invalid/db", "nothing answers there"),
        ("/db?host=/no/such/folder", "nothing answers there"),
        ("127.0.0.1:1/db?sslmode=disable", "nothing answers there"),
    ],
)
def test_nothing_answers(command: Command, place: str, reason: str) -> None:
    _assert_unavailable(command, f"postgresql://ada:{PASSWORD}@{place}", reason)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there is no PostgreSQL"),
        (b"-ERR unknown command\r\n", "what answers there is no PostgreSQL"),
        (b"", "it closes the connection, as what is no PostgreSQL does, or one that goes down"),
    ],
)
def test_what_answers_is_no_postgres(command: Command, answer: bytes, reason: str) -> None:
    with _listening(answer) as port:
        _assert_unavailable(command, f"postgresql://ada:{PASSWORD}@127.0.0.1:{port}/db", reason)


def test_servers_that_accept_and_never_answer_are_given_up_in_five_seconds(empty_home: Home, tmp_path: Path) -> None:
    """Valkey is one: it waits for the end of a line, which PostgreSQL's clients never send."""
    valkey.ensure_running(empty_home.path)
    (empty_home.sockets / ".s.PGSQL.5432").symlink_to(empty_home.sockets / valkey.SOCKET)
    with _listening(None) as hanging, _valkey(tmp_path) as port, ThreadPoolExecutor() as pool:
        urls = [
            f"postgresql://ada:{PASSWORD}@127.0.0.1:{hanging}/db",
            f"postgresql://ada:{PASSWORD}@127.0.0.1:{port}/db",
            f"postgresql://ada:{PASSWORD}@/db?host={empty_home.sockets}",
            f"postgresql://ada:{PASSWORD}@127.0.0.1:{hanging}/db?connect_timeout=2",
        ]
        *given_up, sooner = pool.map(_seconds_until_given_up, urls)
    assert all(4 < seconds < 7 for seconds in given_up)
    assert sooner < 4


def _seconds_until_given_up(url: str) -> float:
    begun = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match=r"cannot be used: it does not answer\.$") as given_up:
        Database(configuration.load({"database_url": url}, {})).connect()
    assert PASSWORD not in given_up.value.message + given_up.value.hint
    return time.monotonic() - begun


@contextmanager
def _valkey(folder: Path) -> Iterator[int]:
    """Give the port of a Valkey."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [str(valkey.program()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        assert eventually(lambda: _is_open(port))
        yield port
    finally:
        server.kill()
        server.wait()


def _is_open(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def test_database_that_does_not_exist(command: Command, running: Home) -> None:
    url = f"postgresql://cinemactl@/nosuch?host={running.sockets}"
    _assert_unavailable(command, url, "the server has no database of that name")


def test_user_that_does_not_exist(command: Command, running: Home) -> None:
    url = f"postgresql://nobody@/cinemactl?host={running.sockets}"
    _assert_unavailable(command, url, "it refuses the user or the password")


@pytest.fixture(scope="module")
def guarded(running: Home) -> Home:
    """Give a home whose server asks the user "ada" for her password."""
    with psycopg.connect(
        host=str(running.sockets), user="cinemactl", dbname="cinemactl", autocommit=True
    ) as connection:
        connection.execute(f"CREATE ROLE ada LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("CREATE ROLE bob")
    rules = running.data / "pg_hba.conf"
    rules.write_text(f"local all ada scram-sha-256\nlocal all eve reject\n{rules.read_text()}")
    with psycopg.connect(
        host=str(running.sockets), user="cinemactl", dbname="cinemactl", autocommit=True
    ) as connection:
        connection.execute("SELECT pg_reload_conf()")
    return running


@pytest.mark.parametrize(
    "who", [f"ada:{PASSWORD}x@", "ada@", "bob@", "eve@"], ids=["wrong", "none", "may not log in", "rejected"]
)
def test_password_that_is_refused(command: Command, guarded: Home, who: str) -> None:
    url = f"postgresql://{who}/cinemactl?host={guarded.sockets}"
    assert eventually(lambda: command(url, "movie", "list").code == 5)
    _assert_unavailable(command, url, "it refuses the user or the password")


@pytest.mark.parametrize("form", ["ada:{}@/postgres?host={}", "/postgres?user=ada&password={}&host={}"])
def test_password_that_is_right_is_used_and_never_shown(command: Command, guarded: Home, form: str) -> None:
    url = f"postgresql://{form.format(PASSWORD, guarded.sockets)}"
    told = command(url, "db", "status", "--json")
    assert told.code == 0, told.err
    assert "***" in told.json["url"]
    refused = command(url, "movie", "list")
    assert refused.code == 1
    assert "cinemactl db upgrade" in refused.err
    for result in (told, refused, command(url, "config", "show"), command(url, "db", "restore", "x.dump")):
        assert PASSWORD not in result.out + result.err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://[bad",
        f"mysql://u:{PASSWORD}@h/db",
        f"postgresql://u:{PASSWORD} @h/db",
        f"postgresql://u:{PASSWORD}@h:port/db",
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/db?no_such_option=1",
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/db?connect_timeout=soon",
    ],
)
def test_url_that_is_none_is_a_fault_of_the_words(command: Command, url: str) -> None:
    for words in (("movie", "list"), ("movie", "list", "--json"), ("--debug", "movie", "list")):
        told = command(url, *words)
        assert told.code == 2
        assert PASSWORD not in told.out + told.err
    assert "--database-url" in command(url, "movie", "list").err


def test_too_many_connections(command: Command, guarded: Home) -> None:
    with psycopg.connect(
        host=str(guarded.sockets), user="cinemactl", dbname="cinemactl", autocommit=True
    ) as connection:
        connection.execute("ALTER ROLE ada CONNECTION LIMIT 0")
        try:
            told = command(f"postgresql://ada:{PASSWORD}@/cinemactl?host={guarded.sockets}", "movie", "list")
        finally:
            connection.execute("ALTER ROLE ada CONNECTION LIMIT -1")
    assert told.code == 5
    assert 'too many connections for role "ada"' in told.err
