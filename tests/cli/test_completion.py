"""What the TAB key offers, and that it never waits."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from cinemactl import settings as configuration
from cinemactl.cli.completion import cache_file, complete_movie
from cinemactl.cli.completion_cache import write_cache


@pytest.fixture
def catalogue(cinemactl, tmp_path):
    for title, year in (
        ("Alien", 1979),
        ("Aliens", 1986),
        ("Dune", 1984),
        ("Dune", 2021),
        ("Amélie", 2001),
        ("1917", 2019),
    ):
        cinemactl("movie", "add", title, "--year", str(year))
    write_cache(configuration.load())
    return cinemactl


def test_slugs_are_lower_case_and_carry_the_year_where_a_title_is_shared(catalogue):
    assert complete_movie("al") == [("alien", "Alien (1979)"), ("aliens", "Aliens (1986)")]
    assert complete_movie("dune") == [("dune-1984", "Dune (1984)"), ("dune-2021", "Dune (2021)")]
    assert complete_movie("ame") == [("amelie", "Amélie (2001)")]


def test_what_is_typed_in_upper_case_is_kept(catalogue):
    assert complete_movie("Al")[0] == ("Alien", "Alien (1979)")


def test_every_slug_names_its_movie(catalogue):
    for slug, title in complete_movie(""):
        shown = catalogue("movie", "show", slug, "--json").json
        assert f"{shown['title']} ({shown['year']})" == title


def press_tab(commands, line):
    asked = {"_CINEMACTL_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cinemactl"],
        env=os.environ | commands.environment | asked,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_without_a_file_nothing_is_offered_and_one_is_made_behind_the_scenes(cinemactl, tmp_path):
    cinemactl("movie", "add", "Alien", "--year", "1979")
    assert press_tab(cinemactl, "cinemactl movie show al").stdout.split() == []
    deadline = time.monotonic() + 20
    while not cache_file(tmp_path / "home").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert press_tab(cinemactl, "cinemactl movie show al").stdout.split() == ["alien"]


def test_a_shell_gets_its_candidates_without_the_database_being_imported(catalogue):
    done = press_tab(catalogue, "cinemactl movie show ali")
    assert done.stdout.split() == ["alien", "aliens"]
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"sqlalchemy", "psycopg", "redis", "rq", "alembic"}
