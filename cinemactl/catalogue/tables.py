"""The catalogue's tables."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from cinemactl.store.base import Base

STATUSES = ("coming-up", "starting", "running", "finished", "catalogue")
ROLES = ("director", "writer", "cast", "producer", "composer", "cinematographer", "editor")

KEY = Text(collation="C")
TEXTS = ARRAY(Text)
EMPTY = text("'{}'")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Movie(Base):
    """A work under all its titles. `status`, `first_screening_at` and `ranking` are written by the programme alone."""

    __tablename__ = "movie"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(KEY, Computed("fold(title)", persisted=True))
    original_title: Mapped[str | None]
    release_date: Mapped[date | None]
    release_year: Mapped[int | None] = mapped_column(SmallInteger)
    runtime: Mapped[int | None] = mapped_column(Integer)
    genres: Mapped[list[str]] = mapped_column(TEXTS, server_default=EMPTY)
    languages: Mapped[list[str]] = mapped_column(TEXTS, server_default=EMPTY)
    countries: Mapped[list[str]] = mapped_column(TEXTS, server_default=EMPTY)
    keywords: Mapped[list[str]] = mapped_column(TEXTS, server_default=EMPTY)
    certificate_system: Mapped[str | None]
    certificate: Mapped[str | None]
    synopsis: Mapped[str | None]
    poster: Mapped[str | None]
    trailer: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="catalogue")
    first_screening_at: Mapped[datetime | None]
    ranking: Mapped[float] = mapped_column(Double, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("runtime > 0", name="runtime"),
        CheckConstraint(
            "release_date IS NULL OR release_year = extract(year FROM release_date)::integer", name="release_year"
        ),
        CheckConstraint(_one_of("status", STATUSES), name="status"),
    )


class MovieIdentifier(Base):
    """A movie's id in somebody's scheme; no two movies share one."""

    __tablename__ = "movie_identifier"

    scheme: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"), index=True)


class MovieTitle(Base):
    """A further title of a movie."""

    __tablename__ = "movie_title"

    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(KEY, Computed("fold(title)", persisted=True), index=True)
    language: Mapped[str | None]


class Person(Base):
    """Somebody who made movies. Without an id of their own people are told apart by their name alone."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(KEY, Computed("fold(name)", persisted=True), unique=True)


class Credit(Base):
    """What a person did for a movie; `position` is the billing, from 1 in each role."""

    __tablename__ = "credit"

    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    character: Mapped[str | None]


class MovieSearch(Base):
    """What a search looks at, apart from the movie so that a new ranking does not rewrite it."""

    __tablename__ = "movie_search"

    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"), primary_key=True)
    titles: Mapped[str]
    document: Mapped[str] = mapped_column(TSVECTOR)


class SearchWord(Base):
    """A word of any title or name, for searches with typing errors; `movies` is about how many movies have it."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(KEY, primary_key=True)
    movies: Mapped[int] = mapped_column(Integer, server_default="0")
    near: Mapped[list[str] | None] = mapped_column(
        TEXTS, Computed("CASE WHEN length(word) <= 6 THEN deletions(word) END", persisted=True)
    )


class MovieMerge(Base):
    """One merge: the two movies as they were and the one that came of it, so that it can be taken back."""

    __tablename__ = "movie_merge"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"), index=True)
    removed_id: Mapped[int] = mapped_column(unique=True)
    kept_before: Mapped[dict[str, object]] = mapped_column(JSONB)
    kept_after: Mapped[dict[str, object]] = mapped_column(JSONB)
    removed: Mapped[dict[str, object]] = mapped_column(JSONB)
    merged_at: Mapped[datetime] = mapped_column(server_default=func.now())


RELEASE_KEY = func.coalesce(
    Movie.release_date,
    func.make_date(Movie.release_year, literal_column("1"), literal_column("1")),
    literal_column("'-infinity'::date"),
)
START_KEY = func.coalesce(Movie.first_screening_at, literal_column("'infinity'::timestamptz"))

Index("movie_title_key_idx", Movie.title_key, Movie.id)
Index("movie_original_title_idx", func.fold(Movie.original_title), postgresql_where=Movie.original_title.is_not(None))
Index("movie_release_idx", RELEASE_KEY.desc(), Movie.id.desc())
Index("movie_start_idx", START_KEY, Movie.id)
Index("movie_ranking_idx", Movie.ranking.desc(), Movie.id.desc())
Index("movie_status_idx", Movie.status, Movie.title_key, Movie.id, postgresql_where=Movie.status != "catalogue")
Index("movie_genres_idx", Movie.genres, postgresql_using="gin")
Index("movie_languages_idx", Movie.languages, postgresql_using="gin")
NAMES = func.ts_filter(MovieSearch.document, literal_column("'{a,b}'"))

Index("movie_search_names_idx", NAMES, postgresql_using="gin")
Index("movie_search_document_idx", MovieSearch.document, postgresql_using="gin")
Index("search_word_word_idx", SearchWord.word, postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"})
Index("search_word_near_idx", SearchWord.near, postgresql_using="gin")
