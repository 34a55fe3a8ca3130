"""Real terminals for tests of what a command prints, and surroundings that say nothing about colour."""

from __future__ import annotations

import os
import termios
import tty
from threading import Thread

import pytest
from commands import open_terminal

from cinemactl.cli import terminal


class PseudoTerminal:
    """A terminal `columns` wide: `stream` writes to it, `text` is all that arrived there."""

    def __init__(self, columns: int, encoding: str = "utf-8") -> None:
        self._leader, follower = open_terminal()
        tty.setraw(follower)  # a newline stays a newline
        termios.tcsetwinsize(follower, (50, columns))
        self.stream = os.fdopen(follower, "w", encoding=encoding, newline="")
        self._encoding = encoding
        self._received = b""
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def text(self) -> str:
        """Close the stream and return all that was written."""
        self.stream.close()
        self._reader.join()
        return self._received.decode(self._encoding)

    def _read(self) -> None:
        while received := self._some():
            self._received += received
        os.close(self._leader)

    def _some(self) -> bytes:
        try:
            return os.read(self._leader, 65536)
        except OSError:  # how Linux says that nobody holds the other end
            return b""


@pytest.fixture
def pseudo_terminal():
    return PseudoTerminal


@pytest.fixture
def on_terminal():
    """Return what `print_to` writes to a terminal that is `columns` wide."""

    def shown(columns, print_to):
        window = PseudoTerminal(columns)
        print_to(window.stream)
        return window.text()

    return shown


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal.configure()
    yield
    terminal.configure()
