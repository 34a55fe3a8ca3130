from __future__ import annotations

import re
import sys
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from cinemactl.cli import render
from cinemactl.cli.progress import Progress, progress

if TYPE_CHECKING:
    from collections.abc import Callable


def drawn(monkeypatch: pytest.MonkeyPatch, pseudo_terminal: Callable[[int], Any], step: float = 0.0) -> str:
    terminal = pseudo_terminal(100)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with progress("Importing [bold]\x07", total=2_000) as bar:
        for done in range(0, 2_001, 500):
            bar.update("matching", done)
            sleep(step)
        render.note("Half of them are new.")
        bar.update("writing\x1b[2J", 1, 3)
        sleep(0.2)
    return str(terminal.text())


def test_a_bar_on_a_terminal(monkeypatch, pseudo_terminal):
    text = drawn(monkeypatch, pseudo_terminal, step=0.15)
    plain = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", text)
    assert "Importing [bold], matching" in plain
    assert "500 of 2,000" in plain
    assert "Importing [bold], writing[2J" in plain
    assert "1 of 3" in plain
    assert "Half of them are new.\n" in plain.replace("\r", "")
    assert "\x1b[3" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor is there again


def test_a_bar_without_colour(monkeypatch, pseudo_terminal):
    monkeypatch.setenv("NO_COLOR", "1")
    text = drawn(monkeypatch, pseudo_terminal)
    assert "━" in text
    assert not re.search("\x1b\\[[0-9;]*3[0-9;]*m", text)


def test_data_on_stdout_does_not_pass_through_the_bar(monkeypatch, capsys, pseudo_terminal):
    terminal = pseudo_terminal(80)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with progress("Working"):
        render.one({"id": 1}, render.Format.JSONL)
    assert capsys.readouterr().out == '{"id": 1}\n'
    assert '{"id"' not in terminal.text()


def test_lines_now_and_then_in_a_log(capsys):
    with Progress("Uploading", total=30_000_000, unit="bytes", every=0.1) as bar:
        bar.update("", 10)
        sleep(0.11)
        bar.update("", 12_340_000)
        bar.update("", 12_350_000)
        sleep(0.11)
        bar.update("checking\x1b[2J", 999, 2_000_000_000)
    assert capsys.readouterr().err == (
        "Uploading: 41 %, 12.3 MB of 30.0 MB\nUploading, checking[2J: 0 %, 999 bytes of 2.0 GB\n"
    )


def test_work_of_unknown_size(capsys):
    with Progress("Training", every=0) as bar:
        bar.update("queued", 0)
        bar.update("features", 1_200)
    assert capsys.readouterr().err == "Training, queued\nTraining, features: 1,200\n"


def test_a_total_lasts_as_long_as_its_stage(capsys):
    with Progress("Importing", total=10, every=0) as bar:
        bar.update("reading", 1)
        bar.update("reading", 2, 20)
        bar.update("reading", 3)
        bar.update("matching", 4)
        bar.update("applying", 0, 0)
    assert capsys.readouterr().err.splitlines() == [
        "Importing, reading: 10 %, 1 of 10",
        "Importing, reading: 10 %, 2 of 20",
        "Importing, reading: 15 %, 3 of 20",
        "Importing, matching: 4",
        "Importing, applying: 0 of 0",
    ]


def test_a_bar_forgets_the_total_of_the_stage_before(monkeypatch, pseudo_terminal):
    terminal = pseudo_terminal(80)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with progress("Importing", total=10) as bar:
        bar.update("reading", 10)
        sleep(0.2)
        bar.update("matching", 77)
        sleep(0.2)
    plain = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", terminal.text())
    assert "10 of 10" in plain
    assert re.search("matching ━+ 77 0:", plain)


def test_short_work_is_silent_in_a_log(capsys):
    with progress("Uploading", total=3) as bar:
        for done in range(4):
            bar.update("reading", done)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_quiet_says_nothing(monkeypatch, term, pseudo_terminal):
    monkeypatch.setenv("TERM", term)
    render.configure(quiet=True)
    terminal = pseudo_terminal(80)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with Progress("Working", every=0) as bar:
        bar.update("x", 1)
    assert terminal.text() == ""


def test_a_dumb_terminal_gets_lines(monkeypatch, pseudo_terminal):
    monkeypatch.setenv("TERM", "dumb")
    terminal = pseudo_terminal(80)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with Progress("Working", every=0) as bar:
        bar.update("x", 1)
    assert terminal.text() == "Working, x: 1\n"


def test_an_error_ends_the_bar(monkeypatch, pseudo_terminal):
    terminal = pseudo_terminal(80)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    with pytest.raises(KeyboardInterrupt), progress("Working"):
        raise KeyboardInterrupt
    assert "\x1b[?25h" in terminal.text()
