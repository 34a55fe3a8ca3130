"""Where every value comes from: flag, then environment, then config file, then default."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from cinemactl.addresses import POSTGRES_SCHEMES, REDIS_SCHEMES, checked, masked
from cinemactl.errors import UsageRefused

__all__ = ["ENVIRONMENT_PREFIX", "Settings", "load", "masked"]

ENVIRONMENT_PREFIX = "CINEMACTL_"
LONGEST_KEPT_DAYS = 36_500
LONGEST_IDLE_SECONDS = 31_536_000
QUEUE_NAME = re.compile(r"[!-~]{1,64}")  # it becomes part of a file's name
NOT_IN_FILE = ("config_file", "origins")
SWITCHED = ("allow_private_urls",)
SWITCHES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Settings:
    """The values a run works with. `origins` names for each where it came from."""

    home: Path
    database_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    media_folder: Path
    queue: str
    keep_imports_days: int
    worker_idle_seconds: int
    allow_private_urls: bool
    config_file: Path
    origins: Mapping[str, str] = field(repr=False)

    @property
    def embedded_postgres(self) -> bool:
        """Whether the database is the one that cinemactl starts itself."""
        return self.database_url is None

    @property
    def embedded_valkey(self) -> bool:
        """Whether the queue's server is the one that cinemactl starts itself."""
        return self.redis_url is None

    def shown(self) -> list[dict[str, Any]]:
        """Return every setting as name, value and origin, passwords masked."""
        names = [one.name for one in fields(self) if one.name != "origins"]
        return [{"name": name, "value": _shown(getattr(self, name)), "origin": self.origins[name]} for name in names]


@dataclass(frozen=True)
class _Picked:
    """A value as it was given, and by whom."""

    name: str
    value: str
    origin: str

    def refused(self, fault: str, hint: str = "") -> UsageRefused:
        return UsageRefused(f"The setting {self.name} (from {self.origin}) {fault}.", hint)


def load(flags: Mapping[str, str | None] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Gather the settings.

    `flags` are the values given on the command line by setting name; an empty or missing one counts as not given, and
    so does an empty environment variable. Raises UsageRefused for a config file or a value that cannot be used.
    """
    given = {name: value for name, value in (flags or {}).items() if value}
    environ = os.environ if environ is None else environ
    config_file, config_origin = _config_file(given, environ)
    in_file = _read_config(config_file, required=config_origin != "default")
    origins = {"config_file": config_origin}

    def pick(name: str, default: str = "") -> _Picked:
        variable = ENVIRONMENT_PREFIX + name.upper()
        picked = _Picked(name, default, "default")
        if name in given:
            picked = _Picked(name, given[name], f"flag --{name.replace('_', '-')}")
        elif environ.get(variable):
            picked = _Picked(name, environ[variable], f"environment {variable}")
        elif in_file.get(name):
            picked = _Picked(name, in_file[name], f"file {config_file}")
        origins[name] = picked.origin
        return picked

    told = pick("home")
    home = _path(told) if told.value else _default_home()
    return Settings(
        home=home,
        database_url=_url(pick("database_url"), POSTGRES_SCHEMES),
        redis_url=_url(pick("redis_url"), REDIS_SCHEMES),
        media_folder=_path(pick("media_folder", str(home / "media"))),
        queue=_queue(pick("queue", "cinemactl")),
        keep_imports_days=_number(pick("keep_imports_days", "30"), LONGEST_KEPT_DAYS),
        worker_idle_seconds=_number(pick("worker_idle_seconds", "300"), LONGEST_IDLE_SECONDS),
        allow_private_urls=_switch(pick("allow_private_urls", "no")),
        config_file=config_file,
        origins=origins,
    )


def _shown(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return masked(value) if isinstance(value, str) and "://" in value else value


def _path(picked: _Picked) -> Path:
    try:
        path = Path(picked.value).expanduser().absolute()
    except (RuntimeError, OSError) as error:  # no such user, or no working directory
        raise picked.refused(f"is {picked.value!r}, which is no usable path", "Give a path from / on.") from error
    if any(character < " " for character in picked.value):
        raise picked.refused("holds a control character", "Give another path.")
    return path


def _url(picked: _Picked, schemes: tuple[str, ...]) -> str | None:
    return checked(picked.value, picked.name.replace("_", "-"), picked.origin, schemes) if picked.value else None


def _queue(picked: _Picked) -> str:
    if not QUEUE_NAME.fullmatch(picked.value):
        raise picked.refused("takes up to 64 letters, digits and marks without spaces")
    return picked.value


def _number(picked: _Picked, largest: int) -> int:
    if re.fullmatch(r"[0-9]{1,9}", picked.value) and 1 <= int(picked.value) <= largest:
        return int(picked.value)
    raise picked.refused(f"is {picked.value[:40]!r}; it takes a whole number from 1 to {largest}")


def _switch(picked: _Picked) -> bool:
    try:
        return SWITCHES[picked.value.lower()]
    except KeyError:
        raise picked.refused(f"is {picked.value[:40]!r}; it takes yes or no") from None


def _is_root() -> bool:
    return os.geteuid() == 0


@cache
def _default_home() -> Path:
    if _is_root():
        return Path("/var/lib/cinemactl")
    from platformdirs import user_data_path  # noqa: PLC0415  (start-up: most commands are told their home)

    try:
        return user_data_path("cinemactl", appauthor=False)
    except RuntimeError:  # a user that the system does not know, as in a container
        raise UsageRefused(
            "There is no home folder of yours to keep the data in.", "Name a folder with CINEMACTL_HOME."
        ) from None


def _config_file(given: Mapping[str, str], environ: Mapping[str, str]) -> tuple[Path, str]:
    if "config" in given:
        return _path(_Picked("config", given["config"], "flag --config")), "flag --config"
    if named := environ.get("CINEMACTL_CONFIG"):
        return _path(_Picked("config", named, "environment CINEMACTL_CONFIG")), "environment CINEMACTL_CONFIG"
    return _default_config_file(), "default"


def _default_config_file() -> Path:
    if not _is_root():
        from platformdirs import user_config_path  # noqa: PLC0415  (as above)

        with suppress(RuntimeError):
            return user_config_path("cinemactl", appauthor=False) / "config.toml"
    return Path("/etc/cinemactl/config.toml")


def _read_config(path: Path, *, required: bool) -> dict[str, str]:
    """Return the settings in the file as text, the numbers among them too."""
    hint = "Mend it, or name another with --config."
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        if required:
            raise UsageRefused(f"The config file {path} does not exist.", "Name another with --config.") from None
        return {}
    except OSError as error:
        raise UsageRefused(f"The config file {path} cannot be read: {error.strerror}.", hint) from error
    except ValueError as error:  # of TOML, or of UTF-8
        raise UsageRefused(f"The config file {path} is no valid TOML: {error}.", hint) from error
    known = sorted({one.name for one in fields(Settings)} - set(NOT_IN_FILE))
    for name, value in values.items():
        if name not in known:
            raise UsageRefused(
                f"The config file {path} has the unknown setting {name!r}.", f"Settings are: {', '.join(known)}."
            )
        if not isinstance(value, str | int) or (isinstance(value, bool) and name not in SWITCHED):
            raise UsageRefused(f"The config file {path} gives {name} neither a text nor a number.", hint)
    return {name: str(value) for name, value in values.items()}
