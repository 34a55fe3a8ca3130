"""One way in and one ladder out: whatever happens ends as a sentence and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer
import typer.main

from cinemactl import __version__
from cinemactl.cli import edge, render
from cinemactl.cli.nouns import NounGroup
from cinemactl.errors import CinemactlError, ExitCode, Interrupted, UsageRefused

VALUE_OPTIONS = ("--database-url", "--redis-url", "--home", "--config")
FLAG_OPTIONS = ("--quiet", "-q", "--debug", "--no-color")

app = typer.Typer(
    cls=NounGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done · 1 failed · 2 usage · 3 not found · 4 conflict · 5 a server cannot be reached · "
    "6 done, but rows were set aside · 130 interrupted.",
)


def _version(value: bool) -> None:  # noqa: FBT001  (a Typer callback)
    if value:
        sys.stdout.write(f"cinemactl {__version__}\n")
        raise typer.Exit


@app.callback()
def _global_options(
    database_url: Annotated[
        str | None, typer.Option(help="PostgreSQL of your own (default: the embedded one).", metavar="URL")
    ] = None,
    redis_url: Annotated[
        str | None, typer.Option(help="Redis or Valkey of your own (default: the embedded one).", metavar="URL")
    ] = None,
    home: Annotated[str | None, typer.Option(help="Folder of the embedded servers and the media.")] = None,
    config: Annotated[str | None, typer.Option(help="Settings file, TOML.", metavar="FILE")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress on stderr.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001  (main reads it)
    version: Annotated[  # noqa: ARG001  (eager)
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Run a cinema's programme from the command line: catalogue, imports, timetable, ratings, recommendations.

    The options below may stand anywhere on the line. Data goes to stdout, all else to stderr; every command that shows
    data takes --format table|json|jsonl|csv, and --json for short.
    """
    render.configure(quiet=quiet, color=False if no_color else None)
    edge.configure({"database_url": database_url, "redis_url": redis_url, "home": home, "config": config})


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code; nothing is raised."""
    given = list(sys.argv[1:] if argv is None else argv)
    if os.environ.get("_CINEMACTL_COMPLETE"):
        app(given, prog_name="cinemactl")
        return ExitCode.DONE
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (lives as long as the process)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (as above)
    arguments = _arranged(given)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return ExitCode.BROKEN_PIPE
    except BaseException as error:  # noqa: BLE001  (the one ladder)
        if "--debug" in arguments and not isinstance(error, (typer.TyperException, KeyboardInterrupt)):
            import traceback  # noqa: PLC0415  (only here)

            traceback.print_exc()
        expected = _expected(error)
        if isinstance(expected, Interrupted):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            sys.stdout.flush()
            render.failure(expected, as_json="--format=json" in arguments or "--format=jsonl" in arguments)
        except OSError:
            _discard_output()
        return expected.exit_code
    else:
        return code


def _run(arguments: list[str]) -> int:
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise UsageRefused("An argument is not valid UTF-8.", "Give text in UTF-8.")
    command = typer.main.get_command(app)
    try:
        with command.make_context("cinemactl", arguments) as context:
            result = command.invoke(context)
    except typer.Exit as exit_:
        return exit_.exit_code
    return result if isinstance(result, int) else ExitCode.DONE


def _expected(error: BaseException) -> CinemactlError:
    """Return the error to show for whatever ended the command."""
    if isinstance(error, CinemactlError):
        return error
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return Interrupted()
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "cinemactl"
        message = " ".join(error.format_message().split())
        return UsageRefused(message or "The command is not complete.", f"See `{path} --help`.")
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        return CinemactlError(
            f"The file system refuses{where}: {error.strerror or error}.", "Mend that and run it again."
        )
    return CinemactlError(
        f"Something unexpected happened: {type(error).__name__}: {' '.join(str(error).split())[:300]}.",
        "This is a fault of cinemactl; run it again with --debug and report what that shows.",
    )


def _arranged(arguments: list[str]) -> list[str]:
    """Move the global options, wherever they stand, to the front, and spell --json out as --format=json."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument in FLAG_OPTIONS or argument.partition("=")[0] in VALUE_OPTIONS:
            front.append(argument)
            if argument in VALUE_OPTIONS:
                front += [value for value in [next(remaining, None)] if value is not None]
        elif argument == "--json":
            rest.append("--format=json")
        elif argument == "--format":
            rest.append(f"--format={next(remaining, '')}")
        else:
            rest.append(argument)
    return front + rest


def _discard_output() -> None:
    """Point stdout at nothing, so that Python does not complain about the pipe once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
