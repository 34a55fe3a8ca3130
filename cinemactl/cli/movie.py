"""`cinemactl movie ...`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import CLEARABLE, MovieFields
from cinemactl.catalogue.genres import genre as parse_genre
from cinemactl.catalogue.identifiers import identifier_of
from cinemactl.catalogue.places import language as parse_language
from cinemactl.cli import edge, movie_view, render
from cinemactl.cli.completion import complete_movie
from cinemactl.cli.import_file import delimiter_of, import_file
from cinemactl.cli.movie_fields import with_movie_fields
from cinemactl.cli.options import DryRunOption, FormatOption, WaitOption, YesOption
from cinemactl.cli.render import Format

app = typer.Typer(no_args_is_help=True, help="Movies: add, find, change, import, export.")

MovieArgument = Annotated[
    str,
    typer.Argument(
        metavar="MOVIE", help="An id, imdb:tt0111161, or a title such as 'Heat (1995)'.", autocompletion=complete_movie
    ),
]


@app.command()
@with_movie_fields
def add(
    title: Annotated[str, typer.Argument(help="The title.")],
    fields: MovieFields,
    *,
    another: Annotated[
        bool, typer.Option("--another", help="Add it though a movie of this title and year exists.")
    ] = False,
    if_not_exists: Annotated[
        bool, typer.Option("--if-not-exists", help="When it exists already, show that one and succeed.")
    ] = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Add a movie.

    cinemactl movie add "Heat" --year 1995 --runtime 170 --genre crime --director "Michael Mann"
    """
    fields.title = values.title(title)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.movies import add_movie, get_or_add_movie  # noqa: PLC0415  (start-up)

        if if_not_exists:
            movie, added = get_or_add_movie(session, fields)
        else:
            movie, added = add_movie(session, fields, another=another), True
        shown = document(session, movie)
    movie_view.movie(shown, format)
    render.note(f"{'Added' if added else 'Already there'}{render.dry(dry_run)}: movie {shown['id']}.")


@app.command(name="list")
def list_(
    status: Annotated[str | None, typer.Option(help="coming-up, starting, running, finished or catalogue.")] = None,
    genre: Annotated[str | None, typer.Option(help="Only this genre.")] = None,
    person: Annotated[str | None, typer.Option(help="Only movies this person worked on.", metavar="NAME")] = None,
    year: Annotated[
        str | None, typer.Option(help="One year, or a range: 1990-1999, 1990-, -1999.", metavar="YEARS")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Only movies in this language.")] = None,
    sort: Annotated[str, typer.Option(help="title, release-date, start-date or ranking.")] = "title",
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many on the page.")] = 50,
    after: Annotated[int | None, typer.Option(help="Go on after the movie with this id.", metavar="KEY")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All of them, streamed.")] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """List movies, a page at a time.

    cinemactl movie list --genre western --year 1960-1969 --sort release-date
    """
    from cinemactl.catalogue.documents import documents  # noqa: PLC0415  (start-up)
    from cinemactl.catalogue.listing import Filters, list_movies, sort_of, status_of, years_of  # noqa: PLC0415  (start-up)

    filters = Filters(
        status=status_of(status),
        genre=None if genre is None else parse_genre(genre),
        person=person,
        years=years_of(year),
        language=None if language is None else parse_language(language),
    )
    order = sort_of(sort)
    with edge.unit_of_work() as session:
        wanted = None if all_ else limit + 1
        found = documents(
            session, list_movies(session, filters, sort=order, reverse=reverse, limit=wanted, after=after)
        )
        last: list[int] = []
        count = movie_view.movies(movie_view.noting_last(found if all_ else islice(found, limit), last), format)
        more = not all_ and next(found, None) is not None
    if not count:
        render.note("No movie fits.")
    elif more:
        render.note(
            f"The first {count} are shown; the next page begins with --after {last[0]}, and --all shows them all."
        )


@app.command()
def show(movie: MovieArgument, format: FormatOption = Format.TABLE) -> None:  # noqa: A002  (the option's name)
    """Show one movie.

    cinemactl movie show imdb:tt0111161
    """
    with edge.unit_of_work() as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.find import find_movie  # noqa: PLC0415  (start-up)

        movie_view.movie(document(session, find_movie(session, movie)), format)


@app.command()
@with_movie_fields
def edit(
    movie: MovieArgument,
    fields: MovieFields,
    *,
    title: Annotated[str | None, typer.Option(help="A new title.")] = None,
    clear: Annotated[
        list[str] | None, typer.Option(help=f"Empty a field: {', '.join(CLEARABLE)}.", metavar="FIELD")
    ] = None,
    remove_id: Annotated[list[str] | None, typer.Option(help="Take an id away.", metavar="SCHEME:VALUE")] = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Change what is given, and nothing else. Lists are replaced; ids are replaced within their scheme.

    cinemactl movie edit "Heat (1995)" --runtime 170 --certificate MPA:R
    """
    fields.title = None if title is None else values.title(title)
    removed_ids = [identifier_of(text) for text in remove_id or []]
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.find import find_movie  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.movies import edit_movie  # noqa: PLC0415  (start-up)

        found = find_movie(session, movie)
        changed = edit_movie(session, found, fields, clear=clear or [], remove_ids=removed_ids)
        shown = document(session, found)
    movie_view.movie(shown, format)
    render.note(f"{'Changed' if changed else 'Unchanged'}{render.dry(dry_run)}: movie {shown['id']}.")


@app.command()
def remove(
    movie: MovieArgument,
    *,
    force: Annotated[bool, typer.Option("--force", help="Even with screenings or ratings, and these with it.")] = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Remove a movie.

    cinemactl movie remove 42 --yes
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.find import find_movie, label  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.movies import raise_if_in_use, remove_movie  # noqa: PLC0415  (start-up)

        found = find_movie(session, movie)
        if not force:
            raise_if_in_use(session, found)
        edge.confirm(f"Remove movie {found.id}, {label(found)}?", yes=yes or dry_run)
        shown = document(session, found)
        remove_movie(session, found, force=force)
    if format is not Format.TABLE:
        movie_view.movie(shown, format)
    render.note(f"Removed{render.dry(dry_run)}: movie {shown['id']}, {shown['title']}.")


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words of titles, people, keywords; typing errors are forgiven.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Search the catalogue, best first.

    cinemactl movie search shawshenk redemtion
    """
    with edge.unit_of_work() as session:
        from cinemactl.catalogue.documents import documents  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.search import search_movies  # noqa: PLC0415  (start-up)

        count = movie_view.movies(documents(session, search_movies(session, " ".join(words), limit=limit)), format)
    if not count:
        render.note("Nothing is found; fewer or other words may help.")


@app.command()
def attach(
    movie: MovieArgument,
    source: Annotated[str, typer.Argument(help="A file (- for stdin) or an http(s) URL.", metavar="FILE|URL")],
    *,
    kind: Annotated[str, typer.Option("--as", help="poster or trailer (default: by what the file is).")] = "",
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Attach a poster (JPEG, PNG, WebP) or a trailer (MP4, WebM, QuickTime, Matroska), kept by its content's hash.

    cinemactl movie attach "Heat (1995)" heat.jpg
    """
    from cinemactl.catalogue.media import attach as attach_media  # noqa: PLC0415  (start-up)

    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.find import find_movie  # noqa: PLC0415  (start-up)

        found = find_movie(session, movie)
        attached = attach_media(session, found, source, folder=edge.settings().media_folder, kind=kind, dry_run=dry_run)
        shown = document(session, found)
    movie_view.movie(shown, format)
    render.note(f"Attached{render.dry(dry_run)} as {attached}: movie {shown['id']}.")


@app.command(name="import")
def import_(
    file: Annotated[str, typer.Argument(help="A CSV file with a header; - is stdin.", metavar="FILE")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan only: say what would happen.")] = False,
    wait: WaitOption = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the file (default: found out).")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Delimiter of the file (default: found out).")] = None,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Import movies from a file. Rows that cannot be used are set aside in a file of their own (exit code 6).

    cinemactl movie import movies.csv
    """
    options = {"encoding": encoding, "delimiter": delimiter_of(delimiter)}
    import_file("movie", file, options=options, dry_run=dry_run, wait=wait, rejects=rejects, format=format)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to; - is stdout.")] = Path("-"),
    *,
    format: FormatOption = Format.CSV,  # noqa: A002  (the option's name)
) -> None:
    """Write the whole catalogue as CSV, JSON or JSON lines; `movie import` reads the CSV back.

    cinemactl movie export movies.csv
    """
    from cinemactl.catalogue.documents import documents  # noqa: PLC0415  (start-up)
    from cinemactl.catalogue.exporting import CSV_FIELDS, flat  # noqa: PLC0415  (start-up)
    from cinemactl.catalogue.listing import list_movies  # noqa: PLC0415  (start-up)

    with edge.unit_of_work() as session, render.output(file) as stream:
        found = documents(session, list_movies(session, limit=None))
        if format is Format.CSV:
            count = render.rows((flat(one) for one in found), (), format, stream=stream, fields=CSV_FIELDS)
        else:
            count = render.rows(found, movie_view.LIST_COLUMNS, format, stream=stream, fields=movie_view.FIELDS)
    render.note(f"{count} movies written.")


@app.command()
def merge(
    kept: MovieArgument,
    removed: MovieArgument,
    *,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Make one movie of two: the first keeps its values and gains what only the second has, with all that refers to it.

    cinemactl movie merge 42 4711
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.find import find_movie, label  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.merging import merge_movies  # noqa: PLC0415  (start-up)

        first, second = find_movie(session, kept), find_movie(session, removed)
        question = f"Merge movie {second.id}, {label(second)}, into movie {first.id}, {label(first)}?"
        edge.confirm(question, yes=yes or dry_run)
        removed_id = second.id
        merge_movies(session, first, second)
        shown = document(session, first)
    movie_view.movie(shown, format)
    render.note(
        f"Merged{render.dry(dry_run)} into movie {shown['id']}; `cinemactl movie unmerge {removed_id}` takes it back."
    )


@app.command()
def unmerge(
    removed: Annotated[int, typer.Argument(help="The id of the movie that a merge removed.", metavar="ID")],
    *,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,  # noqa: A002  (the option's name)
) -> None:
    """Take a merge back: both movies as they were, later edits of the kept one left alone.

    cinemactl movie unmerge 4711
    """
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.catalogue.documents import document  # noqa: PLC0415  (start-up)
        from cinemactl.catalogue.merging import unmerge_movie  # noqa: PLC0415  (start-up)

        shown = document(session, unmerge_movie(session, removed))
    movie_view.movie(shown, format)
    render.note(f"Taken back{render.dry(dry_run)}: movie {shown['id']} is there again.")
