"""Completing movies at the TAB key, from a small cache and never from the database."""

from __future__ import annotations


def complete_movie(incomplete: str) -> list[tuple[str, str]]:
    return []
