"""The program as a process: its streams, its signals and the exit code that a shell sees."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from commands import PROGRAM, open_terminal
from sqlalchemy import select, text

from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.catalogue.tables import Movie

COLOUR = re.compile(rb"\x1b\[(\d+;)*3\d(;\d+)*m")
FULL = Path("/dev/full")
INTERRUPTED = b"error: Interrupted: nothing was changed.\n"


@pytest.fixture
def shell(cinemactl):
    """Run a line of sh in which "$@" is `cinemactl WORDS...`."""

    def run(line, *words):
        return subprocess.run(
            ["bash", "-c", line, "bash", *PROGRAM, *words],
            env=os.environ | cinemactl.environment,
            capture_output=True,
            timeout=60,
        )

    return run


def titles(database):
    with database.unit_of_work() as session:
        return sorted(session.scalars(select(Movie.title)))


def test_a_reader_who_has_seen_enough_ends_a_list_silently(database, shell):
    with database.unit_of_work() as session:
        session.execute(text("INSERT INTO movie (title) SELECT 'Movie ' || i FROM generate_series(1, 3000) AS i"))
    for words in (("movie", "list", "--all"), ("movie", "export", "--json")):
        done = shell('"$@" | head -1; exit "${PIPESTATUS[0]}"', *words)
        assert done.returncode == 141
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""


def test_nobody_reads_the_help(shell):
    done = shell('"$@" | true; exit "${PIPESTATUS[0]}"', "movie", "add", "--help")
    assert (done.returncode, done.stderr) == (141, b"")


def test_closed_streams_are_nothing_to_stumble_over(database, shell):
    done = shell('"$@" >&-', "movie", "add", "Out")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"Added: movie 1.\n")
    done = shell('"$@" 2>&-', "movie", "add", "Err", "--json")
    assert (done.returncode, done.stdout[:9], done.stderr) == (0, b'{"id": 2,', b"")
    done = shell('"$@" 2>&-', "movie", "show", "99")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")
    done = shell('"$@" <&- >&- 2>&-', "movie", "add", "All three")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert titles(database) == ["All three", "Err", "Out"]


def test_without_input_nobody_can_answer(cinemactl, database, shell):
    cinemactl("movie", "add", "Heat")
    done = shell('"$@" <&-', "movie", "remove", "Heat")
    assert done.returncode == 2
    assert done.stderr.endswith(b"hint: Say so with --yes.\n")
    done = shell('"$@" <&-', "movie", "attach", "Heat", "-")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, b"error: Standard input is closed.")
    assert titles(database) == ["Heat"]


@pytest.mark.skipif(not FULL.exists(), reason="This system has no /dev/full.")
def test_a_full_disk_under_the_output_is_one_sentence(database, shell):
    done = shell('"$@" > /dev/full', "movie", "add", "Heat", "-q", "--format", "csv")
    assert done.returncode == 1
    assert done.stderr == (
        b"error: What was to be written could not be: No space left on device. What was changed before is kept.\n"
        b"hint: Mend that and run the command again.\n"
    )
    assert titles(database) == ["Heat"]
    for words in (("movie", "show", "1"), ("movie", "--help")):
        done = shell('"$@" > /dev/full', *words)
        assert done.returncode == 1
        assert done.stderr.startswith(b"error: What was to be written could not be: No space left on device.\nhint:")
        assert done.stderr.count(b"\n") == 2
    done = shell('"$@" 2> /dev/full', "movie", "show", "99")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")


def test_an_argument_that_is_not_utf8_is_refused(cinemactl):
    done = subprocess.run(
        [*PROGRAM, "movie", "add", b"Am\xe9lie"], env=os.environ | cinemactl.environment, capture_output=True
    )
    assert done.returncode == 2
    assert done.stderr == b"error: An argument is not valid UTF-8.\nhint: Give text in UTF-8.\n"


def test_letters_that_the_output_lacks_are_escaped(shell):
    done = shell('PYTHONIOENCODING=ascii "$@"', "movie", "add", "Am\xe9lie", "--json")
    assert done.returncode == 0
    assert b'"Am\\u00e9lie"' in done.stdout


def test_help_on_a_terminal_has_no_colour_when_told_so(cinemactl, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    for words, no_color, coloured in (
        (("movie", "--help"), "", True),
        (("movie", "--help"), "1", False),
        (("movie", "--help", "--no-color"), "", False),
    ):
        monkeypatch.setenv("NO_COLOR", no_color)
        leader, follower = open_terminal()
        process = cinemactl.start(*words, stdout=follower)
        os.close(follower)
        assert bool(COLOUR.search(_all_of(leader))) is coloured
        assert process.wait(30) == 0


def test_an_interrupt_while_waiting_for_somebody_else_changes_nothing(cinemactl, database):
    with database.unit_of_work() as session:
        lock_catalogue(session)
        process = cinemactl.start("movie", "add", "Heat", stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        _wait_until(lambda: session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", INTERRUPTED)
    assert titles(database) == []


def test_an_interrupt_at_a_question_changes_nothing(cinemactl, database):
    cinemactl("movie", "add", "Heat")
    leader, follower = open_terminal()
    process = cinemactl.start("movie", "remove", "Heat", stdin=follower, stderr=subprocess.PIPE)
    os.close(follower)
    question = b"Remove movie 1, Heat? [y/N] "
    assert process.stderr is not None
    assert process.stderr.read(len(question)) == question
    assert _interrupted(process) == b"\n" + INTERRUPTED
    assert process.returncode == 130
    os.close(leader)
    assert titles(database) == ["Heat"]


def _interrupted(process):
    """Interrupt a process that asks, and return its errors. Before it waits for the answer it could miss one interrupt."""
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=10)[1]
    raise AssertionError(f"process {process.pid} does not end")


@pytest.mark.parametrize(("answer", "code", "left"), [(b"y\n", 0, []), (b"\n", 1, ["Heat"]), (b"\xff\n", 1, ["Heat"])])
def test_a_question_is_answered_on_the_terminal(cinemactl, database, answer, code, left):
    cinemactl("movie", "add", "Heat")
    leader, follower = open_terminal()
    process = cinemactl.start("movie", "remove", "Heat", stdin=follower, stderr=subprocess.PIPE)
    os.close(follower)
    os.write(leader, answer)
    _, err = process.communicate(timeout=30)
    os.close(leader)
    assert process.returncode == code
    assert (b"Removed: movie 1, Heat." in err) is not left
    assert (b"error: Nothing was changed." in err) is bool(left)
    assert titles(database) == left


def test_an_interrupt_at_the_start_is_no_traceback(cinemactl, database):
    for module in (b"cinemactl.errors", b"sqlalchemy.orm"):
        process = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "cinemactl", "movie", "add", "Heat"],
            env=os.environ | cinemactl.environment,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        while module not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=30)[1]
        assert process.returncode == 130
        assert b"Traceback" not in err
    assert titles(database) == []


def _wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _all_of(descriptor):
    received = b""
    try:
        while some := os.read(descriptor, 65536):
            received += some
    except OSError:  # how Linux says that nobody holds the other end
        pass
    finally:
        os.close(descriptor)
    return received
