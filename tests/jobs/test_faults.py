"""The run of faults, small: servers, workers and crons are killed at random, and nothing is lost or done twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("faults.py")


@pytest.mark.timeout(240)
def test_nothing_is_lost_or_done_twice_whatever_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, PROGRAM, "--moments", "11", "--jobs", "22"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=220,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing was lost or done twice" in done.stdout
