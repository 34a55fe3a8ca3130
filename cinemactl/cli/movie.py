"""`cinemactl movie ...`: what is said of one movie, lists and search; files and merging are in modules of their own."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from cinemactl.catalogue.fields import CLEARABLE, MovieFields, clearable
from cinemactl.catalogue.genres import genre as parse_genre
from cinemactl.catalogue.identifiers import identifier_of
from cinemactl.catalogue.places import language as parse_language
from cinemactl.cli import edge, movie_files, movie_merging, movie_similar, movie_view, render
from cinemactl.cli.movie_fields import MovieArgument, title_of, with_movie_fields
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.render import Format
from cinemactl.errors import UsageRefused

app = typer.Typer(no_args_is_help=True, help="Movies: add, find, change, import, export.")


@app.command()
@with_movie_fields
def add(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The title.")],
    fields: MovieFields,
    *,
    another: Annotated[
        bool, typer.Option("--another", help="Add it though a movie of this title and year exists.")
    ] = False,
    if_not_exists: Annotated[
        bool, typer.Option("--if-not-exists", help="When it exists already, show that one and succeed.")
    ] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Add a movie.

    cinemactl movie add "Heat" --year 1995 --runtime 170 --genre crime --director "Michael Mann"
    """
    if another and if_not_exists:
        raise UsageRefused("--another and --if-not-exists contradict each other.", "Give one of them.")
    fields.title = title_of(title)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import documents, movies

        if if_not_exists:
            movie, added = movies.get_or_add_movie(session, fields)
        else:
            movie, added = movies.add_movie(session, fields, another=another), True
        shown = documents.document(session, movie)
    movie_view.outcome(shown, format)
    render.note(f"{'Added' if added else 'Already there'}{render.dry(dry_run)}: movie {shown['id']}.")


@app.command(name="list")
def list_(
    *,
    status: Annotated[
        str | None, typer.Option(help="coming-up, starting, running, finished or catalogue.", metavar="STATUS")
    ] = None,
    genre: Annotated[str | None, typer.Option(help="Only this genre.", metavar="GENRE")] = None,
    person: Annotated[str | None, typer.Option(help="Only movies this person worked on.", metavar="NAME")] = None,
    year: Annotated[
        str | None, typer.Option(help="One year, or a range: 1990-1999, 1990-, -1999.", metavar="YEARS")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Only movies in this language.", metavar="LANGUAGE")] = None,
    sort: Annotated[str, typer.Option(help="title, release-date, start-date or ranking.", metavar="KEY")] = "title",
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.", metavar="N")] = 50,
    after: Annotated[int | None, typer.Option(help="Go on after the movie with this id.", metavar="KEY")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, streamed.")] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """List movies, a page at a time.

    cinemactl movie list --genre western --year 1960-1969 --sort release-date
    """
    from cinemactl.catalogue import documents, listing

    filters = listing.Filters(
        status=listing.status_of(status),
        genre=None if genre is None else parse_genre(genre),
        person=person,
        years=listing.years_of(year),
        language=None if language is None else parse_language(language),
    )
    order = listing.sort_of(sort)
    with edge.unit_of_work() as session:
        wanted = None if all_ else limit + 1
        listed = listing.list_movies(session, filters, sort=order, reverse=reverse, limit=wanted, after=after)
        found = documents.documents(session, listed)
        last: list[int] = []
        count = movie_view.movies(movie_view.noting_last(found if all_ else islice(found, limit), last), format)
        more = not all_ and next(found, None) is not None
    if not count:
        render.note("No movie fits.")
    elif more:
        render.further(count, last[0])


@app.command()
def show(
    movie: MovieArgument,
    *,
    explain_ranking: Annotated[
        bool, typer.Option("--explain-ranking", help="Show what its ranking is made of instead.")
    ] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show one movie.

    cinemactl movie show imdb:tt0111161
    """
    with edge.unit_of_work() as session:
        from cinemactl.catalogue import documents, find

        found = find.find_movie(session, movie)
        if explain_ranking:
            from cinemactl.programme import ranking

            movie_view.ranking(ranking.explain(session, found), format)
        else:
            movie_view.movie(documents.document(session, found), format)


@app.command()
@with_movie_fields
def edit(
    movie: MovieArgument,
    fields: MovieFields,
    *,
    title: Annotated[str | None, typer.Option(help="A new title.", metavar="TITLE")] = None,
    clear: Annotated[
        list[str] | None, typer.Option(help=f"Empty a field: {', '.join(CLEARABLE)}.", metavar="FIELD")
    ] = None,
    remove_id: Annotated[list[str] | None, typer.Option(help="Take an id away.", metavar="SCHEME:VALUE")] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Change what is given, and nothing else. Lists are replaced, people in their role, ids in their scheme.

    cinemactl movie edit "Heat (1995)" --runtime 170 --certificate MPA:R
    """
    fields.title = None if title is None else title_of(title)
    cleared = [clearable(text) for text in clear or []]
    removed_ids = [identifier_of(text) for text in remove_id or []]
    if fields.is_empty() and not cleared and not removed_ids:
        raise UsageRefused("Nothing to change was given.", "See `cinemactl movie edit --help` for what can be changed.")
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import documents, find, movies

        found = find.find_movie(session, movie)
        changed = movies.edit_movie(session, found, fields, clear=cleared, remove_ids=removed_ids)
        shown = documents.document(session, found)
    movie_view.outcome(shown, format)
    render.note(f"{'Changed' if changed else 'Unchanged'}{render.dry(dry_run)}: movie {shown['id']}.")


@app.command()
def remove(
    movie: MovieArgument,
    *,
    force: Annotated[bool, typer.Option("--force", help="Even with screenings or ratings, and these with it.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Remove a movie.

    cinemactl movie remove 42 --yes
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue import documents, find, movies
        from cinemactl.programme import movie_use

        found = find.find_movie(session, movie)
        if not force:
            movie_use.raise_if_in_use(session, found)
        used = movie_use.use_of(session, found)
        also = f" and what refers to it: {used}" if used else ""
        edge.confirm(f"Remove movie {found.id}, {find.label(found)}{also}?", yes=yes or dry_run)
        shown = documents.document(session, found)
        movies.remove_movie(session, found, force=force)
    if format is not Format.TABLE:
        movie_view.movie(shown, format)
    render.note(f"Removed{render.dry(dry_run)}: movie {shown['id']}, {shown['title']}{f', {used}' if used else ''}.")


@app.command()
def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS...", help="Words of titles, people, keywords; typing errors are forgiven."),
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.", metavar="N")] = 20,
    format: FormatOption = Format.TABLE,
) -> None:
    """Search the catalogue, best first.

    cinemactl movie search shawshenk redemtion
    """
    with edge.unit_of_work() as session:
        from cinemactl.catalogue import documents
        from cinemactl.catalogue.search import search_movies

        found = search_movies(session, " ".join(words), limit=limit)
        count = movie_view.movies(documents.documents(session, found), format)
    if not count:
        render.note("Nothing is found; fewer or other words may help.")


app.command()(movie_files.attach)
app.command(name="import")(movie_files.import_)
app.command()(movie_files.export)
app.command()(movie_merging.merge)
app.command()(movie_merging.unmerge)
app.command()(movie_similar.similar)
app.command()(movie_similar.connected)
