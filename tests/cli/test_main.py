"""The front door: usage, help, formats, global options and how every failure ends."""

import json
import signal

import pytest
from commands import Commands

from cinemactl.cli import nouns
from cinemactl.errors import UsageRefused


@pytest.fixture
def front_door(tmp_path, capsys, monkeypatch):
    """Give the command line without any server, for what is refused or told before one is needed."""
    return Commands({"CINEMACTL_HOME": str(tmp_path), "CINEMACTL_CONFIG": ""}, capsys, monkeypatch)


@pytest.fixture(autouse=True)
def _colour_as_it_was(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")  # which --no-color sets


@pytest.fixture
def colours(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")


@pytest.mark.parametrize("words", [(), ("movie",), ("import",), ("db",), ("-q", "movie")])
def test_without_a_command_the_help_is_shown_and_nothing_called_an_error(front_door, words):
    shown = front_door(*words)
    assert shown.code == 2
    assert "Usage: cinemactl" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize("words", [(), ("movie",)])
def test_without_a_command_json_has_its_error(front_door, words):
    refused = front_door(*words, "--json")
    assert (refused.code, refused.out) == (2, "")
    assert refused.error["message"] == "The command is not complete."
    assert refused.error["hint"] == f"See `{' '.join(['cinemactl', *words])} --help`."


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("movi", "list"), "No such command 'movi'. Did you mean 'movie'?", "See `cinemactl --help`."),
        (("movie", "lst"), "No such command 'lst'. Did you mean 'list'?", "See `cinemactl movie --help`."),
        (
            ("movie", "list", "--genr", "war"),
            "No such option: --genr. Did you mean --genre?",
            "See `cinemactl movie list --help`.",
        ),
        (("movie", "show"), "Missing argument 'MOVIE'.", "See `cinemactl movie show --help`."),
        (("movie", "add"), "Missing argument 'TITLE'.", "See `cinemactl movie add --help`."),
        (("movie", "show", "1", "2"), "Got unexpected extra argument(s) (2).", "See `cinemactl movie show --help`."),
        (
            ("admission", "add", "24", "-4"),
            "-4 begins a number below zero, which nothing takes here.",
            "See `cinemactl admission add --help`.",
        ),
        (("movie", "show", "--bogus"), "No such option: --bogus.", "See `cinemactl movie show --help`."),
        (
            ("movie", "list", "--format", "yaml"),
            "Invalid value for '--format': 'yaml' is not one of 'table', 'json', 'jsonl', 'csv'.",
            "See `cinemactl movie list --help`.",
        ),
        (
            ("movie", "list", "--format"),
            "Invalid value for '--format': '' is not one of 'table', 'json', 'jsonl', 'csv'.",
            "See `cinemactl movie list --help`.",
        ),
        (("movie", "list", "--home"), "The option --home needs a value.", "See `cinemactl --help`."),
        (("db", "upgrade", "--year"), "No such option: --year.", "See `cinemactl db upgrade --help`."),
    ],
)
def test_a_usage_error_is_a_sentence_and_a_way_out(front_door, words, message, hint):
    refused = front_door(*words)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == f"error: {message}\nhint: {hint}\n"
    if "--format" not in words:
        refused = front_door("--json", *words)
        assert (refused.code, refused.out) == (2, "")
        assert json.loads(refused.err) == {"error": {"code": "usage", "message": message, "hint": hint}}


def test_every_kind_of_failure_is_one_line_of_json(cinemactl):
    cinemactl("movie", "add", "Heat")
    for words, code, name in (
        (("movie", "list", "--limit", "many"), 2, "usage"),
        (("movie", "add", ""), 2, "value-refused"),
        (("movie", "show", "nothing"), 3, "movie-not-found"),
        (("movie", "add", "Heat"), 4, "movie-exists"),
        (("movie", "remove", "Heat"), 2, "usage"),
        (("movie", "show", "Heat", "--database-url", "postgresql://nobody@127.0.0.1:1/x"), 5, "database-unavailable"),
        (("movie", "attach", "Heat", "."), 1, "media-refused"),
    ):
        for asked in (("--json",), ("--format", "JSON"), ("--format=jsonl",)):
            failed = cinemactl(*words, *asked)
            assert (failed.code, failed.out) == (code, "")
            assert failed.err.count("\n") == 1
            error = json.loads(failed.err)["error"]
            assert list(error) == ["code", "message", "hint"]
            assert error["code"] == name
            assert error["message"].endswith((".", "?"))


def test_what_nobody_expected_is_a_sentence_too(front_door, monkeypatch):
    def break_down(*_):
        raise ZeroDivisionError("\n by\nnothing")

    monkeypatch.setattr("cinemactl.cli.edge.settings", break_down)
    failed = front_door("movie", "attach", "1", "x")
    assert failed.code == 1
    assert failed.err.startswith("error: Something unexpected happened: ZeroDivisionError: by nothing.\nhint: ")
    assert front_door("movie", "attach", "1", "x", "--json").error["code"] == "failed"
    shown = front_door("movie", "attach", "1", "x", "--debug")
    assert shown.err.startswith("Traceback (most recent call last):")
    assert "break_down" in shown.err


def test_an_interrupt_says_what_became_of_the_change(cinemactl, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    try:
        with monkeypatch.context() as patch:
            patch.setattr("cinemactl.catalogue.movies.refresh_search", interrupt)
            interrupted = cinemactl("movie", "add", "Alien")
        assert (interrupted.code, interrupted.err) == (130, "error: Interrupted: nothing was changed.\n")
        monkeypatch.setattr("cinemactl.cli.movie_view.outcome", interrupt)
        interrupted = cinemactl("movie", "add", "Heat", "--json")
        assert (interrupted.code, interrupted.out) == (130, "")
        assert interrupted.error["message"] == "Interrupted; what was done before is kept."
    finally:
        signal.signal(signal.SIGINT, before)
    assert [movie["title"] for movie in cinemactl("movie", "list", "--json").json] == ["Heat"]


def test_debug_shows_where_an_expected_failure_came_from(cinemactl):
    failed = cinemactl("movie", "show", "nothing", "--debug")
    assert failed.code == 3
    assert failed.err.startswith("Traceback (most recent call last):")
    assert failed.err.endswith("hint: Look for it with `cinemactl movie search nothing`.\n")
    assert "Traceback" not in cinemactl("movie", "show", "nothing").err
    assert "Traceback" not in cinemactl("movie", "--debug", "shw").err


def test_global_options_may_stand_anywhere(cinemactl):
    heat = cinemactl("movie", "add", "--json", "Heat", "-q")
    assert heat.err == ""
    url = cinemactl.environment["CINEMACTL_DATABASE_URL"]
    for words in (
        ("--json", "--database-url", url, "movie", "show", "Heat"),
        ("movie", "--json", "--database-url", url, "show", "Heat"),
        ("movie", "show", "--format", "json", "Heat", f"--database-url={url}"),
        ("movie", "show", "Heat", "-q", "--no-color", "--database-url", url, "--format=json"),
    ):
        assert cinemactl(*words).json == heat.json


def test_behind_two_hyphens_nothing_is_an_option(cinemactl):
    added = cinemactl("movie", "add", "--json", "--", "--quiet")
    assert added.json["title"] == "--quiet"
    assert added.err == "Added: movie 1.\n"
    assert cinemactl("movie", "show", "--json", "--", "--quiet").json["id"] == 1


def test_quiet_leaves_notes_out_and_errors_in(cinemactl):
    assert cinemactl("movie", "add", "Heat").err == "Added: movie 1.\n"
    assert cinemactl("movie", "add", "Alien", "--quiet").err == ""
    assert cinemactl("movie", "list", "--limit", "1").err != ""
    assert cinemactl("movie", "-q", "list", "--limit", "1").err == ""
    assert cinemactl("movie", "show", "nothing", "-q").err.startswith("error: ")


@pytest.mark.usefixtures("colours")
def test_no_color_is_no_colour(cinemactl):
    assert cinemactl("movie", "show", "nothing").err.startswith("\x1b[1;31merror:")
    assert cinemactl("movie", "--no-color", "show", "nothing").err.startswith("error:")


@pytest.mark.parametrize("words", [("--version",), ("movie", "list", "--version"), ("--version", "--json")])
def test_the_version_is_told_anywhere(front_door, words):
    told = front_door(*words)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("cinemactl 0.")


def test_help_is_shown_whatever_else_is_on_the_line(front_door):
    for words in (("--help",), ("--json", "-h"), ("movie", "add", "--json", "--help"), ("movie", "show", "1", "-h")):
        shown = front_door(*words)
        assert (shown.code, shown.err) == (0, "")
        assert "Usage: cinemactl" in shown.out


def test_an_argument_that_is_no_text_is_refused(front_door):
    refused = front_door("movie", "add", "Am\udce9lie", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert refused.error == {
        "code": "usage",
        "message": "An argument is not valid UTF-8.",
        "hint": "Give text in UTF-8.",
    }


def test_control_characters_of_an_argument_do_not_reach_the_terminal(cinemactl):
    failed = cinemactl("movie", "show", "\x1b[31mred\u202e")
    assert failed.code == 3
    assert failed.err.replace("\n", "").isprintable()


@pytest.mark.parametrize("noun", nouns.NOUNS)
def test_every_command_says_what_it_does(noun):
    command = nouns.load(noun)
    assert nouns.NOUNS[noun][0].endswith(".")
    for verb in getattr(command, "commands", {"": command}).values():
        assert (verb.help or "").strip(), verb.name
        assert "install_completion" not in {param.name for param in verb.params}


@pytest.mark.parametrize("verb", [command.name for command in nouns.load("movie").commands.values()])
def test_every_verb_of_movies_has_an_example(verb):
    assert f"cinemactl movie {verb} " in nouns.load("movie").commands[verb].help


def test_movie_has_the_verbs_of_the_house():
    verbs = ["add", "list", "show", "edit", "remove", "search", "attach", "import", "export", "merge", "unmerge"]
    verbs += ["similar", "connected"]
    assert list(nouns.load("movie").commands) == verbs


def test_a_config_file_that_is_not_there_is_a_usage_error(front_door):
    refused = front_door("movie", "list", "--config", "no.toml")
    assert refused.code == UsageRefused.exit_code
    assert "no.toml does not exist" in refused.err
