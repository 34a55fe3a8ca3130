"""Where values come from, which are refused, and that no password is printed."""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import make_url

from cinemactl import addresses, settings
from cinemactl.errors import UsageRefused
from cinemactl.settings import Settings, load, masked

PASSWORD = "s3cret-w0rd"


@pytest.fixture(autouse=True)
def _no_config_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the settings file of whoever runs the tests out of them."""
    monkeypatch.setattr(settings, "_is_root", lambda: False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings._default_home.cache_clear()
    yield
    settings._default_home.cache_clear()


def _file(folder: Path, text: str) -> str:
    file = folder / "settings.toml"
    file.write_text(text)
    return str(file)


def _refusal(flags: dict[str, str | None], environ: dict[str, str] | None = None) -> UsageRefused:
    with pytest.raises(UsageRefused) as refused:
        load(flags, environ or {})
    assert refused.value.exit_code == 2
    assert refused.value.message.endswith(".")
    return refused.value


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    config = _file(tmp_path, 'queue = "file"\nhome = "/file"\nworker_idle_seconds = 7\nallow_private_urls = true\n')
    environ = {"CINEMACTL_QUEUE": "environment", "CINEMACTL_HOME": "/environment", "CINEMACTL_CONFIG": config}
    loaded = load({"home": "/flag", "queue": None}, environ)
    assert (str(loaded.home), loaded.origins["home"]) == ("/flag", "flag --home")
    assert (loaded.queue, loaded.origins["queue"]) == ("environment", "environment CINEMACTL_QUEUE")
    assert (loaded.worker_idle_seconds, loaded.origins["worker_idle_seconds"]) == (7, f"file {config}")
    assert loaded.allow_private_urls
    assert (loaded.keep_imports_days, loaded.origins["keep_imports_days"]) == (30, "default")
    assert (loaded.media_folder, loaded.origins["media_folder"]) == (Path("/flag/media"), "default")
    assert loaded.origins["config_file"] == "environment CINEMACTL_CONFIG"


def test_what_is_empty_counts_as_not_given(tmp_path: Path) -> None:
    config = _file(tmp_path, 'queue = ""\nredis_url = "redis://file"\n')
    loaded = load({"config": config, "database_url": ""}, {"CINEMACTL_REDIS_URL": "", "CINEMACTL_DATABASE_URL": ""})
    assert loaded.redis_url == "redis://file"
    assert loaded.database_url is None
    assert loaded.embedded_postgres
    assert not loaded.embedded_valkey
    assert (loaded.queue, loaded.origins["queue"]) == ("cinemactl", "default")


def test_defaults_follow_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    loaded = load({}, {})
    assert loaded.home == tmp_path / "data" / "cinemactl"
    assert loaded.config_file == tmp_path / "config" / "cinemactl" / "config.toml"
    monkeypatch.setattr(settings, "_is_root", lambda: True)
    settings._default_home.cache_clear()
    assert load({"config": _file(tmp_path, "")}, {}).home == Path("/var/lib/cinemactl")


def test_nobody_without_a_home_folder_gets_one_called_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)  # in no list of users
    assert "CINEMACTL_HOME" in _refusal({}).hint


def test_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({"home": "here"}, {}).home == tmp_path / "here"
    monkeypatch.setenv("HOME", "/home/ada")
    assert load({"home": "~/cinema"}, {}).home == Path("/home/ada/cinema")


def test_named_config_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in _refusal({"config": str(tmp_path / "none.toml")}).message
    assert "does not exist" in _refusal({}, {"CINEMACTL_CONFIG": str(tmp_path / "none.toml")}).message
    assert "does not exist" in _refusal({"config": _file(tmp_path, "") + "/none.toml"}).message
    assert "cannot be read" in _refusal({"config": str(tmp_path)}).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"queue = ", "no valid TOML"),
        (b'queue = "\xff"', "no valid TOML"),
        (b"[queue]\nname = 1", "neither a text nor a number"),
        (b"queue = true", "neither a text nor a number"),
        (b"data_base_url = 'postgresql://host'", "unknown setting 'data_base_url'"),
        (b"config_file = '/x'", "unknown setting 'config_file'"),
        (b"keep_imports_days = 0", "whole number from 1"),
        (b"keep_imports_days = 99999999999999", "whole number from 1"),
        (b"worker_idle_seconds = 1.5", "neither a text nor a number"),
        (b'allow_private_urls = "perhaps"', "yes or no"),
        (b'home = "/a\\u0000b"', "control character"),
        (b'home = "~no-such-user/x"', "no usable path"),
        (b'queue = "two words"', "without spaces"),
    ],
)
def test_config_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    refusal = _refusal({"config": str(file)})
    assert words in refusal.message
    assert str(file) in refusal.message


@pytest.mark.parametrize("number", ["0", "-5", "abc", "1.5", "9" * 5000, "٣", " 3", "1e3"])
def test_number_that_is_none_is_refused(number: str) -> None:
    assert "whole number" in _refusal({}, {"CINEMACTL_KEEP_IMPORTS_DAYS": number}).message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://[bad",
        "postgresql://[::1]x:5/db",
        f"mysql://u:{PASSWORD}@h/db",
        f"u:{PASSWORD}@h/db",
        f"postgresql:u:{PASSWORD}@h/db",
        f" postgresql://u:{PASSWORD}@h/db",
        f"postgresql://u:{PASSWORD}@h/db\n",
        f"postgresql://u:{PASSWORD} x@h/db",
        f"postgresql://u:{PASSWORD}@h:port/db",
        f"postgresql://u:{PASSWORD}@h:99999/db",
        f"postgresql://u:{PASSWORD}@h1:1,h2:2/db",
        f"postgresql://u:12#{PASSWORD}@h/db",
        f"postgresql://u:x/{PASSWORD}@h/db",
        f"postgresql://u:a@{PASSWORD}@h/db",
        f"postgresql://u:{PASSWORD}?@h/db",
        f"redis://h/0?password={PASSWORD}",
        "https://example.org",
        "/var/run/postgresql",
        "postgresql:",
    ],
)
def test_database_url_that_is_none_is_refused_and_its_password_not_shown(url: str) -> None:
    for refusal in (_refusal({"database_url": url}), _refusal({}, {"CINEMACTL_DATABASE_URL": url})):
        assert refusal.message.startswith("The database-url ")
        assert PASSWORD not in refusal.message + refusal.hint
        assert "postgresql://" in refusal.hint
    assert "environment CINEMACTL_DATABASE_URL" in refusal.message


@pytest.mark.parametrize(
    "url", ["http://h", "redis://h:x", "redis://h/name", "redis://[x", "unix://", "unix:///", "redis:/x", "redis://h#1"]
)
def test_redis_url_that_is_none_is_refused(url: str) -> None:
    assert _refusal({"redis_url": url}).message.startswith("The redis-url ")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql:///cinema?host=/run/postgresql",
        "postgres://u@h",
        "POSTGRESQL://u:p%40q@[::1]:5432/db?sslmode=require",
        "postgresql+psycopg://h/größe",
    ],
)
def test_usable_database_url_is_left_as_it_is(url: str) -> None:
    assert load({"database_url": url}, {}).database_url == url


@pytest.mark.parametrize(
    "url", ["redis://", "redis://:p@h:1/5", "rediss://h/", "unix:///run/a.sock?db=1", "unix://u:p@/a"]
)
def test_usable_redis_url_is_left_as_it_is(url: str) -> None:
    assert load({"redis_url": url}, {}).redis_url == url


URL_TEXT = st.text(alphabet=string.ascii_letters + string.digits + ":@/?#[]&=%,. ", max_size=40)


@given(URL_TEXT)
@example("[::1]:5")
@example(":")
def test_every_database_url_is_refused_or_understood_by_the_driver(rest: str) -> None:
    try:
        url = load({"database_url": f"postgresql://{rest}", "home": "/h"}, {}).database_url
    except UsageRefused:
        return
    assert url is not None
    make_url(url)


@given(
    st.text(alphabet=string.ascii_letters + string.digits + string.punctuation, max_size=20),
    st.sampled_from(["postgresql://u:{}@h:5432/db", "u:{}@h", "redis://:{}@h/0", "postgresql://u@h/db?password={}",
                     "postgresql://u:{}@h/db?sslpassword={}&sslmode=require", "postgresql://u:{}@h?user=a"]),
)  # fmt: skip
def test_no_form_of_a_url_shows_its_password(marks: str, form: str) -> None:
    password = f"{PASSWORD}{marks}{PASSWORD}".replace("=", "-")
    if "?" in form and "password={" in form:
        password = password.replace("&", "-")
    assert PASSWORD not in masked(form.replace("{}", password))


def test_masking_keeps_the_rest_and_masking_twice_is_once() -> None:
    url = "postgresql://ada:pw@host:5432/db?sslmode=require&password=pw2&passfile=/x"
    shown = "postgresql://ada:***@host:5432/db?sslmode=require&password=***&passfile=/x"
    assert masked(url) == shown
    assert masked(shown) == shown
    for plain in ("postgresql://ada@host:5432/db", "unix:///tmp/a@b:c.sock", "redis://host:6379/0"):
        assert masked(plain) == plain


def test_what_is_shown_has_every_setting_and_no_password() -> None:
    flags = {"database_url": f"postgresql://u:{PASSWORD}@h/db", "redis_url": f"redis://h?password={PASSWORD}"}
    loaded = load(flags, {})
    shown = {row["name"]: row for row in loaded.shown()}
    assert set(shown) == set(Settings.__dataclass_fields__) - {"origins"}
    assert shown["database_url"] == {
        "name": "database_url",
        "value": "postgresql://u:***@h/db",
        "origin": "flag --database-url",
    }
    assert PASSWORD not in repr(shown)
    assert PASSWORD not in repr(loaded)


def test_schemes_named_in_the_refusal_are_accepted() -> None:
    for scheme in addresses.POSTGRES_SCHEMES:
        assert load({"database_url": f"{scheme}://h"}, {}).database_url
