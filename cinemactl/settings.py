"""Where every value comes from: flag, then environment, then config file, then default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cinemactl.errors import UsageRefused

ENVIRONMENT_PREFIX = "CINEMACTL_"


@dataclass(frozen=True)
class Settings:
    """The values a run works with. `origins` names for each where it came from."""

    home: Path
    database_url: str | None
    redis_url: str | None
    media_folder: Path
    queue: str
    keep_imports_days: int
    worker_idle_seconds: int
    config_file: Path
    origins: Mapping[str, str]

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
        return [
            {"name": name, "value": _shown_value(getattr(self, name)), "origin": self.origins[name]}
            for name in (field.name for field in fields(self))
            if name != "origins"
        ]


def masked(url: str) -> str:
    """Return `url` with its password, in whichever place a URL can carry one, replaced by ***."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if ":" in user:
        user = user.split(":", 1)[0] + ":***"
    query = "&".join(
        f"{pair.split('=', 1)[0]}=***" if pair.lower().startswith(("password=", "sslpassword=")) else pair
        for pair in parts.query.split("&")
    )
    return urlunsplit(parts._replace(netloc=f"{user}{at}{host}", query=query))


def load(flags: Mapping[str, str | None] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Gather the settings.

    `flags` are the values given on the command line by setting name; an empty or missing one counts as not given, and so
    does an empty environment variable. Raises UsageRefused for a config file or a value that cannot be used.
    """
    given = {name: value for name, value in (flags or {}).items() if value}
    environ = os.environ if environ is None else environ
    config_file, config_origin = _config_file(given, environ)
    in_file = _read_config(config_file, required=config_origin != "default")

    def pick(name: str, default: str) -> tuple[str, str]:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if name in given:
            return given[name], f"flag --{name.replace('_', '-')}"
        if environ.get(variable):
            return environ[variable], f"environment {variable}"
        if name in in_file:
            return str(in_file[name]), f"file {config_file}"
        return default, "default"

    picked = {
        "home": pick("home", str(_default_home())),
        "database_url": pick("database_url", ""),
        "redis_url": pick("redis_url", ""),
        "queue": pick("queue", "cinemactl"),
        "keep_imports_days": pick("keep_imports_days", "30"),
        "worker_idle_seconds": pick("worker_idle_seconds", "300"),
    }
    home = Path(picked["home"][0]).expanduser().absolute()
    picked["media_folder"] = pick("media_folder", str(home / "media"))
    origins = {name: origin for name, (_, origin) in picked.items()} | {"config_file": config_origin}
    return Settings(
        home=home,
        database_url=_url(picked["database_url"], "database-url", ("postgresql", "postgres", "postgresql+psycopg")),
        redis_url=_url(picked["redis_url"], "redis-url", ("redis", "rediss", "unix")),
        media_folder=Path(picked["media_folder"][0]).expanduser().absolute(),
        queue=picked["queue"][0],
        keep_imports_days=_positive("keep_imports_days", picked["keep_imports_days"]),
        worker_idle_seconds=_positive("worker_idle_seconds", picked["worker_idle_seconds"]),
        config_file=config_file,
        origins=origins,
    )


def _shown_value(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return masked(value) if isinstance(value, str) and "://" in value else value


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@cache
def _default_home() -> Path:
    if _is_root():
        return Path("/var/lib/cinemactl")
    from platformdirs import user_data_path  # noqa: PLC0415  (start-up: most commands are told their home)

    return user_data_path("cinemactl", appauthor=False)


def _config_file(given: Mapping[str, str], environ: Mapping[str, str]) -> tuple[Path, str]:
    if "config" in given:
        return Path(given["config"]).expanduser().absolute(), "flag --config"
    if environ.get("CINEMACTL_CONFIG"):
        return Path(environ["CINEMACTL_CONFIG"]).expanduser().absolute(), "environment CINEMACTL_CONFIG"
    if _is_root():
        return Path("/etc/cinemactl/config.toml"), "default"
    from platformdirs import user_config_path  # noqa: PLC0415  (as above)

    return user_config_path("cinemactl", appauthor=False) / "config.toml", "default"


def _read_config(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError:
        if required:
            raise UsageRefused(f"The config file {path} does not exist.", "Name another with --config.") from None
        return {}
    except OSError as error:
        raise UsageRefused(
            f"The config file {path} cannot be read: {error.strerror}.", "Mend it, or name another with --config."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageRefused(
            f"The config file {path} is no valid TOML: {error}.", "Mend it, or name another with --config."
        ) from error
    known = {field.name for field in fields(Settings)} - {"config_file", "origins"}
    if unknown := sorted(set(values) - known):
        raise UsageRefused(
            f"The config file {path} has the unknown setting {unknown[0]!r}.",
            f"Settings are: {', '.join(sorted(known))}.",
        )
    return values


def _url(picked: tuple[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value, origin = picked
    if not value:
        return None
    if urlsplit(value).scheme not in schemes:
        raise UsageRefused(
            f"The {name} {masked(value)!r} (from {origin}) is not a URL that begins with {schemes[0]}://.",
            f"An example: {schemes[0]}://user@host/name",
        )
    return value


def _positive(name: str, picked: tuple[str, str]) -> int:
    value, origin = picked
    if not value.isdecimal() or int(value) == 0:
        raise UsageRefused(f"The setting {name} (from {origin}) is {value!r}; it takes a whole number above 0.")
    return int(value)
