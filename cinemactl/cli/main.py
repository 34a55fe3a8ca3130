"""One way in and one ladder out: whatever happens ends as a sentence and an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from typing import Annotated, TextIO

import typer
import typer.main

from cinemactl import __version__
from cinemactl.cli import arguments, edge, render
from cinemactl.cli.nouns import NounGroup
from cinemactl.errors import CinemactlError, ExitCode, Interrupted, UsageRefused

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

app = typer.Typer(
    cls=NounGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done · 1 failed · 2 usage · 3 not found · 4 conflict · 5 a server cannot be reached · "
    "6 done, but rows were set aside · 130 interrupted.",
)


def _version(value: bool) -> None:  # noqa: FBT001  (Typer calls it so)
    if value:
        sys.stdout.write(f"cinemactl {__version__}\n")
        raise typer.Exit


@app.callback()
def _global_options(
    context: typer.Context,
    *,
    database_url: Annotated[
        str | None, typer.Option(help="PostgreSQL of your own (default: the embedded one).", metavar="URL")
    ] = None,
    redis_url: Annotated[
        str | None, typer.Option(help="Redis or Valkey of your own (default: the embedded one).", metavar="URL")
    ] = None,
    home: Annotated[
        str | None, typer.Option(help="Folder of the embedded servers and the media.", metavar="FOLDER")
    ] = None,
    config: Annotated[str | None, typer.Option(help="Settings file, TOML.", metavar="FILE")] = None,
    lock: Annotated[
        str | None,
        typer.Option(help="Do nothing when the last run under this lock, or its job, is still going.", metavar="NAME"),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(help="Seconds to wait for a job at most; it goes on.", metavar="SECONDS", min=0)
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No notes, no progress, no report of what went well.")
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001  (the ladder looks for the word)
    version: Annotated[  # noqa: ARG001  (its callback does it)
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Run a cinema's programme from the command line: catalogue, imports, timetable, ratings, recommendations.

    The options below may stand anywhere on the line. Data goes to stdout, all else to stderr; every command that shows
    data takes --format table|json|jsonl|csv, and --json for short.
    """
    render.configure(quiet=quiet, color=False if no_color else None)
    edge.configure({"database_url": database_url, "redis_url": redis_url, "home": home, "config": config})
    edge.configure_run(lock=lock, timeout=timeout)
    if lock is not None and (going := context.with_resource(edge.locked(lock))):
        render.note(f"Skipped: {going} ({lock}).")
        raise typer.Exit(ExitCode.DONE)


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code; nothing is raised."""
    given = list(sys.argv[1:] if argv is None else argv)
    if os.environ.get("_CINEMACTL_COMPLETE"):
        app(given, prog_name="cinemactl")
        return ExitCode.DONE
    _occupy_closed_streams()
    edge.begin()
    try:
        code = _run(given)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  (the one ladder)
        return _ended(error, given)
    return code


def _run(given: list[str]) -> int:
    words = arguments.arranged(given)
    if arguments.has_flag(given, "--no-color"):
        os.environ["NO_COLOR"] = "1"  # for the help pages, which Typer draws
    command = typer.main.get_command(app)
    try:
        with command.make_context("cinemactl", words) as context:
            result = command.invoke(context)
    except typer.Exit as exit_:
        return exit_.exit_code
    return result if isinstance(result, int) else ExitCode.DONE


def _ended(error: BaseException, given: list[str]) -> int:
    """Say what ended the command and return the exit code for it."""
    if _is_broken_pipe(error):
        _discard(sys.stdout)
        return ExitCode.BROKEN_PIPE
    as_json = arguments.wants_json(given)
    if _has_shown_help(error) and not as_json:
        return ExitCode.USAGE
    expected = _expected(error)
    if isinstance(expected, Interrupted):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        sys.stdout.flush()
    except OSError:
        _discard(sys.stdout)
    try:
        if arguments.has_flag(given, "--debug") and not isinstance(error, (typer.TyperException, KeyboardInterrupt)):
            import traceback

            traceback.print_exception(error)
        render.failure(expected, as_json=as_json)
    except OSError:  # nobody listens on stderr either
        _discard(sys.stderr)
    return expected.exit_code


def _expected(error: BaseException) -> CinemactlError:
    """Return the error to show for whatever ended the command."""
    if isinstance(error, CinemactlError):
        return error
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return Interrupted(*edge.interrupted())
    if isinstance(error, typer.TyperException):
        return _usage_refused(error)
    if isinstance(error, OSError):
        return _refused_by_the_system(error)
    return CinemactlError(
        f"Something unexpected happened: {type(error).__name__}: {' '.join(str(error).split())[:300]}.",
        "This is a fault of cinemactl; run it again with --debug and report what that shows.",
    )


def _usage_refused(error: typer.TyperException) -> UsageRefused:
    context = getattr(error, "ctx", None)
    hint = f"See `{context.command_path if context else 'cinemactl'} --help`."
    message = " ".join(error.format_message().split()).replace("Value error, ", "")
    if near := getattr(error, "possibilities", None):
        message = f"{message.partition(' (')[0]}. Did you mean {_nearest(error, near)}?"
    option = getattr(error, "option_name", "")
    if option[1:].isdecimal():
        message = f"{option} begins a number below zero, which nothing takes here."
    if option == "--format":
        if context and hasattr(context.command, "commands"):
            message = ""
        elif message.startswith("No such option"):
            message = "This command has neither --format nor --json."
    message = message or "The command is not complete."
    return UsageRefused(message if message.endswith((".", "?", "!")) else f"{message}.", hint)


def _nearest(error: typer.TyperException, near: list[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(getattr(error, "option_name", ""), near, n=1)), near[0])


def _refused_by_the_system(error: OSError) -> CinemactlError:
    reason = error.strerror or str(error)
    if error.filename:
        return CinemactlError(
            f"The file system refuses {error.filename}: {reason}.", "Mend that and run the command again."
        )
    what = "What was to be written could not be" if error.errno in NO_ROOM else "The system refuses"
    kept = " What was changed before is kept." if edge.is_kept() else ""
    return CinemactlError(f"{what}: {reason}.{kept}", "Mend that and run the command again.")


def _has_shown_help(error: BaseException) -> bool:
    """Whether Typer, given no words, has printed a help page; its error then says nothing."""
    return isinstance(error, typer.TyperException) and not error.format_message()


def _is_broken_pipe(error: BaseException) -> bool:
    """Whether nobody reads the output any more; rich turns that into an exit of its own."""
    return isinstance(error, BrokenPipeError) or (
        isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError)
    )


def _occupy_closed_streams() -> None:
    """Put nothing in the place of standard streams that the caller closed, before a socket gets their number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (lives as long as the process)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (as above)


def _discard(stream: TextIO) -> None:
    """Point a stream at nothing, so that Python does not complain about it once more, or exit with 120, when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
