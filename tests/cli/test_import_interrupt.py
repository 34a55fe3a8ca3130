"""Ctrl-C at any moment of an import: exit code 130, one sentence, nothing applied."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import termios
import time
from contextlib import contextmanager

import pytest
from commands import open_terminal

from cinemactl.catalogue.locks import lock_catalogue

FILE = "title,year\nHeat,1995\nCold,1996\n"


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def unread(pipe):
    """Return whether there is something in a pipe that nobody has read yet."""
    return fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) != bytes(4)


def only_job(cinemactl):
    jobs = cinemactl("job", "list", "--json").json
    return jobs[0] if jobs else None


@contextmanager
def worker(cinemactl):
    """Run a worker until the block ends."""
    process = cinemactl.start("worker", "run", stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def waiting(cinemactl, tmp_path):
    """Start an import that waits for its job, and give the process."""
    (tmp_path / "movies.csv").write_text(FILE)
    process = cinemactl.start(
        "movie", "import", "movies.csv", "--wait", "--quiet", stderr=subprocess.PIPE, cwd=tmp_path
    )
    yield process
    process.kill()
    process.wait()


def interrupted(process):
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    return said.decode().splitlines()[-1]


def test_while_uploading(cinemactl):
    process = cinemactl.start("movie", "import", "-", "--wait", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(FILE.encode())
    process.stdin.flush()
    until(lambda: not unread(process.stdin))
    assert interrupted(process) == "error: Interrupted: nothing was changed."
    assert cinemactl("import", "list", "--json").json == []
    assert only_job(cinemactl) is None


def test_while_queued(cinemactl, waiting):
    job = until(lambda: only_job(cinemactl))
    assert interrupted(waiting) == f"error: Interrupted: job {job['id']} was cancelled, nothing was changed."
    assert only_job(cinemactl)["state"] == "cancelled"
    assert cinemactl("import", "show", "1", "--json").json["state"] == "cancelled"
    assert cinemactl.process("worker", "run", "--burst").code == 0
    assert cinemactl("movie", "list", "--json").json == []


def test_while_the_worker_is_at_it(cinemactl, waiting, database):
    with database.unit_of_work() as session:
        lock_catalogue(session)
        with worker(cinemactl):
            until(lambda: ((only_job(cinemactl) or {}).get("progress") or {}).get("stage") == "Matching")
            said = interrupted(waiting)
            assert said == f"error: Interrupted: job {only_job(cinemactl)['id']} was cancelled, nothing was changed."
        assert only_job(cinemactl)["state"] == "cancelled"
    assert cinemactl("movie", "list", "--json").json == []


def test_of_the_waiting_alone_leaves_the_job_as_it_is(cinemactl, tmp_path):
    (tmp_path / "movies.csv").write_text(FILE)
    job = cinemactl("movie", "import", "movies.csv", "--no-wait").out.strip()
    process = cinemactl.start("job", "wait", job, stderr=subprocess.PIPE)
    time.sleep(1.5)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.decode().splitlines()[0] == f"error: Interrupted; job {job} goes on."
    assert only_job(cinemactl)["state"] == "queued"


def test_on_a_terminal_a_command_waits_without_being_told(cinemactl, tmp_path):
    (tmp_path / "movies.csv").write_text(FILE)
    ours, theirs = open_terminal()
    process = cinemactl.start("movie", "import", "movies.csv", stdout=theirs, stderr=subprocess.PIPE, cwd=tmp_path)
    os.close(theirs)
    until(lambda: only_job(cinemactl))
    with worker(cinemactl):
        _, said = process.communicate(timeout=30)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert process.returncode == 0, said
    assert b"import id" in shown
    assert only_job(cinemactl)["state"] == "succeeded"
