"""Recurring work written down for another program's keeping: lines of a crontab, timers of systemd.

What cannot be said there is left out and named in a comment, never said wrongly.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from croniter import croniter

from cinemactl.jobs.cron.schedule import Schedule

WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
MINUTE, HOUR, DAY, MONTH, WEEKDAY, SECOND = range(6)
CRON_FIELDS = 5
ANY: list[int | str] = ["*"]


def crontab(entries: Iterable[dict[str, Any]], program: Sequence[str]) -> str:
    """Return the enabled entries as lines of a crontab; `program` is how cinemactl is called."""
    lines = ["# Recurring work of cinemactl. CRON_TZ is read by cronie; where cron does not know it, times are local."]
    for entry, schedule in _enabled(entries):
        fields = schedule.expression.split(" ")
        if len(fields) > CRON_FIELDS and fields[SECOND] != "0":
            lines.append(f"# {entry['name']} is left out: a crontab has no seconds ({schedule.expression}).")
        elif reason := _peculiar(schedule):
            lines.append(f"# {entry['name']} is left out: {reason} ({schedule.expression}).")
        else:
            call = f"{shlex.join(program)} cron run {entry['name']} --quiet".replace("%", "\\%")
            lines += [f"CRON_TZ={schedule.timezone}", f"{' '.join(fields[:CRON_FIELDS])} {call}"]
    return "\n".join(lines) + "\n"


def systemd(entries: Iterable[dict[str, Any]], program: Sequence[str]) -> str:
    """Return a service and a timer of systemd for each enabled entry, each under the name of its file."""
    parts = []
    for entry, schedule in _enabled(entries):
        if reason := _peculiar(schedule):
            parts.append(f"# {entry['name']} is left out: {reason} ({schedule.expression}).")
            continue
        unit = f"cinemactl-{entry['name']}"
        words = " ".join(_word(word) for word in (*program, "cron", "run", entry["name"], "--quiet"))
        times = "\n".join(f"OnCalendar={time}" for time in _calendar(schedule))
        kept = "Persistent=true" if entry["missed"] == "once" else "Persistent=false"
        parts.append(
            f"# {unit}.service\n[Unit]\nDescription=cinemactl: {entry['name']}\n\n[Service]\nType=oneshot\nExecStart={words}"
        )
        parts.append(
            f"# {unit}.timer\n[Unit]\nDescription=cinemactl: {entry['name']}, {schedule.expression}\n\n[Timer]\n{times}\n"
            f"{kept}\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target"
        )
    return "\n\n".join(parts) + "\n"


def _enabled(entries: Iterable[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], Schedule]]:
    return ((entry, Schedule(entry["schedule"], entry["timezone"])) for entry in entries if entry["enabled"])


def _peculiar(schedule: Schedule) -> str | None:
    """Return what of an expression neither a crontab nor a timer can say."""
    parsed = croniter(schedule.expression)
    if parsed.nth_weekday_of_month or parsed.nearest_weekday or "l" in schedule.fields[DAY]:
        return "only cinemactl knows the marks # L W"
    return None


def _calendar(schedule: Schedule) -> list[str]:
    """Return systemd's calendar events; two where a day of the month or one of the week suffices."""
    seconds: list[int | str] = [0]
    fields = [*schedule.fields, seconds][: SECOND + 1]
    at = ":".join(_two(fields[index]) for index in (HOUR, MINUTE, SECOND))
    month, day = _two(fields[MONTH]), _two(fields[DAY])
    weekdays = "" if fields[WEEKDAY] == ANY else ",".join(WEEKDAYS[int(one) % 7] for one in fields[WEEKDAY]) + " "
    dates = [("", day), (weekdays, "*")] if weekdays and day != "*" else [(weekdays, day)]
    return [f"{on}*-{month}-{each} {at} {schedule.timezone}" for on, each in dates]


def _two(field: Sequence[int | str]) -> str:
    return ",".join("*" if one == "*" else f"{int(one):02}" for one in field)


def _word(word: str) -> str:
    """Return a word as systemd reads it."""
    word = word.replace("%", "%%").replace("$", "$$")
    if any(character in word for character in " \t\"'\\;"):
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return word
