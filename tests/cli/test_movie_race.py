"""Two people at the very same moment: exactly one wins, the other is told with exit code 4, and nobody breaks down."""

import json
import subprocess
import sys

import pytest

ROUNDS = 10

# One process per person, already running, so that both commands begin together.
PERSON = """
import json, sys
from cinemactl.cli.main import main
for line in sys.stdin:
    print(main(json.loads(line)), file=sys.stderr, flush=True)
"""


@pytest.fixture(scope="module")
def processes():
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PERSON],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    yield both
    for person in both:
        person.communicate(timeout=30)


@pytest.fixture
def people(cinemactl, processes):
    database = ("--database-url", cinemactl.environment["CINEMACTL_DATABASE_URL"])

    def together(first, second):
        """Run two commands at once and return their exit codes, the lower one first."""
        for person, words in zip(processes, (first, second), strict=True):
            person.stdin.write(json.dumps((*database, *words)) + "\n")
        for person in processes:
            person.stdin.flush()
        return sorted(map(_exit_code, processes))

    together(("movie", "list", "-q"), ("movie", "list", "-q"))
    return together


def _exit_code(person):
    """Return what follows the sentences of a command."""
    while not (line := person.stderr.readline()).strip().isdecimal():
        assert line
    return int(line)


def test_the_same_title_and_year(cinemactl, people):
    for number in range(ROUNDS):
        words = ("movie", "add", f"Heat {number}", "--year", "1995", "--director", "Michael Mann")
        assert people(words, words) == [0, 4]
    assert len(cinemactl("movie", "list", "--json").json) == ROUNDS


def test_the_same_id(cinemactl, people):
    for number in range(ROUNDS):
        ids = ("--imdb-id", f"tt011327{number}", "--tmdb-id", f"94{number}")
        first = ("movie", "add", f"Heat {number}", *ids)
        second = ("movie", "add", f"Hitze {number}", *reversed_pairs(ids))
        assert people(first, second) == [0, 4]
    assert len(cinemactl("movie", "list", "--json").json) == ROUNDS


def reversed_pairs(words):
    return (*words[2:], *words[:2])


def test_the_original_title_of_one_is_the_title_of_the_other(people):
    for number in range(ROUNDS):
        first = ("movie", "add", f"Sjunde inseglet {number}")
        second = ("movie", "add", f"Seventh Seal {number}", "--original-title", f"Sjunde inseglet {number}")
        assert people(first, second)[0] == 0


def test_if_not_exists_contents_both(cinemactl, people):
    for number in range(ROUNDS):
        first = ("movie", "add", f"Heat {number}", "--imdb-id", f"tt011327{number}", "--if-not-exists")
        second = ("movie", "add", f"Hitze {number}", "--imdb-id", f"tt011327{number}", "--if-not-exists")
        assert people(first, second) == [0, 0]
    assert len(cinemactl("movie", "list", "--json").json) == ROUNDS


def test_both_remove_or_merge_the_same(cinemactl, people):
    for number in range(4):
        movie, other = (
            str(cinemactl("movie", "add", f"{title} {number}", "--json").json["id"]) for title in ("Heat", "Hitze")
        )
        merge, remove = ("movie", "merge", movie, other, "--yes"), ("movie", "remove", other, "--yes")
        assert people(merge, merge) == [0, 3]
        assert people(("movie", "unmerge", other), ("movie", "unmerge", other)) == [0, 3]
        assert people(remove, remove) == [0, 3]
        edits = (("movie", "edit", movie, "--runtime", "170"), ("movie", "edit", movie, "--year", "1995"))
        assert people(*edits) == [0, 0]
        edited = cinemactl("movie", "show", movie, "--json").json
        assert (edited["runtime"], edited["year"]) == (170, 1995)
