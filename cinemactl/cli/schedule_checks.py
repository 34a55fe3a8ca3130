"""`cinemactl schedule check`: what is wrong with the programme, and what mends it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format
from cinemactl.cli.schedule_options import WeekOption
from cinemactl.errors import ExitCode, UsageRefused

COLUMNS = (
    Column("severity", ""),
    Column("rule", "check"),
    Column("site", "site"),
    Column("message", "finding", below=True),
    Column("mend", "what mends it", below=True),
    Column("screenings", "screenings", justify="right"),
)
FIELDS = ("severity", "rule", "site", "day", "message", "mend", "screenings", "numbers")


def check(
    *,
    week: WeekOption = None,
    site: Annotated[str | None, typer.Option(help="Only the screenings of this site.", metavar="SITE")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All screenings, those that are over too.")] = False,
    rule: Annotated[
        list[str] | None,
        typer.Option("--check", "--rule", help="Only this check; may be given again.", metavar="CHECK"),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", help="Say what a check is, with its numbers (at --site), and look at nothing.", metavar="CHECK"
        ),
    ] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Check the programme from today on, or a week, or all of it. Exit code 6 for warnings, 4 for errors.

    cinemactl schedule check --week 2026-W49 --site Filmhaus
    """
    if week is not None and all_:
        raise UsageRefused("--week and --all contradict each other.", "Give one of them.")
    if explain is not None:
        _explain(explain, site, format)
        return
    with edge.unit_of_work() as session:
        from cinemactl.programme import places
        from cinemactl.programme.checks.standing import check_standing

        checked = check_standing(
            session,
            site=None if site is None else places.find_site(session, site),
            week=week,
            since=None if all_ or week is not None else datetime.now(UTC),
            rules=rule,
        )
    render.rows((finding.as_json() for finding in checked.findings), COLUMNS, format, fields=FIELDS)
    warnings = len(checked.findings) - checked.errors
    looked_at = f"{checked.screenings} {'screening' if checked.screenings == 1 else 'screenings'}"
    told = f"{_count(checked.errors, 'error')}, {_count(warnings, 'warning')} in {looked_at}."
    if not checked.screenings and not all_ and week is None:
        told = "No screening is still to come; --all checks those that are over."
    render.note(told)
    if checked.findings:
        raise typer.Exit(ExitCode.CONFLICT if checked.errors else ExitCode.SET_ASIDE)


def _explain(name: str, site: str | None, format: Format) -> None:
    from cinemactl.programme.checks.explaining import explain
    from cinemactl.programme.checks.registry import check_named

    found = check_named(name)
    if site is None:
        told = explain(found)
    else:
        with edge.unit_of_work() as session:
            from cinemactl.programme import places

            told = explain(found, places.find_site(session, site))
    render.one(told, format, title=told["id"])


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number or 'no'} {what}s"
