"""A movie as a vector: what is said of it, block by block, so that the product of two says how alike they are.

What a movie is described by falls into blocks: its directors, its cast, its genres, its keywords and so on. In a block a
feature counts by how rare it is (TF-IDF) and the block has length 1; a block that is missing is 0. Blocks are weighted so
that a movie of which everything is known has length 1. The product of two movies is then a sum over what they share.

People are kept one by one, so that what they contribute is exact. All else, the content, is put into a short dense vector
by a sparse signed random projection (Li, Hastie and Church 2006), which an index can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import log, sqrt

# Director and cast decide; what else counts, and how much, was found by trying.
PEOPLE: Mapping[str, float] = {"director": 1.0, "cast": 1.0, "writer": 0.5}
CONTENT: Mapping[str, float] = {
    "genre": 1.0,
    "keyword": 1.0,
    "year": 0.5,
    "synopsis": 0.5,
    "certificate": 0.3,
    "title": 0.2,
}
WEIGHTS: Mapping[str, float] = {**PEOPLE, **CONTENT}
LENGTH = sqrt(sum(weight**2 for weight in WEIGHTS.values()))
DIMENSIONS = 64
EXPORTED = 2 * DIMENSIONS
MARKS = 4

# A five-year span counts fully in its middle year, and the spans beside it the less the farther they are.
SPAN = 5

# The number that no feature has: its count is how many movies were counted.
EVERY = 0

# By block, how much each feature was said: {"genre": {"Drama": 1.0}, "director": {"42": 1.0}}; people by their ids.
Features = Mapping[str, Mapping[str, float]]

# What each feature, by block and value, contributes to a movie's vector.
Parts = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Vector:
    """A movie's vector: `people` by the number of what each did, and the projected `content` of DIMENSIONS numbers."""

    people: dict[int, float]
    content: list[float]


def vector_of(features: Features, counts: Mapping[int, int]) -> Vector:
    """Return a movie's vector; `counts` is what `counted` gave.

    A feature that was never counted is taken for as rare as can be.
    """
    parts = weighted(features, counts)
    people = {number_of(block, value): part for (block, value), part in parts.items() if block in PEOPLE}
    content = [(marks_of(block, value), part) for (block, value), part in parts.items() if block in CONTENT]
    return Vector(people, _projected(content))


def weighted(features: Features, counts: Mapping[int, int]) -> Parts:
    """Return the part of each feature, before any projection: the product of two movies is the sum over those in both."""
    movies = 1 + counts.get(EVERY, 0)
    found: dict[tuple[str, str], float] = {}
    for block, weight in WEIGHTS.items():
        values = features.get(block)
        if not values:
            continue
        rated = [
            (value, said * log(1 + movies / (1 + counts.get(number_of(block, value), 0))))
            for value, said in values.items()
        ]
        scale = weight / LENGTH / sqrt(sum(part * part for _, part in rated))
        for value, part in rated:
            found[block, value] = part * scale
    return found


def in_common(one: Parts, other: Parts) -> Parts:
    """Return what each feature in both contributes to the product of two movies."""
    fewer, more = sorted((one, other), key=len)
    return {key: part * more[key] for key, part in fewer.items() if key in more}


def exported(vector: Vector) -> list[float]:
    """Return a vector as EXPORTED numbers for a store that knows dense ones alone: the content, then people projected."""
    return vector.content + _projected(
        (marks_of("person", str(number)), part) for number, part in vector.people.items()
    )


def number_of(block: str, value: str) -> int:
    """Return the number that a feature is stored by: 32 bits with sign, the same on every machine."""
    return _coded(f"{block}:{value}")[0]


def marks_of(block: str, value: str) -> tuple[int, ...]:
    """Return where a feature is put in a dense vector: places, or their complements where it is subtracted."""
    return _coded(f"{block}:{value}")[1]


def year_features(year: int) -> Iterator[tuple[str, float]]:
    """Yield the five-year spans about a year, so that near years have some in common."""
    span = year // SPAN
    for start in range((span - 1) * SPAN, (span + 2) * SPAN, SPAN):
        yield str(start), 1 - abs(start + SPAN // 2 - year) / (2 * SPAN)


def counted(movies: Iterable[Features], *, times: int = 1) -> dict[int, int]:
    """Return in how many movies each feature is, by number, and under EVERY how many there were, each `times` over.

    Features of one movie alone are left out: not being counted says the same.
    """
    found: dict[int, int] = {}
    every = 0
    for features in movies:
        every += 1
        for block, values in features.items():
            for value in values:
                number = number_of(block, value)
                found[number] = found.get(number, 0) + 1
    return {number: count * times for number, count in found.items() if count > 1} | {EVERY: every * times}


def _projected(parts: Iterable[tuple[tuple[int, ...], float]]) -> list[float]:
    found = [0.0] * DIMENSIONS
    for marks, part in parts:
        value = part / sqrt(MARKS)
        for mark in marks:
            if mark < 0:
                found[~mark] -= value
            else:
                found[mark] += value
    return found


@lru_cache(maxsize=300_000)
def _coded(key: str) -> tuple[int, tuple[int, ...]]:
    """Return a feature's number and its marks in a dense vector: a place, or its complement where it is subtracted."""
    digest = blake2b(key.encode(errors="replace"), digest_size=4 + 2 * MARKS).digest()
    number = int.from_bytes(digest[:4], "big", signed=True) or 1
    marks = [int.from_bytes(digest[start : start + 2], "big") for start in range(4, len(digest), 2)]
    return number, tuple(~(mark // 2 % DIMENSIONS) if mark % 2 else mark // 2 % DIMENSIONS for mark in marks)
