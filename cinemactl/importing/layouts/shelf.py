"""Where layouts are kept: those that come with cinemactl, and the user's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from cinemactl.importing.layouts.faults import LayoutNotFound, LayoutRefused
from cinemactl.importing.layouts.layout import Layout, layout_of

GENERIC = {
    "movie": "generic",
    "rating": "generic-ratings",
    "member": "generic-members",
    "site": "generic-sites",
    "screen": "generic-screens",
    "admission": "generic-admissions",
}
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
MOST_BYTES = 100_000
SUFFIX = ".toml"


@cache
def shipped() -> dict[str, Layout]:
    """Return the layouts that come with cinemactl, by name."""
    files = sorted(resources.files(__package__).joinpath("files").iterdir(), key=lambda file: file.name)
    read = [(file.name.removesuffix(SUFFIX), file.read_text(encoding="utf-8")) for file in files]
    return {name: layout_of(name, tomllib.loads(text)) for name, text in read}


def generic(noun: str = "movie") -> Layout:
    """Return the layout of any file of the noun's records whose headings say what is in its columns."""
    return shipped()[GENERIC[noun]]


def own(home: Path) -> dict[str, Layout]:
    """Return the user's own layouts, by name; raises LayoutRefused for one that cannot be read."""
    names = sorted(path.stem for path in folder(home).glob(f"*{SUFFIX}"))
    return {name: _read(home, name) for name in names if NAME.fullmatch(name)}


def named(home: Path, name: str) -> Layout:
    """Return the layout of a name, the user's own first; raises LayoutNotFound, LayoutRefused."""
    if NAME.fullmatch(name):
        if _path(home, name).exists():
            return _read(home, name)
        if name in shipped():
            return shipped()[name]
    names = ", ".join(sorted({*shipped(), *(path.stem for path in folder(home).glob(f"*{SUFFIX}"))}))
    raise LayoutNotFound(f"There is no layout {name[:60]!r}.", f"Those there are: {names}.")


def save(home: Path, name: str, layout: Layout) -> None:
    """Keep a layout among the user's own, whatever was kept by that name; raises LayoutRefused."""
    import tomli_w  # noqa: PLC0415  (start-up: few imports save a layout)

    savable(name)
    source = {key: value for key, value in layout.source.items() if key not in {"name", "recognise"}}
    try:
        folder(home).mkdir(parents=True, exist_ok=True)
        _path(home, name).write_text(tomli_w.dumps(source), encoding="utf-8")
    except OSError as error:
        raise LayoutRefused(f"The layout {name} cannot be saved: {error.strerror}.", f"See {folder(home)}.") from error


def savable(name: str) -> None:
    """Raise LayoutRefused when a layout cannot be called so."""
    if not NAME.fullmatch(name):
        raise LayoutRefused(
            f"A layout cannot be called {name[:60]!r}.", "Take lower-case letters, digits, - and _, such as my-list."
        )
    if name in shipped():
        raise LayoutRefused(f"The layout {name} comes with cinemactl.", "Save yours by another name.")


def folder(home: Path) -> Path:
    """Return where the user's own layouts are."""
    return home / "layouts"


def _path(home: Path, name: str) -> Path:
    return folder(home) / f"{name}{SUFFIX}"


def _read(home: Path, name: str) -> Layout:
    path = _path(home, name)
    return layout_of(name, _tables(path), f"layout file {path}")


def _tables(path: Path) -> Mapping[str, Any]:
    hint = "Mend it, or remove it."
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise LayoutRefused(f"The layout file {path} has more than {MOST_BYTES:,} bytes.", hint)
        return tomllib.loads(content.decode())
    except OSError as error:
        raise LayoutRefused(f"The layout file {path} cannot be read: {error.strerror}.", hint) from error
    except ValueError as error:  # of TOML, or of UTF-8
        raise LayoutRefused(f"The layout file {path} is no valid TOML: {error}.", hint) from error
