"""`cinemactl recommend ...`: for a member, for a movie, for everybody; how it is made is in modules of its own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cinemactl.cli import edge, recommend_evaluate, recommend_rebuild, render
from cinemactl.cli.file_options import ExportFileArgument, ExportFormatOption, format_of
from cinemactl.cli.member import MemberArgument
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format
from cinemactl.errors import UsageRefused

app = typer.Typer(
    no_args_is_help=True,
    help="Recommendations: for a member, for a movie; how they are made and how good they are.",
)


class From(StrEnum):
    """What is recommended from."""

    PROGRAMME = "programme"
    CATALOGUE = "catalogue"


def _number(value: float) -> str:
    return f"{value:.4f}"


SHOWN = 3
COLUMNS = (
    Column("title", "title"),
    Column("year", "year", justify="right"),
    Column("score", "score", justify="right", show=_number),
    Column("next_screening", "next screening", show=lambda one: f"{one['local_start']} {one['site']}, {one['screen']}"),
    Column("why", "why"),
)
FIELDS = (
    "movie_id",
    "title",
    "year",
    "basis",
    "head",
    "score",
    "baseline",
    "guests",
    "because",
    "next_screening",
    "reason",
)
GUEST_COLUMNS = (
    Column("member", "member"),
    Column("name", "name"),
    Column("email", "email"),
    Column("score", "score", justify="right", show=_number),
    Column("because", "because of"),
)
EXPORT_FIELDS = (
    *("member", "name", "email", "rank", "movie_id", "title", "year", "score", "basis", "because"),
    *("site", "screen", "starts_at", "local_start"),
)

WeekOption = Annotated[
    str | None, typer.Option(help="Only what is on in this cinema week, as 2026-W49.", metavar="WEEK")
]
SiteOption = Annotated[str | None, typer.Option(help="Only what is on at this site.", metavar="SITE")]
FromOption = Annotated[
    From, typer.Option("--from", help="Of what is on, or of the whole catalogue.", case_sensitive=False)
]


@app.command(name="for")
def for_(
    member: MemberArgument,
    *,
    week: WeekOption = None,
    site: SiteOption = None,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How many.", metavar="N")] = 10,
    from_: FromOption = From.PROGRAMME,
    format: FormatOption = Format.TABLE,
) -> None:
    """Recommend movies to a member: of what is on, with the next screening of each and why.

    cinemactl recommend for anna --week 2026-W49
    """
    from cinemactl.audience import members
    from cinemactl.recommend import on, serving

    _refuse_both(from_, week, site)
    with edge.unit_of_work() as session:
        found = members.find_member(session, member)
        spans = on.spans(session, week=week, site=site)
        rows = serving.recommend_for(session, found, spans, top=top, catalogue=from_ is From.CATALOGUE)
        learned = any(row["basis"] == "ratings" for row in rows) and from_ is From.PROGRAMME
        new = serving.unlearned(session, spans) if learned else 0
    shown = [row | {"why": _why(row)} for row in rows] if format is Format.TABLE else rows
    render.rows(shown, COLUMNS, format, fields=FIELDS)
    if new:
        were = "1 movie on the programme is" if new == 1 else f"{new} movies on the programme are"
        render.note(f"{were} newer than what was learned: `cinemactl recommend rebuild` learns of them.")
    if not rows:
        render.note("Nothing is on that the member has not rated or attended.")
    elif rows[0]["reason"] == "no-model":
        render.note(
            "Nothing was learned from the ratings yet (`cinemactl recommend rebuild` does it): this is the ranking of the "
            "programme."
        )
    elif rows[0]["basis"] == "ranking":
        render.note(f"{found.handle} has rated nothing that tells a taste: this is the ranking of the programme.")


@app.command()
def guests(
    movie: MovieArgument,
    *,
    top: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many.", metavar="N")] = 50,
    format: FormatOption = Format.TABLE,
) -> None:
    """Say who should hear of a movie: the members likeliest to like it who have not rated or attended it.

    cinemactl recommend guests "Heat (1995)" --top 100
    """
    from cinemactl.catalogue import find
    from cinemactl.recommend.extra import require_numbers

    require_numbers()
    from cinemactl.recommend.everybody import guests_of

    with edge.unit_of_work() as session:
        rows = guests_of(session, find.find_movie(session, movie), top=top)
    if not render.rows(rows, GUEST_COLUMNS, format, fields=[column.name for column in GUEST_COLUMNS]):
        render.note("Nobody has rated anything that speaks for or against it.")


@app.command()
def export(
    file: ExportFileArgument = Path("-"),
    *,
    week: WeekOption = None,
    site: SiteOption = None,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How many a member.", metavar="N")] = 10,
    from_: FromOption = From.PROGRAMME,
    format: ExportFormatOption = None,
) -> None:
    """Write the recommendations for all members, as CSV or JSON lines: for newsletters.

    cinemactl recommend export letters.csv --top 3
    """
    from cinemactl.recommend import on
    from cinemactl.recommend.extra import require_numbers

    require_numbers()
    _refuse_both(from_, week, site)
    from cinemactl.recommend.everybody import recommend_all

    with edge.database(statement_seconds=0).unit_of_work() as session, render.output(file) as stream:
        spans = on.spans(session, week=week, site=site)
        rows = recommend_all(session, spans, top=top, catalogue=from_ is From.CATALOGUE)
        columns = [Column(name, name.replace("_", " ")) for name in EXPORT_FIELDS]
        count = render.rows(rows, columns, format or format_of(file), stream=stream, fields=EXPORT_FIELDS)
    render.note(f"{count} {'recommendation' if count == 1 else 'recommendations'} written.")


app.command()(recommend_rebuild.rebuild)
app.command()(recommend_rebuild.status)
app.command()(recommend_rebuild.rollback)
app.command()(recommend_evaluate.evaluate)


def _refuse_both(from_: From, week: str | None, site: str | None) -> None:
    if from_ is From.CATALOGUE and (week is not None or site is not None):
        raise UsageRefused("--week and --site are of the programme.", "Leave them out, or --from catalogue.")


def _why(row: dict[str, Any]) -> str:
    if row["basis"] == "ranking":
        return ""
    said = [
        f"{one['title']} ({one['contribution']:+.4f}{', by ' + ' and '.join(one['people']) if one['people'] else ''})"
        for one in row["because"][:SHOWN]
        if one["contribution"] > 0
    ]
    if left := [one["contribution"] for one in row["because"]][len(said) :]:
        said.append(f"{len(left)} more ({sum(left):+.4f})")
    likes = row["guests"]["likes"]
    if row["head"] in {"opening", "cold"} and likes:
        said.append(f"{likes} {'guest' if likes == 1 else 'guests'} liked it ({row['guests']['contribution']:+.4f})")
    if row["baseline"]:
        said.append(f"baseline {row['baseline']:+.4f}")
    return "; ".join(said)
