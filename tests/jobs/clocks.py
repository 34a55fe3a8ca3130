"""Clocks that are moved under running programs, by a library that is loaded into them; made with the C compiler there is."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("moved_clock.c")
COMPILE_SECONDS = 60


class Clocks:
    """One clock per name, kept in a folder that every user may read, as a server may have one of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = folder / "moved_clock.so"
        folder.chmod(0o755)
        self.movable = self._is_made() and self._is_obeyed()

    def environment(self, name: str) -> Mapping[str, str]:
        """Return what a program's environment needs besides, for its clock to be the one of that name."""
        if not self.movable:
            return {}
        if not self._file(name).exists():
            self.move(name, 0)
        return {"LD_PRELOAD": str(self._library), "MOVED_CLOCK": str(self._file(name))}

    def move(self, name: str, seconds: float) -> None:
        """Set a clock so many seconds before or behind the right time, at once and for every program that has it."""
        file = self._file(name)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.pwrite(descriptor, struct.pack("q", round(seconds * 1e6)), 0)
        finally:
            os.close(descriptor)
        file.chmod(0o644)

    def _file(self, name: str) -> Path:
        return self._folder / name.replace(" ", "-")

    def _is_made(self) -> bool:
        compiler = shutil.which("cc")
        if compiler is None or sys.platform != "linux":
            return False
        words = [compiler, "-shared", "-fPIC", "-O2", "-o", str(self._library), str(SOURCE)]
        return subprocess.run(words, timeout=COMPILE_SECONDS, capture_output=True).returncode == 0

    def _is_obeyed(self) -> bool:
        self.movable = True
        self.move("trial", -86400.5)
        program = [sys.executable, "-c", "import time; print(time.time())"]
        environment = {**os.environ, **self.environment("trial")}
        told = subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout
        return abs(float(told) + 86400.5 - time.time()) < 5
