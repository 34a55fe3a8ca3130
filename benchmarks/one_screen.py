"""Lets many processes add to one screen at once, and looks at what became of each command and of the screen.

    python benchmarks/one_screen.py --processes 50 --seconds 60

Each process runs `schedule add` at random times of a fortnight, and now and then cancels what it added, so that there is
always something to win. Two more write to the table behind everybody's back, two rows at a time. In the end no two
screenings overlap, and every loser has exit code 4 and is told which screening is in its way. Exit code 1 when not.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import random
import re
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from homes import database, home
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cinemactl.catalogue.tables import Movie
from cinemactl.cli.main import main as cinemactl
from cinemactl.programme.tables import Screen, Site

DAYS = 14
FIRST_DAY = date(2026, 12, 4)
GRID = 5
WRITERS_BEHIND = 2
OUTCOMES = ("added", "taken", "refused")
NAMED = {"screen-taken": re.compile(r"by screening [0-9]+"), "turnaround-short": re.compile(r".")}
OVERLAPS = """
    SELECT count(*) FROM screening AS one JOIN screening AS other ON other.screen_id = one.screen_id AND other.id > one.id
    WHERE one.state <> 'cancelled' AND other.state <> 'cancelled'
    AND one.starts_at < other.feature_ends_at AND other.starts_at < one.feature_ends_at
"""
BEHIND = text("""
    INSERT INTO screening (screen_id, movie_id, starts_at, feature_starts_at, feature_ends_at, clear_at)
    VALUES (1, 1, :at, :at, CAST(:at AS timestamptz) + interval '2 hours', CAST(:at AS timestamptz) + interval '2 hours')
""")


def main() -> int:
    """Print what became of the commands; the exit code is 1 when one ended as none may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=50, help="how many add at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="for how long (default: %(default)s)")
    options = parser.parse_args()
    with home() as folder:
        _lay(folder)
        ended, seconds, slowest = _run(folder, options.processes, options.seconds)
        with database(folder).unit_of_work() as session:
            overlaps = session.scalar(text(OVERLAPS))
            standing = session.scalar(text("SELECT count(*) FROM screening WHERE state <> 'cancelled'"))
    commands = sum(ended.values())
    print(
        f"{commands} commands of {options.processes} processes in {options.seconds:.0f} s: median {seconds:.2f} s each,"
    )
    print(f"the slowest {slowest:.2f} s; {standing} screenings stand, {overlaps} overlap")
    for outcome, count in ended.most_common():
        print(f"{count:8}  {outcome}")
    strange = [outcome for outcome in ended if outcome.partition(":")[0] not in OUTCOMES]
    return int(bool(overlaps or strange))


def _lay(folder: Path) -> None:
    with database(folder).unit_of_work() as session:
        site = Site(name="Filmhaus", timezone="Europe/Berlin", country="DE")
        session.add_all([site, Movie(title="Heat", runtime=100)])
        session.flush()
        session.add(Screen(site_id=site.id, name="One", seats=100))


def _run(folder: Path, processes: int, seconds: float) -> tuple[Counter[str], float, float]:
    """Return how the commands ended, and the seconds that the median one and the slowest took."""
    os.environ.update(CINEMACTL_HOME=str(folder), CINEMACTL_CONFIG=os.devnull)
    _command(
        "schedule", "add", "Heat", "--screen", "One", "--at", f"{FIRST_DAY} 10:00"
    )  # what is slow once, before the fork
    forking = multiprocessing.get_context("fork")
    answers = forking.SimpleQueue()
    until = time.monotonic() + seconds
    started = [forking.Process(target=_add, args=(until, seed, answers)) for seed in range(processes)]
    started += [forking.Process(target=_write_behind, args=(folder, until, seed)) for seed in range(WRITERS_BEHIND)]
    for process in started:
        process.start()
    ended: Counter[str] = Counter()
    took: list[float] = []
    for _ in range(processes):
        outcomes, times = answers.get()
        ended.update(outcomes)
        took += times
    for process in started:
        process.join()
    return ended, median(took), max(took)


def _add(until: float, seed: int, answers: multiprocessing.SimpleQueue[tuple[Counter[str], list[float]]]) -> None:
    dice = random.Random(seed)
    ended: Counter[str] = Counter()
    took: list[float] = []
    while time.monotonic() < until:
        at = f"{FIRST_DAY + timedelta(days=dice.randrange(DAYS))} {dice.randrange(10, 24)}:{dice.randrange(0, 60, GRID):02}"
        began = time.monotonic()
        code, printed, said = _command("schedule", "add", "Heat", "--screen", "One", "--at", at)
        took.append(time.monotonic() - began)
        ended[_outcome(code, said)] += 1
        if not code and dice.random() < 0.5:  # noqa: PLR2004  (every other one)
            code, _, said = _command("schedule", "cancel", str(json.loads(printed)["id"]))
            if code:
                ended[f"not cancelled: {said}"] += 1
    answers.put((ended, took))


def _outcome(code: int, said: str) -> str:
    if not code:
        return "added"
    error = json.loads(said.strip().splitlines()[-1])["error"]
    told = NAMED.get(error["code"])
    if code == 4 and told and told.search(error["message"]):  # noqa: PLR2004  (a conflict)
        return "taken" if error["code"] == "screen-taken" else f"refused: {error['code']}"
    return f"exit {code}, {error['code']}: {error['message']}"


def _command(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cinemactl([*words, "--json"])
    return int(code), out.getvalue(), err.getvalue()


def _write_behind(folder: Path, until: float, seed: int) -> None:
    """Insert two rows at a time in any order, as nobody should who does not hold the screen, and take them away again."""
    dice = random.Random(-seed - 1)
    while time.monotonic() < until:
        day = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=dice.randrange(DAYS))
        # What the database says of it is nobody's concern here, so long as nobody else is told.
        with contextlib.suppress(DBAPIError), database(folder).engine.begin() as connection:
            for hour in dice.sample(range(9, 22), 2):
                connection.execute(BEHIND, {"at": day + timedelta(hours=hour)})
                time.sleep(0.02)
            if dice.random() < 0.5:  # noqa: PLR2004  (every other time)
                connection.rollback()
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
