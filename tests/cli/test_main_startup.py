"""What a start loads: scripts and TAB keys wait for it."""

import json
import subprocess
import sys

import pytest

SERVERS = {"sqlalchemy", "psycopg", "redis", "rq", "duckdb", "numpy"}
RARE = {"rq", "redis", "alembic", "PIL", "pycountry", "langcodes", "stdnum", "duckdb", "numpy", "rich"}

LOADED = """
import json, sys
from cinemactl.cli.main import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.fixture
def loaded_by():
    def loaded(*words):
        done = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True)
        code, modules = json.loads(done.stderr.splitlines()[-1])
        assert code == 0
        return set(modules)

    return loaded


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("movie", "--help"), ("movie", "add", "--help")])
def test_help_and_version_load_no_server_and_no_numbers(loaded_by, words):
    assert not loaded_by(*words) & SERVERS


def test_a_list_loads_only_what_it_needs(cinemactl, loaded_by):
    cinemactl("movie", "add", "Heat", "--year", "1995", "--genre", "crime")
    loaded = loaded_by("movie", "list", "--genre", "crime", "--json")
    assert "sqlalchemy" in loaded
    assert not loaded & RARE
