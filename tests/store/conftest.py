"""Homes with servers that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from store.homes import Home, new_path

from cinemactl.store.embedded import postgres


@pytest.fixture
def make_home() -> Iterator[Callable[..., Home]]:
    """Give a function that gives an empty home, which is ended after the test."""
    roots: list[Path] = []
    homes: list[Home] = []

    def make(name: str = "home") -> Home:
        roots.append(new_path())
        homes.append(Home(roots[-1] / name))
        return homes[-1]

    yield make
    for home in homes:
        home.end()
    for root in roots:
        shutil.rmtree(root)


@pytest.fixture
def empty_home(make_home: Callable[..., Home]) -> Home:
    """Give a home in which nothing was ever done."""
    return make_home()


@pytest.fixture(scope="session")
def made_home() -> Iterator[Home]:
    root = new_path()
    home = Home(root / "home")
    home.write("the first")
    yield home
    home.end()
    shutil.rmtree(root)


@pytest.fixture
def home(made_home: Home) -> Home:
    """Give a home with a running database for a test that may break it, and leaves it so that it can start again."""
    postgres.ensure_running(made_home.path)
    return made_home


@pytest.fixture(scope="session")
def running() -> Iterator[Home]:
    """Give a home with a running database for tests that leave it running."""
    root = new_path()
    home = Home(root / "home")
    postgres.ensure_running(home.path)
    yield home
    home.end()
    shutil.rmtree(root)
