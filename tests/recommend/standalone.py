"""A Spark cluster of a master and two workers on this machine's loopback, as processes of the test's own."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTED = re.compile(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
REGISTERED = "Successfully registered with master"
START_SECONDS = 60
WORKERS = 2


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Yield the URL of the master of a cluster that is ready; its processes end with the block."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_start(folder, "master.Master", "--port", "0"))
        url = _said(folder / "master.Master-0.log", STARTED, processes[0])
        for number in range(1, WORKERS + 1):
            given = ("--cores", "1", "--memory", "1800m", "--work-dir", str(folder / f"work-{number}"), url)
            processes.append(_start(folder, "worker.Worker", *given, number=number))
        for number in range(1, WORKERS + 1):
            _said(folder / f"worker.Worker-{number}.log", re.compile(f"({REGISTERED})"), processes[number])
        yield url
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(20)


def _start(folder: Path, name: str, *words: str, number: int = 0) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1"]
    with (folder / f"{name}-{number}.log").open("wb") as log:
        return subprocess.Popen(
            [*command, "--webui-port", "0", *words], env=environment, cwd=folder, stdout=log, stderr=log
        )


def _said(file: Path, awaited: re.Pattern[str], process: subprocess.Popen[bytes]) -> str:
    """Return what a program says in its log once it is ready."""
    began = time.monotonic()
    while not (found := awaited.search(file.read_text(errors="replace"))):
        if process.poll() is not None or time.monotonic() - began > START_SECONDS:
            raise RuntimeError(file.read_text(errors="replace")[-2000:])
        time.sleep(0.1)
    return found[1]
