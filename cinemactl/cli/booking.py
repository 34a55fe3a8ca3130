"""`cinemactl booking ...`: by what right a movie is shown, and whether the distributor's terms are kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli import booking_keys, edge, render
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.place_fields import SiteOption
from cinemactl.cli.render import Column, Format
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Bookings: the right to show a movie, its terms and keys.")
app.add_typer(booking_keys.app, name="key")

COLUMNS = (
    Column("id", "id", justify="right"),
    Column("title", "movie", least=16),
    Column("site", "site", least=12),
    Column("starts_on", "from"),
    Column("ends_on", "until"),
    Column("distributor", "distributor"),
    Column("terms", "terms", below=True, show=lambda terms: "; ".join(one["line"] for one in terms)),
)
FIELDS = ("id", "movie_id", "title", "site", "starts_on", "ends_on", "distributor", "note", "terms")
TERM_COLUMNS = (Column("number", "no", justify="right"), Column("clause", "clause"), Column("line", "line"))
REPORT_COLUMNS = (
    Column("title", "movie", least=16),
    Column("week", "week"),
    Column("clause", "clause"),
    Column("outcome", "outcome"),
    Column("found", "found"),
    Column("wanted", "wanted"),
    Column("short_by", "short by", justify="right", spare=2),
    Column("unit", "of", spare=1),
    Column("screenings", "screenings", below=True, show=lambda them: ", ".join(str(one["id"]) for one in them)),
    Column("due", "due", justify="right"),
    Column("penalty", "penalty", below=True),
)
REPORT_FIELDS = (
    *("booking_id", "movie_id", "title", "site", "week", "week_number", "clause", "outcome", "wanted", "found"),
    *("short_by", "unit", "screenings", "penalty", "admissions", "gross", "due"),
)

BookingArgument = Annotated[str, typer.Argument(metavar="BOOKING", help="The number of a booking.")]
FromOption = Annotated[str | None, typer.Option("--from", help="Its first day.", metavar="DATE", show_default=False)]
UntilOption = Annotated[str | None, typer.Option("--until", help="Its last day.", metavar="DATE", show_default=False)]
DistributorOption = Annotated[str | None, typer.Option(help="Who it is booked from.", metavar="NAME")]
NoteOption = Annotated[str | None, typer.Option(help="Anything to remember.", metavar="TEXT")]
TermOption = Annotated[
    list[str] | None,
    typer.Option("--term", help='A clause, as in "minimum-weeks 4"; see `booking terms --help`.', metavar="CLAUSE"),
]
TermsFileOption = Annotated[
    Path | None, typer.Option("--terms", help="Clauses as a JSON array; - is stdin.", metavar="FILE")
]


@app.command()
def add(
    movie: MovieArgument,
    *,
    site: SiteOption = None,
    from_: FromOption = None,
    until: UntilOption = None,
    distributor: DistributorOption = None,
    note: NoteOption = None,
    term: TermOption = None,
    terms: TermsFileOption = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Book a movie at a site.

    cinemactl booking add Heat --from 2026-12-03 --until 2026-12-30 --term "minimum-weeks 4" --term "screen largest"
    """
    from cinemactl.programme.bookings import bookings

    fields = _fields(from_, until, distributor, note)
    clauses = _terms(term, terms) or []
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import find
        from cinemactl.programme import places

        booked, where = find.find_movie(session, movie), places.the_site(session, site)
        shown = bookings.document(session, bookings.add_booking(session, booked, where, fields, clauses))
    if render.wanted(format):
        _show(shown, format)
    render.note(f"Booked{render.dry(dry_run)}: {shown['title']} at {shown['site']}, booking {shown['id']}.")


@app.command(name="list")
def list_(
    *,
    site: SiteOption = None,
    movie: Annotated[str | None, typer.Option(help="Only this movie's.", metavar="MOVIE")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Only those that last to this day.", metavar="DATE", show_default=False)
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", help="Only those that have begun by this day.", metavar="DATE", show_default=False),
    ] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List bookings, by site and first day."""
    from cinemactl.programme.bookings import bookings

    with edge.unit_of_work() as session:
        from cinemactl.catalogue import find
        from cinemactl.programme import places

        found = bookings.list_bookings(
            session,
            site=None if site is None else places.find_site(session, site),
            movie=None if movie is None else find.find_movie(session, movie),
            first=None if from_ is None else bookings.day_of(from_),
            last=None if until is None else bookings.day_of(until),
        )
        count = render.rows(found, COLUMNS, format, fields=FIELDS)
    if not count:
        render.note("There is no such booking.")


@app.command()
def show(booking: BookingArgument, *, format: FormatOption = Format.TABLE) -> None:
    """Show one booking with its terms."""
    with edge.unit_of_work() as session:
        from cinemactl.programme.bookings import bookings

        shown = bookings.document(session, bookings.find_booking(session, booking))
    _show(shown, format)


@app.command()
def edit(
    booking: BookingArgument,
    *,
    from_: FromOption = None,
    until: UntilOption = None,
    distributor: DistributorOption = None,
    note: NoteOption = None,
    clear: Annotated[
        list[str] | None, typer.Option(help="Empty a field: until, distributor, note.", metavar="FIELD")
    ] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Change what is given of a booking; `booking terms` changes its terms.

    cinemactl booking edit 7 --until 2027-01-06
    """
    from cinemactl.programme.bookings import bookings

    fields = _fields(from_, until, distributor, note)
    cleared = ["ends_on" if field == "until" else field for field in clear or []]
    if strange := [field for field in cleared if field not in bookings.CLEARABLE]:
        raise UsageRefused(f"A booking's {strange[0]!r} cannot be emptied.", "What can be: until, distributor, note.")
    if not fields.given() and not cleared:
        raise UsageRefused("Nothing to change was given.", "See `cinemactl booking edit --help`.")
    with edge.unit_of_work(dry_run=dry_run) as session:
        found = bookings.find_booking(session, booking)
        changed = bookings.edit_booking(session, found, fields, clear=cleared)
        shown = bookings.document(session, found)
    if render.wanted(format):
        _show(shown, format)
    render.note(f"{'Changed' if changed else 'Unchanged'}{render.dry(dry_run)}: booking {shown['id']}.")


@app.command()
def remove(booking: BookingArgument, *, yes: YesOption = False, dry_run: DryRunOption = False) -> None:
    """Remove a booking."""
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme.bookings import bookings

        found = bookings.find_booking(session, booking)
        shown = bookings.document(session, found)
        edge.confirm(f"Remove the booking of {shown['title']} at {shown['site']}?", yes=yes or dry_run)
        bookings.remove_booking(session, found)
    render.note(f"Removed{render.dry(dry_run)}: booking {shown['id']}, {shown['title']} at {shown['site']}.")


@app.command()
def terms(
    booking: BookingArgument,
    *,
    add: Annotated[list[str] | None, typer.Option("--add", help="Add a clause.", metavar="CLAUSE")] = None,
    drop: Annotated[
        list[int] | None, typer.Option("--drop", min=1, help="Take the clause of this number away.", metavar="N")
    ] = None,
    from_file: Annotated[
        Path | None, typer.Option("--set", help="Take these in place of all: a JSON array; - is stdin.", metavar="FILE")
    ] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show the terms of a booking, or change them.

    Shows: shows-a-day 3; shows-a-day exactly 5; every-show-every-day; times 14:00 20:00;
    time-window 14:00-22:00; matinees 2, before 17:00; evenings 2, from 18:00, a week.

    Screens: screen largest; screen Saal 1, 3 a day; screen largest, only; exclusive-screen, in week 1.

    The rest: minimum-weeks 4; share 65 60 55; penalty TEXT.

    Most may go on with `, in weeks 1-4`, and each may end with `, penalty TEXT`.

    cinemactl booking terms 7 --add "screen largest, in weeks 1-4, penalty 5 % more for a dropped show"
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.programme.bookings import bookings

        found = bookings.find_booking(session, booking)
        kept = found.terms if from_file is None else _terms(None, from_file) or []
        if missing := [number for number in drop or [] if number > len(kept)]:
            raise UsageRefused(f"Booking {found.id} has no clause {missing[0]}.", f"It has {len(kept)}.")
        wanted = [one for number, one in enumerate(kept, 1) if number not in (drop or [])] + (add or [])
        changed = bookings.edit_booking(session, found, bookings.BookingFields(), terms=wanted)
        shown = bookings.document(session, found)
    numbered = [{"number": number, **clause} for number, clause in enumerate(shown["terms"], 1)]
    if not (add or drop or from_file) or render.wanted(format):
        render.rows(numbered, TERM_COLUMNS, format)
    if add or drop or from_file:
        render.note(
            f"{'Changed' if changed else 'Unchanged'}{render.dry(dry_run)}: the terms of booking {shown['id']}."
        )
    elif not numbered:
        render.note(f"Booking {shown['id']} has no terms but its window.")


@app.command()
def report(
    booking: Annotated[
        str | None, typer.Argument(metavar="BOOKING", help="Only this booking, in all its weeks so far.")
    ] = None,
    *,
    week: Annotated[
        str | None, typer.Option(help="The cinema week (default: this one).", metavar="WEEK", show_default=False)
    ] = None,
    site: SiteOption = None,
    broken: Annotated[bool, typer.Option("--broken", help="Only the clauses that are not met.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Say of each booking and clause whether it is met, by how much it is not, and which screening breaks it.

    cinemactl booking report --week 2026-W49
    """
    with edge.unit_of_work() as session:
        from cinemactl.programme.bookings import report as reporting

        lines = reporting.report(session, booking=booking, site=site, week=week, broken=broken)
        count = render.rows(lines, REPORT_COLUMNS, format, fields=REPORT_FIELDS)
    if not count:
        render.note("No clause is broken." if broken else "No booking has a day then.")


def _fields(from_: str | None, until: str | None, distributor: str | None, note: str | None) -> Any:  # noqa: ANN401  (loaded when called)
    from cinemactl.programme.bookings import bookings

    return bookings.BookingFields(
        starts_on=None if from_ is None else bookings.day_of(from_),
        ends_on=None if until is None else bookings.day_of(until),
        distributor=None if distributor is None else bookings.text_of("distributor", distributor),
        note=None if note is None else bookings.text_of("note", note),
    )


def _terms(lines: list[str] | None, file: Path | None) -> list[str | Mapping[str, Any]] | None:
    """Return clauses from a file, then those given on lines; raises UsageRefused for a file that has none."""
    if file is None:
        return list(lines) if lines is not None else None
    try:
        found = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageRefused(f"{file} cannot be read ({error.strerror or error}).", "Name a file of clauses.") from error
    except (ValueError, RecursionError) as error:
        told = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise UsageRefused(f"{file} is no JSON ({told}).", "Write an array of clauses.") from error
    if not isinstance(found, list) or not all(isinstance(one, str | dict) for one in found):
        raise UsageRefused(f"{file} has no array of clauses.", 'Write one such as ["minimum-weeks 4"].')
    return [*found, *(lines or [])]


def _show(shown: Mapping[str, Any], format: Format) -> None:
    if format is Format.TABLE:
        shown = {**shown, "terms": [one["line"] for one in shown["terms"]]}
    render.one(shown, format, title=f"{shown['title']} at {shown['site']}")
