"""A worker as a program of its own, with the kinds of job that a test gives it."""

from __future__ import annotations

import argparse
import json
import os
import sys

from cinemactl import settings
from cinemactl.errors import CinemactlError
from cinemactl.jobs import retries
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.worker import run_worker

retries.FIRST_PAUSE_SECONDS = float(os.environ.get("JOB_TESTS_FIRST_PAUSE", retries.FIRST_PAUSE_SECONDS))
parser = argparse.ArgumentParser()
parser.add_argument("--kinds", type=json.loads, default={})
parser.add_argument("--lease", type=float)
parser.add_argument("words", nargs=2)
parser.add_argument("--queue")
parser.add_argument("--idle", type=int)
parser.add_argument("--burst", action="store_true")
parser.add_argument("--background", action="store_true")
given = parser.parse_args()
try:
    code = run_worker(
        settings.load(),
        burst=given.burst,
        idle_seconds=given.idle,
        queue=given.queue,
        background=given.background,
        kinds={**KINDS, **{name: Kind(name, path, seconds) for name, (path, seconds) in given.kinds.items()}},
        lease_seconds=given.lease,
    )
except CinemactlError as error:
    sys.exit(f"{type(error).__name__}: {error.message}")
sys.exit(code)
