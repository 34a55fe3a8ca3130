"""How a movie is named and described on the command line: the options that `movie add` and `movie edit` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import MovieFields, Person, further_title
from cinemactl.catalogue.genres import genre
from cinemactl.catalogue.identifiers import identifier, identifier_of
from cinemactl.catalogue.places import certificate as certificate_of
from cinemactl.catalogue.places import country, language
from cinemactl.cli.completion import complete_movie
from cinemactl.cli.option_groups import with_options

if TYPE_CHECKING:
    from collections.abc import Callable

Text = str | None
Texts = list[str] | None

MovieArgument = Annotated[
    str,
    typer.Argument(
        metavar="MOVIE", help="An id, imdb:tt0111161, or a title such as 'Heat (1995)'.", autocompletion=complete_movie
    ),
]

OPTIONS: dict[str, Any] = {
    "original_title": Annotated[Text, typer.Option(help="Title in the country of origin.", metavar="TITLE")],
    "further_title": Annotated[
        Texts,
        typer.Option("--further-title", help="One more title, as TITLE or LANGUAGE:TITLE.", metavar="[LANGUAGE:]TITLE"),
    ],
    "release_date": Annotated[Text, typer.Option(help="First release, YYYY-MM-DD.", metavar="DATE")],
    "year": Annotated[Text, typer.Option(help="Year of release, when the date is not known.", metavar="YEAR")],
    "runtime": Annotated[Text, typer.Option(help="Minutes.", metavar="MINUTES")],
    "genre": Annotated[Texts, typer.Option(help="Genre; may be given again.", metavar="GENRE")],
    "director": Annotated[Texts, typer.Option(help="Director; may be given again.", metavar="NAME")],
    "writer": Annotated[Texts, typer.Option(help="Writer; may be given again.", metavar="NAME")],
    "cast": Annotated[
        Texts, typer.Option(help="Actor, in billing order; may be given again.", metavar="'NAME [as CHARACTER]'")
    ],
    "language": Annotated[
        Texts, typer.Option(help="Spoken language, such as en; may be given again.", metavar="LANGUAGE")
    ],
    "country": Annotated[
        Texts, typer.Option(help="Country of origin, such as US; may be given again.", metavar="COUNTRY")
    ],
    "certificate": Annotated[
        Text, typer.Option(help="Age rating with its system, such as MPA:R.", metavar="SYSTEM:VALUE")
    ],
    "synopsis": Annotated[Text, typer.Option(help="What it is about.", metavar="TEXT")],
    "keyword": Annotated[Texts, typer.Option(help="Keyword; may be given again.", metavar="WORD")],
    "poster": Annotated[Text, typer.Option(help="URL of the poster (a file: `movie attach`).", metavar="URL")],
    "trailer": Annotated[Text, typer.Option(help="URL of the trailer (a file: `movie attach`).", metavar="URL")],
    "imdb_id": Annotated[Text, typer.Option(help="IMDb id, such as tt0111161.", metavar="ID")],
    "tmdb_id": Annotated[Text, typer.Option(help="TMDB id, such as 278.", metavar="ID")],
    "id": Annotated[Texts, typer.Option("--id", help="Id in any scheme; may be given again.", metavar="SCHEME:VALUE")],
}


def with_movie_fields(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all the options above and hand them to it as one argument, `fields: MovieFields`."""
    return with_options(OPTIONS, "fields", movie_fields)(command)


def movie_fields(**given: Any) -> MovieFields:  # noqa: ANN401  (texts or lists of texts, by option)
    """Return the options' texts as values; raises ValueRefused for the first that cannot be one."""

    def one(name: str, parse: Callable[[str], Any]) -> Any:  # noqa: ANN401  (what `parse` returns)
        return None if given[name] is None else parse(given[name])

    def many(name: str, parse: Callable[[str], Any]) -> list[Any]:
        return [parse(text) for text in given[name] or []]

    system, certificate = one("certificate", certificate_of) or (None, None)
    ids = many("id", identifier_of)
    ids += [
        identifier(scheme, given[f"{scheme}_id"]) for scheme in ("imdb", "tmdb") if given[f"{scheme}_id"] is not None
    ]
    return MovieFields(
        original_title=one("original_title", title_of),
        titles=many("further_title", lambda text: further_title(one_line(text))),
        release_date=one("release_date", values.release_date),
        release_year=one("year", values.year),
        runtime=one("runtime", values.runtime),
        genres=many("genre", genre),
        people=[
            *(Person(name, "director") for name in many("director", values.person)),
            *(Person(name, "writer") for name in many("writer", values.person)),
            *(Person(name, "cast", character) for name, character in many("cast", values.cast)),
        ],
        languages=many("language", language),
        countries=many("country", country),
        certificate_system=system,
        certificate=certificate,
        synopsis=one("synopsis", values.synopsis),
        keywords=many("keyword", values.keyword),
        poster=one("poster", lambda text: values.url("poster", text)),
        trailer=one("trailer", lambda text: values.url("trailer", text)),
        ids=ids,
    )


def title_of(text: str) -> str:
    """Return a title; raises ValueRefused."""
    return values.title(one_line(text))


def one_line(text: str) -> str:
    """Return a title as it is; raises ValueRefused for one of several lines, which on a command line is a slip."""
    if len(text.strip().splitlines()) > 1:
        raise values.ValueRefused("title", text, "has a line break in it", "Give it on one line.")
    return text
