"""`cinemactl movie merge` and `unmerge`."""

from __future__ import annotations

from typing import Annotated

import typer

from cinemactl.cli import edge, movie_view, render
from cinemactl.cli.movie_fields import MovieArgument
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.render import Format


def merge(
    kept: MovieArgument,
    removed: MovieArgument,
    *,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Make one movie of two: the first keeps its values and gains what only the second has, with all that refers to it.

    cinemactl movie merge 42 4711
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import documents, find, merging

        first, second = find.find_movie(session, kept), find.find_movie(session, removed)
        question = f"Merge movie {second.id}, {find.label(second)}, into movie {first.id}, {find.label(first)}?"
        edge.confirm(question, yes=yes or dry_run or first is second)
        removed_id = second.id
        merging.merge_movies(session, first, second)
        shown = documents.document(session, first)
    movie_view.outcome(shown, format)
    back = "" if dry_run else f" `cinemactl movie unmerge {removed_id}` takes it back."
    render.note(f"Merged{render.dry(dry_run)} into movie {shown['id']}.{back}")


def unmerge(
    removed: Annotated[int, typer.Argument(help="The id of the movie that a merge removed.", metavar="ID")],
    *,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Take a merge back: both movies as they were, later edits of the kept one left alone.

    cinemactl movie unmerge 4711
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import documents, merging

        shown = documents.document(session, merging.unmerge_movie(session, removed))
    movie_view.outcome(shown, format)
    render.note(f"Taken back{render.dry(dry_run)}: movie {shown['id']} is there again.")
