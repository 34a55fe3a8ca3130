"""`cinemactl cron ...`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import DryRunOption, FormatOption, LogFormat, LogFormatOption, YesOption
from cinemactl.cli.render import Column, Format
from cinemactl.cli.waiting import dispatch
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Recurring work: what is done when, and who sees to it.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of the recurring work.")]

COLUMNS = (
    Column("name", "name"),
    Column("kind", "kind"),
    Column("schedule", "schedule"),
    Column("timezone", "time zone"),
    Column("enabled", "enabled"),
    Column("next_at", "next"),
    Column("last", "last", show=lambda last: _last(last)),  # noqa: PLW0108  (it is defined below)
)
NEXT_COLUMNS = (Column("name", "name"), Column("at", "at"), Column("local", "on the clock there"))


@app.command()
def run(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Run this one now instead.")] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now and end.")] = False,
    log_format: LogFormatOption = LogFormat.TEXT,
    format: FormatOption = Format.TABLE,
) -> None:
    """Do recurring work when it is due, until told to stop (Ctrl-C, SIGTERM). Any number may run: one of them leads.

    With a NAME, ask for that work once, now, and print the job's id; when its last run is still going, nothing is done.

    cinemactl cron run
    """
    if name is not None:
        _run_now(name, format)
        return
    from cinemactl.jobs.cron.leader import Cron, run_cron
    from cinemactl.jobs.logs import log_to_stderr

    log_to_stderr(log_format.value, quiet=render.is_quiet())
    if not once:
        run_cron(edge.settings())
    elif not Cron(edge.settings()).once():
        render.note("Another cron leads and does what is due.")


@app.command()
def add(
    name: NameArgument,
    *,
    schedule: Annotated[
        str,
        typer.Option(
            help='When: "minute hour day month weekday", a sixth field for seconds, or @daily.', metavar="EXPRESSION"
        ),
    ],
    kind: Annotated[str, typer.Option(help="The kind of job, such as refresh-ranking.", metavar="KIND")],
    arg: Annotated[
        list[str] | None, typer.Option(help="An argument of the job, its value JSON or text.", metavar="NAME=VALUE")
    ] = None,
    timezone: Annotated[str, typer.Option(help="The clock it goes by.", metavar="ZONE")] = "UTC",
    missed: Annotated[
        str, typer.Option(help="When due times were missed: run once for all of them, or skip.", metavar="once|skip")
    ] = "once",
    overlap: Annotated[
        str, typer.Option(help="When the last run is still going: skip, or allow both.", metavar="skip|allow")
    ] = "skip",
    queue: Annotated[str | None, typer.Option(help="The queue of its jobs.", metavar="NAME")] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Add recurring work: a job of some kind, at the times of a cron expression.

    cinemactl cron add nightly --schedule "30 4 * * *" --timezone Europe/Berlin --kind purge-jobs --arg keep_days=14
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.jobs.cron.entries import Plan, add_entry, document

        plan = Plan(
            name,
            kind,
            schedule,
            timezone=timezone,
            args=_arguments(arg or []),
            missed=missed,
            overlap=overlap,
            queue=queue,
        )
        shown = document(add_entry(session, plan))
    render.outcome(shown, format)
    render.note(f"Added{render.dry(dry_run)}: {name}.")


@app.command(name="list")
def list_(format: FormatOption = Format.TABLE) -> None:
    """List recurring work: when each is due next and what became of it last."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs.cron.entries import ENTRY_FIELDS, list_entries

        found = list_entries(session)
    if not render.rows(found, COLUMNS, format, fields=(*ENTRY_FIELDS, "last")):
        render.note("There is no recurring work; `cinemactl cron add` adds some.")


@app.command()
def remove(name: NameArgument, *, yes: YesOption = False, dry_run: DryRunOption = False) -> None:
    """Remove recurring work; a run that is still going goes on."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.jobs.cron.entries import locked_entry, remove_entry

        locked_entry(session, name)
        edge.confirm(f"Remove the recurring work {name}?", yes=yes or dry_run)
        remove_entry(session, name)
    render.note(f"Removed{render.dry(dry_run)}: {name}.")


@app.command()
def enable(name: NameArgument, format: FormatOption = Format.TABLE) -> None:
    """Have recurring work done from now on."""
    _set_enabled(name, format, enabled=True)


@app.command()
def disable(name: NameArgument, format: FormatOption = Format.TABLE) -> None:
    """Have recurring work rest; it keeps its name and its schedule."""
    _set_enabled(name, format, enabled=False)


@app.command(name="next")
def next_(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one, enabled or not.")] = None,
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1000, help="How many of each.", metavar="N")] = 5,
    after: Annotated[str | None, typer.Option(help="After this instant, ISO 8601; UTC without an offset.")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show when recurring work is due next."""
    start = None if after is None else _instant(after)
    with edge.unit_of_work() as session:
        from cinemactl.jobs.cron.entries import next_times

        found = next_times(session, name, count=count, after=start)
    if not render.rows(found, NEXT_COLUMNS, format):
        render.note("No recurring work is enabled.")


@app.command()
def export(
    *,
    systemd: Annotated[bool, typer.Option("--systemd", help="As services and timers of systemd.")] = False,
    crontab: Annotated[bool, typer.Option("--crontab", help="As lines of a crontab.")] = False,
) -> None:
    """Print the enabled recurring work for a scheduler of your own, which then calls `cinemactl cron run NAME`.

    cinemactl cron export --crontab
    """
    if systemd == crontab:
        raise UsageRefused("How to export is not clear.", "Give either --systemd or --crontab.")
    with edge.unit_of_work() as session:
        from cinemactl.jobs.cron import exporting
        from cinemactl.jobs.cron.entries import list_entries

        write = exporting.systemd if systemd else exporting.crontab
        written = write(list_entries(session), _program())
    render.line(written.rstrip("\n"))
    origins = edge.settings().origins
    if elsewhere := [
        name for name in ("database_url", "redis_url", "queue") if origins[name].startswith(("flag", "env"))
    ]:
        render.warn(
            f"What is printed does not name {', '.join(elsewhere)}, given here by flag or environment: "
            f"put that into {edge.settings().config_file}."
        )


def _run_now(name: str, format: Format) -> None:
    with edge.unit_of_work() as session:
        from cinemactl.jobs.cron.tick import run_now

        job = run_now(session, name, edge.settings().queue)
        job_id = None if job is None else job.id
    if job_id is None:
        render.note(f"{name} is skipped: its last run is still going.")
        return
    dispatch(job_id)
    if format is not Format.TABLE:
        render.one({"job_id": job_id, "name": name, "state": "queued"}, format)
    elif not render.is_quiet():
        render.line(str(job_id))


def _set_enabled(name: str, format: Format, *, enabled: bool) -> None:
    with edge.unit_of_work() as session:
        from cinemactl.jobs.cron.entries import document, set_enabled

        shown = document(set_enabled(session, name, enabled=enabled))
    if format is not Format.TABLE:
        render.one(shown, format)
    render.note(f"{name} is {'enabled' if enabled else 'disabled'}.")


def _arguments(given: list[str]) -> dict[str, Any]:
    """Return `NAME=VALUE` words as a job's arguments; raises UsageRefused."""
    found: dict[str, Any] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name.isidentifier() or name in found:
            raise UsageRefused(f"The argument {word[:80]!r} is not NAME=VALUE, each name once.")
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found


def _instant(given: str) -> datetime:
    from datetime import UTC

    try:
        instant = datetime.fromisoformat(given)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageRefused(f"{given[:40]!r} is no instant.", "Give one such as 2026-03-29T00:00+01:00.") from None


def _program() -> list[str]:
    """Return how this program is called from elsewhere, its servers given as they are given here."""
    import sys
    from pathlib import Path

    installed = Path(sys.executable).with_name("cinemactl")
    words = [str(installed)] if installed.exists() else [sys.executable, "-m", "cinemactl"]
    settings = edge.settings()
    return [
        *words,
        "--home",
        str(settings.home),
        *(("--config", str(settings.config_file)) if settings.config_file.exists() else ()),
    ]


def _last(last: dict[str, Any] | None) -> str:
    if not last:
        return ""
    return f"job {last['job_id']} {last['job_state']}" if last["job_id"] else str(last["outcome"])
