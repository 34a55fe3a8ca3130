"""Running a command as a user would, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cinemactl.cli.main import main

PROGRAM = (sys.executable, "-m", "cinemactl")


@dataclass(frozen=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """What --json said on stderr."""
        return json.loads(self.err.strip().splitlines()[-1])["error"]


def open_terminal() -> tuple[int, int]:
    """Return both ends of a terminal of the test's own; skips the test on a machine that has none to give."""
    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"This machine has no pseudo-terminals: {error}.")


class Commands:
    """The command line in this process, on servers given by environment variables."""

    def __init__(self, environment: dict[str, str], capsys: Any, monkeypatch: Any) -> None:
        self.environment = environment
        self._capsys = capsys
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *words: str) -> Result:
        """Run `cinemactl WORDS...` here."""
        self._capsys.readouterr()
        code = main(list(words))
        printed = self._capsys.readouterr()
        return Result(int(code), printed.out, printed.err)

    def process(self, *words: str, stdin: str | bytes = b"", timeout: float = 60, cwd: Path | None = None) -> Result:
        """Run `cinemactl WORDS...` as a process."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*PROGRAM, *words],
            env=os.environ | self.environment,
            input=given,
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd=cwd,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start `cinemactl WORDS...` and leave it running."""
        return subprocess.Popen([*PROGRAM, *words], env=os.environ | self.environment, **options)
