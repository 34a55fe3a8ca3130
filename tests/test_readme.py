"""The README is run, word for word."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cinemactl.cli.main import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
OPERATORS = {"|", "||", "&&", ">", "<"}


def test_the_first_two_blocks_are_the_two_commands():
    set_up, demo = BLOCKS[0].strip().splitlines()
    again, tests = BLOCKS[1].strip().splitlines()
    assert set_up == again
    assert demo == ".venv/bin/cinemactl demo"
    assert tests in (ROOT / ".ci/run").read_text().splitlines()


@pytest.fixture
def tour_folder():
    folder = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))
    (folder / "sample_data").symlink_to(ROOT / "sample_data")
    environment = os.environ | {
        "CINEMACTL_HOME": str(folder / "home"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    yield folder, environment
    subprocess.run(
        [sys.executable, "-m", "cinemactl", "services", "stop"], env=environment, check=True, capture_output=True
    )
    shutil.rmtree(folder)


@pytest.mark.timeout(180)
def test_every_command_of_the_tour_works(tour_folder, monkeypatch, capfd):
    folder, environment = tour_folder
    monkeypatch.chdir(folder)
    for name in ("CINEMACTL_HOME", "PATH"):
        monkeypatch.setenv(name, environment[name])
    for block in BLOCKS[2:]:
        for command in block.strip().splitlines():
            code = _run(command)
            printed = capfd.readouterr()
            assert code == 0, f"{command}\n{printed.out}{printed.err}"
            assert "Traceback" not in printed.err


def _run(command: str) -> int:
    """Run a line of the README: in this process, which is sooner, unless it needs a shell."""
    words = shlex.split(command)
    if words[0] == "cinemactl" and not OPERATORS & set(words):
        return int(main(words[1:]))
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], check=False, timeout=90).returncode


def test_every_noun_and_verb_is_in_help():
    from cinemactl.cli.nouns import NOUNS, load

    for noun in NOUNS:
        command = load(noun)
        assert command.help, noun
        for verb, inner in getattr(command, "commands", {}).items():
            assert inner.help, f"{noun} {verb}"


def test_the_demonstration_finds_what_it_added_and_imported(tour_folder):
    folder, environment = tour_folder
    done = subprocess.run(
        [sys.executable, "-m", "cinemactl", "demo", "--in", str(folder / "demo")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    subprocess.run(
        [sys.executable, "-m", "cinemactl", "services", "stop", "--home", str(folder / "demo")],
        env=environment,
        check=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert "The Lobster" in done.stdout
    assert "The Shawshank Redemption" in done.stdout
    assert re.search(r"^created +342$", done.stdout, re.MULTILINE)
    assert str(folder / "demo") in done.stdout.splitlines()[-1]
