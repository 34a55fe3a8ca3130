"""`cinemactl member ...`: who rates and attends."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.audience import values
from cinemactl.cli import edge, render
from cinemactl.cli.file_options import (
    LAYOUT_OPTIONS,
    LENIENT_OPTIONS,
    TABLE_OPTIONS,
    ExportFileArgument,
    ExportFormatOption,
    FileArgument,
    PlanOnlyOption,
    RejectsOption,
    format_of,
    reading,
)
from cinemactl.cli.import_file import import_file
from cinemactl.cli.option_groups import with_options
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption, YesOption
from cinemactl.cli.paging import noting_last
from cinemactl.cli.render import Column, Format
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Members: who rates and attends, and what they like.")

COLUMNS = (
    Column("handle", "handle"),
    Column("name", "name"),
    Column("email", "email"),
    Column("ratings", "ratings", justify="right"),
    Column("id", "id", justify="right"),
)
FIELDS = ("id", "handle", "name", "email", "ratings", "created_at", "updated_at")
CLEARABLE = ("name", "email")

MemberArgument = Annotated[str, typer.Argument(metavar="MEMBER", help="A handle, or an id as in id:42.")]
NameOption = Annotated[str | None, typer.Option(help="The member's name.", metavar="NAME")]
EmailOption = Annotated[str | None, typer.Option(help="Where mail reaches the member.", metavar="ADDRESS")]


@app.command()
def add(
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="What the member is called here, once.")],
    *,
    name: NameOption = None,
    email: EmailOption = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Add a member.

    cinemactl member add anna --name "Anna Berg" --email anna@example.org
    """
    given = {"handle": values.handle(handle), **_given(name, email)}
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import members

        shown = members.document(members.add_member(session, members.MemberFields(**given)), 0)
    render.outcome(shown, format, title=shown["handle"])
    render.note(f"Added{render.dry(dry_run)}: member {shown['handle']}.")


@app.command(name="list")
def list_(
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after the member of this handle.", metavar="HANDLE")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, streamed.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List members by their handles, a page at a time."""
    with edge.unit_of_work() as session:
        from cinemactl.audience import members

        found = members.list_members(session, limit=None if all_ else limit + 1, after=after)
        last: list[dict[str, Any]] = []
        page = found if all_ else islice(found, limit)
        count = render.rows(noting_last(page, last), COLUMNS, format, fields=FIELDS)
        more = not all_ and next(found, None) is not None
    if not count:
        render.note("There is no member yet." if after is None else "There are no more.")
    elif more:
        render.further(count, last[0]["handle"])


@app.command()
def show(
    member: MemberArgument,
    *,
    profile: Annotated[
        bool, typer.Option("--profile", help="And what the member likes, from three ratings on.")
    ] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show one member.

    cinemactl member show anna --profile
    """
    with edge.unit_of_work() as session:
        from cinemactl.audience import members
        from cinemactl.audience.profile import profile as profile_of

        found = members.find_member(session, member)
        shown = members.document(found, members.rating_count(session, found))
        if profile:
            shown["profile"] = profile_of(session, found)
    render.one(shown, format, title=shown["handle"])


@app.command()
def edit(
    member: MemberArgument,
    *,
    handle: Annotated[str | None, typer.Option(help="A new handle.", metavar="HANDLE")] = None,
    name: NameOption = None,
    email: EmailOption = None,
    clear: Annotated[list[str] | None, typer.Option(help="Empty a field: name, email.", metavar="FIELD")] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Change what is given of a member, and nothing else."""
    given = _given(name, email) | ({} if handle is None else {"handle": values.handle(handle)})
    if strange := [field for field in clear or [] if field not in CLEARABLE]:
        raise UsageRefused(f"A member's {strange[0]!r} cannot be emptied.", "What can be: name, email.")
    if not given and not clear:
        raise UsageRefused(
            "Nothing to change was given.", "See `cinemactl member edit --help` for what can be changed."
        )
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import members

        found = members.find_member(session, member)
        changed = members.edit_member(session, found, members.MemberFields(**given), clear=clear or [])
        shown = members.document(found, members.rating_count(session, found))
    render.outcome(shown, format, title=shown["handle"])
    render.note(f"{'Changed' if changed else 'Unchanged'}{render.dry(dry_run)}: member {shown['handle']}.")


@app.command()
def remove(
    member: MemberArgument,
    *,
    force: Annotated[bool, typer.Option("--force", help="Even with ratings, and these with it.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Remove a member; `member forget` keeps anonymous counts of the ratings instead."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import members

        found = members.find_member(session, member)
        if not force:
            members.raise_if_in_use(session, found)
        edge.confirm(f"Remove member {found.handle}?", yes=yes or dry_run)
        members.remove_member(session, found, force=force)
    render.note(f"Removed{render.dry(dry_run)}: member {found.handle}.")


@app.command()
def forget(
    member: MemberArgument,
    *,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Erase a person for good: of the ratings nothing is kept but how many there were of each kind for each movie."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.audience import members
        from cinemactl.audience.forgetting import forget_member

        found = members.find_member(session, member)
        edge.confirm(f"Forget member {found.handle} for good?", yes=yes or dry_run)
        kept = forget_member(session, found)
    if format is not Format.TABLE:
        render.one({"anonymous_ratings": kept}, format)
    days = edge.settings().keep_imports_days
    ratings = "1 rating lives" if kept == 1 else f"{kept} ratings live"
    render.note(
        f"Forgotten{render.dry(dry_run)}; {ratings} on as anonymous counts. "
        f"Files of ratings imported in the last {days} days are kept until then and may name the member."
    )


@app.command(name="import")
@with_options(TABLE_OPTIONS | LAYOUT_OPTIONS | LENIENT_OPTIONS, "options", reading)
def import_(
    file: FileArgument,
    *,
    options: dict[str, Any],
    dry_run: PlanOnlyOption = False,
    wait: WaitOption = None,
    rejects: RejectsOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Import members from a file with the columns handle, name and email. What it does not say erases nothing.

    cinemactl member import members.csv
    """
    import_file("member", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


@app.command()
def export(
    file: ExportFileArgument = Path("-"),
    *,
    format: ExportFormatOption = None,
) -> None:
    """Write all members as CSV, JSON or JSON lines; `member import` reads the CSV back."""
    from cinemactl.audience import members

    with edge.unit_of_work() as session, render.output(file) as stream:
        found = members.list_members(session, limit=None)
        count = render.rows(found, COLUMNS, format or format_of(file), stream=stream, fields=FIELDS)
    render.note(f"{count} {'member' if count == 1 else 'members'} written.")


def _given(name: str | None, email: str | None) -> dict[str, str]:
    given = {} if name is None else {"name": values.name(name)}
    return given if email is None else given | {"email": values.email(email)}
