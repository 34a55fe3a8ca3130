"""What a site changes of the checks: a number, the severity, or that one is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cinemactl.errors import UsageRefused
from cinemactl.programme.checks.check import Check, Number, Numbers
from cinemactl.programme.checks.finding import SEVERITIES
from cinemactl.programme.checks.registry import CHECKS, check_named
from cinemactl.programme.clock import clock_time
from cinemactl.programme.tables import Site

SEVERITY = "severity"
OFF = "off"
DEFAULT = "default"
YES = ("yes", "true", "on", "1")
NO = ("no", "false", "off", "0")
EXAMPLE = "Write it as lobby-crowding.minutes=10, lobby-crowding.severity=error or lobby-crowding.off=yes."


class TuningRefused(UsageRefused):
    """A check has no such setting, or it cannot have that value."""

    code = "check-setting"


@dataclass(frozen=True, slots=True)
class Tuning:
    """A check as it stands at a site."""

    severity: str
    is_off: bool
    numbers: Numbers


def tuning(site: Site | None, check: Check) -> Tuning:
    """Return a check's severity and numbers at a site, and whether it is off there; without a site as it comes."""
    given = site.checks.get(check.id, {}) if site and check.can_be_forced else {}
    numbers = {number.name: given.get(number.name, number.default) for number in check.numbers}
    return Tuning(given.get(SEVERITY, check.severity), bool(given.get(OFF, False)), numbers)


def set_tuning(site: Site, setting: str) -> bool:
    """Change one setting of a check at a site, as in `lobby-crowding.minutes=10`; return whether that changed anything.

    The settings are the check's numbers, `severity` and `off`; the value `default` goes back to how the check comes. Raises
    UnknownCheck, and TuningRefused for a setting there is not or a value it cannot have.
    """
    name, equals, value = (part.strip() for part in setting.partition("="))
    rule, dot, key = (part.strip() for part in name.rpartition("."))
    if not equals or not dot:
        raise TuningRefused(f"{setting[:60]!r} changes nothing of a check.", EXAMPLE)
    check = check_named(rule)
    kept = dict(site.checks.get(check.id, {}))
    if value.lower() == DEFAULT:
        _settings_of(check, key)
        kept.pop(key, None)
    else:
        kept[key] = _value(check, key, value)
    return _keep(site, {**site.checks, check.id: kept})


def set_tunings(site: Site, settings: Mapping[str, Mapping[str, Any]]) -> bool:
    """Put these settings of checks, by the check's id, in place of all that a site has; return whether that changed anything.

    Raises as `set_tuning` does.
    """
    return _keep(site, tunings_of(settings))


def tunings_of(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings of checks by the check's id, each value as it is kept; raises as `set_tuning` does."""
    kept: dict[str, dict[str, Any]] = {}
    for rule, given in settings.items():
        if not isinstance(given, Mapping):
            raise TuningRefused(f"{str(given)[:60]!r} changes nothing of the check {rule[:60]!r}.", EXAMPLE)
        check = check_named(rule)
        kept[check.id] = {key: _value(check, key, value) for key, value in given.items()}
    return kept


def tunings_told(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the settings of checks that are kept of a site as people write them, which `tunings_of` reads back."""
    return {rule: {key: _told(rule, key, value) for key, value in given.items()} for rule, given in settings.items()}


def number_told(number: Number, value: int) -> int | str:
    """Return a number as people write it: a time of day as 18:00."""
    return clock_time(value) if number.is_time else value


def _told(rule: str, key: str, value: Any) -> Any:  # noqa: ANN401  (whatever a setting is)
    numbers = CHECKS[rule].numbers if rule in CHECKS else ()
    number = next((one for one in numbers if one.name == key), None)
    return value if number is None else number_told(number, value)


def _keep(site: Site, settings: Mapping[str, Mapping[str, Any]]) -> bool:
    kept = {rule: dict(given) for rule, given in settings.items() if given}
    if kept == site.checks:
        return False
    site.checks = kept
    return True


def _settings_of(check: Check, key: str) -> Number | None:
    """Return the number of a check that is called so, None for severity and off; raises TuningRefused."""
    if not check.can_be_forced:
        raise TuningRefused(f"Nothing of the check {check.id} can be changed.", "The database itself keeps it.")
    if key in {SEVERITY, OFF}:
        return None
    found = next((number for number in check.numbers if number.name == key), None)
    if found is None:
        names = ", ".join((*(number.name for number in check.numbers), SEVERITY, OFF))
        raise TuningRefused(f"The check {check.id} has no {key[:60]!r}.", f"It has {names}.")
    return found


def _value(check: Check, key: str, given: Any) -> Any:  # noqa: ANN401  (whatever a file says)
    number = _settings_of(check, key)
    text = str(given).strip().lower()
    if number is not None:
        return _number(check, number, text)
    if key == OFF and text in (*YES, *NO):
        return text in YES
    if key == SEVERITY and text in SEVERITIES:
        return text
    allowed = ("yes", "no") if key == OFF else SEVERITIES
    raise TuningRefused(
        f"{check.id}.{key} is {' or '.join(allowed)}, and not {text[:60]!r}.",
        f"Write it as {check.id}.{key}={allowed[0]}.",
    )


def _number(check: Check, number: Number, text: str) -> int:
    hours, colon, minutes = text.partition(":")
    digits = (hours, minutes) if number.is_time and colon else (hours + colon + minutes,)
    if all(part.isascii() and part.isdecimal() and len(part) <= len("99999") for part in digits):
        value = int(digits[0]) if len(digits) == 1 else int(hours) * 60 + int(minutes)
        if number.least <= value <= number.most and (len(digits) == 1 or int(minutes) < 60):  # noqa: PLR2004
            return value
    least, most = number_told(number, number.least), number_told(number, number.most)
    raise TuningRefused(f"{text[:60]!r} cannot be {check.id}.{number.name}.", f"Give one from {least} to {most}.")
