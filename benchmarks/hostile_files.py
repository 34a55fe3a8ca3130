"""Imports hostile files by the thousand, and sees that each is refused, or accounted for to the last row and taken back.

Each is true to life and spoiled, in its rows, its text or its bytes, or random bytes. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from uuid import uuid4

from homes import database, home
from sqlalchemy import text

from cinemactl import settings
from cinemactl.store.database import Database

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from importing.hostile import begin, check
from importing.importer import Importer
from importing.spoiling import hostile

AT_ONCE = 25
SECONDS = 10
MEMORY_BAR = 600
LARGEST = 4 * 2**30  # addresses, of which DuckDB reserves many


class Result:
    """What came of some files: how many of each kind of end, the faults, the slowest in seconds, the peak in MB."""

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()
        self.faults: dict[str, str] = {}
        self.slowest = 0.0
        self.peak = 0.0


def main() -> int:
    """Print what came of the files, and keep those with a fault; the exit code is 1 when there is one."""
    options = _options()
    started = time.monotonic()
    ends: Counter[str] = Counter()
    faults: dict[str, str] = {}
    slowest = peak = 0.0
    with home(options.home) as folder:
        with database(folder).unit_of_work():  # which starts and migrates it
            pass
        names = [f"hostile_{uuid4().hex[:8]}" for _ in range(options.processes)]
        _administer(folder, *(f"CREATE DATABASE {name} TEMPLATE {_name_of(folder)}" for name in names))
        until = time.monotonic() + 60 * options.minutes
        parts = [range(first, min(first + AT_ONCE, options.cases)) for first in range(0, options.cases, AT_ONCE)]
        with ProcessPoolExecutor(options.processes) as processes:
            work = partial(_worked, folder, names, options.seed, until)
            for result in processes.map(work, parts):
                ends += result.ends
                faults |= result.faults
                slowest, peak = max(slowest, result.slowest), max(peak, result.peak)
                _tell(f"{ends.total():,} of {options.cases:,} files, {len(faults)} faults")
        _administer(folder, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names))
    print(f"\n\n{ends.total():,} files in {time.monotonic() - started:.0f} s, seed {options.seed}")
    for end, count in ends.most_common():
        print(f"{count:8,}  {end}")
    print(f"\nslowest file       {slowest:6.1f} s    bar {SECONDS} s")
    print(f"peak of a process  {peak:6.0f} MB   bar {MEMORY_BAR} MB")
    for name, fault in sorted(faults.items()):
        print(f"\nfault of {name}\n{fault}")
    return int(bool(faults) or ends.total() < options.cases or slowest > SECONDS or peak > MEMORY_BAR)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="how many files (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which files (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=60, help="no file is begun later (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="(default: %(default)s)")
    parser.add_argument("--home", type=Path, help="keep the servers' data in this folder")
    return parser.parse_args()


def _worked(folder: Path, names: list[str], seed: int, until: float, numbers: range) -> Result:
    """Import some files into the database of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST, LARGEST))
    importer = Importer(_database(folder, names))
    result = Result()
    for number in numbers:
        if time.monotonic() > until:
            break
        file = hostile(f"{seed} {number}")
        begin(importer, file)
        started = time.monotonic()
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(SECONDS)
        try:
            result.ends[check(importer, file)] += 1
        except Exception:  # noqa: BLE001  (whatever it is, it is a fault)
            result.ends["FAULT"] += 1
            kept = Path(tempfile.gettempdir()) / f"hostile-{seed}-{number}-{file.name}"
            kept.write_bytes(file.content)
            said = "".join(traceback.format_exc().splitlines(keepends=True)[-9:])
            result.faults[f"{seed} {number}"] = f"{kept} {file.options} {', '.join(file.how)}\n{said}"
        finally:
            signal.alarm(0)
        result.slowest = max(result.slowest, time.monotonic() - started)
    importer.database.engine.dispose()
    result.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return result


def _database(folder: Path, names: list[str]) -> Database:
    """Return the database of this process: a free one, that is held by a lock as long as the process lives."""
    home_of = database(folder)
    name = names[_place(len(names))]
    hasty = {"options": "-c synchronous_commit=off"}  # nothing here has to outlive a crash
    url = home_of.url.set(database=name).update_query_dict(hasty).render_as_string(hide_password=False)
    return Database(settings.load({"home": str(folder), "config": os.devnull, "database_url": url}, {}))


def _place(processes: int) -> int:
    import multiprocessing

    identity = multiprocessing.current_process()._identity  # noqa: SLF001  (their number, from 1)
    return (identity[0] - 1) % processes


def _name_of(folder: Path) -> str:
    return database(folder).url.database or ""


def _administer(folder: Path, *statements: str) -> None:
    base = database(folder)
    url = base.url.set(database="postgres").render_as_string(hide_password=False)
    engine = Database(settings.load({"home": str(folder), "config": os.devnull, "database_url": url}, {})).engine
    base.engine.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _too_long(*_: object) -> None:
    raise TimeoutError(f"it takes more than {SECONDS} seconds")


def _tell(what: str) -> None:
    sys.stderr.write(f"\r{what}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
