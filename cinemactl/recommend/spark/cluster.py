"""Asking the program that drives the cluster, never waiting for it without saying so, and ending it whatever happens."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cinemactl.errors import CinemactlError
from cinemactl.recommend.spark.master import MasterUnavailable, Wanted

PROGRAM = (sys.executable, "-P", "-m", "cinemactl.recommend.spark.driver")
# A master that takes the connection and says nothing: Spark asks it three times, twenty seconds apart.
CONNECT_SECONDS = 150.0
LOOK_SECONDS = 0.2
END_SECONDS = 1.0
SECRET = ("CINEMACTL_DATABASE_URL", "CINEMACTL_REDIS_URL", "PGPASSWORD")

Waiting = Callable[[], None]


class SparkFailed(CinemactlError):
    """Spark gave up."""

    code = "spark-failed"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Spark gave up: {why}.",
            "The log of the cluster's master and workers tells more; what served before serves on.",
        )


class Driver:
    """The program that drives the cluster, while its `with` block runs; `folder` is for files that it and we exchange.

    `waiting` is called several times a second while an answer is waited for, and may raise to end it.
    """

    def __init__(self, wanted: Wanted, address: str, waiting: Waiting) -> None:
        self._wanted = wanted
        self._address = address
        self._waiting = waiting
        self._rest = b""

    def __enter__(self) -> Self:
        self._kept = tempfile.TemporaryDirectory(prefix="cinemactl-spark-", ignore_cleanup_errors=True)
        self.folder = Path(self._kept.name)
        self._process = subprocess.Popen(
            PROGRAM,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=_environment(self._address),
        )
        try:
            self._connect()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, request: Mapping[str, Any], *, seconds: float = float("inf")) -> dict[str, Any]:
        """Return the answer to a request; raises SparkFailed, TimeoutError after `seconds`, and what `waiting` raises."""
        assert self._process.stdin is not None  # noqa: S101  (it is a pipe)
        with suppress(BrokenPipeError):  # that it has ended is seen when the answer is read
            self._process.stdin.write(json.dumps(dict(request)).encode() + b"\n")
            self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._line(time.monotonic() + seconds))
        if "error" in answer:
            raise SparkFailed(str(answer["error"]))
        return answer

    def _connect(self) -> None:
        request = {
            **self._wanted.as_json(),
            "executors": self._wanted.cores,
            "local": self._wanted.local,
            "address": self._address,
            "folder": str(self.folder),
        }
        try:
            self.executors = int(self.ask(request, seconds=CONNECT_SECONDS)["executors"])
        except TimeoutError:
            raise MasterUnavailable(self._wanted.master, f"it gave no session in {CONNECT_SECONDS:.0f} s") from None
        except SparkFailed as error:
            why = error.message.removeprefix("Spark gave up: ").removesuffix(".")
            raise MasterUnavailable(self._wanted.master, why) from None

    def _line(self, until: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  (as above)
        output = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            self._waiting()
            if time.monotonic() > until:
                raise TimeoutError
            if select.select([output], [], [], LOOK_SECONDS)[0]:
                piece = os.read(output, 65536)
                if not piece:
                    raise SparkFailed(f"its program ended by itself (status {self._process.wait()})")
                self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _end(self) -> None:
        """End the program; Java ends when its input, which was the program's, does."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._kept.cleanup()


def _environment(address: str) -> dict[str, str]:
    """Return the environment of the program: the executors' Python is this one unless told otherwise."""
    kept = {name: value for name, value in os.environ.items() if name not in SECRET}
    return {
        "PYSPARK_PYTHON": sys.executable,
        **kept,
        "SPARK_LOCAL_IP": address,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
