from __future__ import annotations

import io
import re
import sys

import pytest

from cinemactl.cli import render
from cinemactl.cli.render import Column, Format
from cinemactl.errors import CinemactlError, NotFound

TITLE = (Column("title", "title"),)


@pytest.mark.parametrize(
    ("environment", "flag", "colored"),
    [
        ({}, None, (True, False)),
        ({"NO_COLOR": "1"}, None, (False, False)),
        ({"NO_COLOR": ""}, None, (True, False)),
        ({"TERM": "dumb"}, None, (False, False)),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb"}, None, (True, True)),
        ({"FORCE_COLOR": ""}, None, (True, False)),
        ({"FORCE_COLOR": "1"}, False, (False, False)),
        ({"NO_COLOR": "1"}, True, (True, True)),
    ],
)
def test_colour(on_terminal, monkeypatch, environment, flag, colored):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    render.configure(color=flag)
    pipe = io.StringIO()
    render.rows([{"title": "Heat"}], TITLE, Format.TABLE, stream=pipe)
    text = on_terminal(80, lambda stream: render.rows([{"title": "Heat"}], TITLE, Format.TABLE, stream=stream))
    assert ("\x1b" in text, "\x1b" in pipe.getvalue()) == colored


def test_colour_is_decided_for_each_stream(pseudo_terminal, monkeypatch, capsys):
    terminal = pseudo_terminal(80)
    monkeypatch.setattr(sys, "stderr", terminal.stream)
    render.rows([{"title": "Heat"}], TITLE, Format.TABLE)
    assert capsys.readouterr().out == "title\nHeat\n"
    render.warn("careful")
    assert terminal.text() == "\x1b[1;33mwarning:\x1b[0m careful\n"


@pytest.mark.parametrize("output_format", [Format.TABLE, Format.JSON, Format.JSONL, Format.CSV])
def test_hostile_titles_do_not_steer_the_terminal(on_terminal, output_format):
    title = "\x1b]0;owned\x07A\x9b2J\rB\x08\u202e"
    hostile = {"title": title, "people": [{"name": "\x1b[31m", "ro\x1ble": "\x90"}]}
    columns = (Column("title", "title"), Column("people", "people", show=lambda people: people[0]["name"]))
    for print_to in (
        lambda stream: render.rows([hostile], columns, output_format, stream=stream),
        lambda stream: render.one(hostile, output_format, title=title, stream=stream),
    ):
        text = on_terminal(80, print_to)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", re.sub("\x1b\\[1m|\x1b\\[0m", "", text))


def test_a_terminal_without_unicode_gets_escapes(pseudo_terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown = []
    for output_format in Format:
        terminal = pseudo_terminal(80, encoding="latin-1")
        render.rows([{"title": "東京"}, {"title": "Amélie"}], TITLE, output_format, stream=terminal.stream)
        shown.append(terminal.text())
    assert shown == [
        "title\n------\n\\u6771\\u4eac\nAmélie\n",
        '[\n{"title": "\\u6771\\u4eac"},\n{"title": "Am\\u00e9lie"}\n]\n',
        '{"title": "\\u6771\\u4eac"}\n{"title": "Am\\u00e9lie"}\n',
        "title\n\\u6771\\u4eac\nAmélie\n",
    ]


def test_messages(capsys):
    render.note("3 movies\nremoved")
    render.warn("[bold]old\x1b[31m file")
    render.failure(NotFound("No movie fits \x9b2J.", "Look with `movie search`."), as_json=False)
    render.failure(CinemactlError("It failed."), as_json=False)
    assert capsys.readouterr().err.splitlines() == [
        "3 movies",
        "removed",
        "warning: [bold]old[31m file",
        "error: No movie fits 2J.",
        "hint: Look with `movie search`.",
        "error: It failed.",
    ]


def test_failure_as_json(capsys):
    render.failure(NotFound("No movie “é\x1b\udcff”.", "Look."), as_json=True)
    assert capsys.readouterr().err == (
        '{"error": {"code": "not-found", "message": "No movie “é\\u001b\\ufffd”.", "hint": "Look."}}\n'
    )


def test_quiet_silences_notes_only(capsys):
    render.configure(quiet=True)
    render.note("hidden")
    render.warn("seen")
    render.failure(CinemactlError("seen too"), as_json=False)
    assert capsys.readouterr().err == "warning: seen\nerror: seen too\n"


def test_dry():
    assert (render.dry(dry_run=True), render.dry(dry_run=False)) == (" (dry run)", "")
