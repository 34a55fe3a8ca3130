"""A distributor's terms as data: the kinds of clauses, their fields, and how a clause is written on one line.

A clause is a flat object with the name of its kind in `clause`. On a line it is the kind and its value, and further parts
after commas: `screen largest, 3 a day, in weeks 1-4, penalty 5 % for a dropped show`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cinemactl.catalogue import values
from cinemactl.errors import UsageRefused
from cinemactl.programme.clock import clock_time

LARGEST = "largest"
MATINEE_BEFORE = "17:00"
EVENING_FROM = "18:00"

LATEST_MINUTE = 36 * 60
MOST_WEEKS = 520
MOST_SHOWS = 200
MOST_CLAUSES = 50
LONGEST_TEXT = 1000
WHOLE = 100

CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
IN_WEEKS = re.compile(r"in weeks? ([0-9]{1,3})(?:\s*[-–]\s*([0-9]{1,3}))?", re.IGNORECASE)  # noqa: RUF001
A_DAY = re.compile(r"([0-9]{1,3}) a day", re.IGNORECASE)

A_SCREEN = "screen|screen_id"
# What a booking shows of a clause beside its own fields.
SHOWN = ("number", "line")
ANYWHERE = ("first_week", "last_week", "penalty")
# By kind: the fields it must have (one of those parted by a bar), and those it may have.
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "minimum-weeks": (("weeks",), ("penalty",)),
    "shows-a-day": (("minimum|exactly",), ANYWHERE),
    "matinees": (("minimum", "before", "per"), ANYWHERE),
    "evenings": (("minimum", "from", "per"), ANYWHERE),
    "time-window": (("from", "until"), ANYWHERE),
    "times": (("times",), ANYWHERE),
    "screen": ((A_SCREEN,), ("minimum", "only", *ANYWHERE)),
    "exclusive-screen": (("first_week", "last_week"), ("screen", "screen_id", "penalty")),
    "every-show-every-day": ((), ANYWHERE),
    "share": (("percent",), ("penalty",)),
    "penalty": (("penalty",), ()),
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "matinees": {"before": MATINEE_BEFORE, "per": "day"},
    "evenings": {"from": EVENING_FROM, "per": "day"},
    "exclusive-screen": {"first_week": 1, "last_week": 1},
}
HINT = "A clause is one of " + ", ".join(KINDS) + "; see `cinemactl booking terms --help`."

Clause = dict[str, Any]


class TermRefused(UsageRefused):
    """A clause that is none."""

    code = "term"

    def __init__(self, given: object, problem: str) -> None:
        super().__init__(f"{str(given)[:100]!r} is no clause of a booking: {problem}.", HINT)


def minute_of(clock: str) -> int:
    """Return the minute after a business day's midnight of a time such as 14:00 or 25:30; raises ValueError."""
    found = CLOCK.fullmatch(clock.strip())
    minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else -1  # noqa: PLR2004
    if not 0 <= minute <= LATEST_MINUTE:
        raise ValueError(f"{clock!r} is no time such as 19:30")
    return minute


def terms_of(given: Iterable[str | Mapping[str, Any]]) -> list[Clause]:
    """Return clauses, each given on a line or as an object, checked and in full; raises TermRefused."""
    terms = [clause_of(one) for one in given]
    if len(terms) > MOST_CLAUSES:
        raise UsageRefused(f"{len(terms)} clauses are more than a booking has.", f"Give {MOST_CLAUSES} at most.")
    for kind in ("minimum-weeks", "share", "penalty"):
        if sum(one["clause"] == kind for one in terms) > 1:
            raise TermRefused(kind, "a booking has it once")
    return terms


def clause_of(given: str | Mapping[str, Any]) -> Clause:
    """Return one clause, checked and with its defaults; raises TermRefused.

    An object may be as a booking shows it: with its number, with its line, and with the name of a screen beside its id.
    """
    said = _read(given) if isinstance(given, str) else {name: given[name] for name in given if name not in SHOWN}
    kind = said.get("clause")
    if not isinstance(kind, str) or kind not in KINDS:
        raise TermRefused(given, "its kind is not known")
    said = {**DEFAULTS.get(kind, {}), **{name: value for name, value in said.items() if value is not None}}
    needed, further = KINDS[kind]
    for names in needed:
        if sum(name in said for name in names.split("|")) not in ({1, 2} if names == A_SCREEN else {1}):
            raise TermRefused(given, f"it needs {names.replace('|', ' or ')}")
    allowed = {"clause", *further, *(name for names in needed for name in names.split("|"))}
    if strange := sorted(said.keys() - allowed):
        raise TermRefused(given, f"{kind} has no {strange[0]}")
    try:
        clause = {"clause": kind, **{name: CHECKS[name](said[name]) for name in CHECKS if name in said}}
    except (ValueError, TypeError) as error:
        raise TermRefused(given, str(error) or "a value is none") from error
    _compare(given, clause)
    if not isinstance(given, str) and given.get("line") is not None:
        _compare_line(given, clause, clause_of(str(given["line"])))
    return clause


def line_of(clause: Mapping[str, Any]) -> str:
    """Return a clause on one line, as `clause_of` reads it back; a screen by its name where the clause has that."""
    kind = clause["clause"]
    if kind == "penalty":
        return f"penalty {clause['penalty']}"
    value = _written_value(clause)
    parts = [f"{kind} {value}".rstrip()]
    parts += [f"before {clause['before']}"] if kind == "matinees" else []
    parts += [f"from {clause['from']}"] if kind == "evenings" else []
    parts += ["a week"] if clause.get("per") == "week" else []
    parts += [f"{clause['minimum']} a day"] if kind == "screen" and "minimum" in clause else []
    parts += ["only"] if clause.get("only") else []
    if "first_week" in clause or "last_week" in clause:
        first, last = clause.get("first_week", 1), clause.get("last_week", MOST_WEEKS)
        parts.append(f"in week {first}" if first == last else f"in weeks {first}-{last}")
    parts += [f"penalty {clause['penalty']}"] if "penalty" in clause else []
    return ", ".join(parts)


def _written_value(clause: Mapping[str, Any]) -> str:
    match clause["clause"]:
        case "minimum-weeks":
            return str(clause["weeks"])
        case "time-window":
            return f"{clause['from']}-{clause['until']}"
        case "times":
            return " ".join(clause["times"])
        case "share":
            return " ".join(f"{one:g}" for one in clause["percent"])
        case "screen" | "exclusive-screen":
            name = clause.get("screen") or ""
            by_id = "screen_id" in clause and (not name or _screen(name) != {"screen": name} or "," in name)
            return f"id:{clause['screen_id']}" if by_id else name
        case _:
            return f"exactly {clause['exactly']}" if "exactly" in clause else str(clause.get("minimum", ""))


def _read(text: str) -> Clause:
    """Return what a line says, not yet checked."""
    head, *parts = text.strip().split(",", 1)
    kind, _, value = head.strip().partition(" ")
    kind, value = kind.lower(), value.strip()
    if kind == "penalty":
        return {"clause": kind, "penalty": ",".join((value, *parts)).strip()}
    said = {"clause": kind, **_value(kind, value)}
    rest = parts[0] if parts else ""
    while rest := rest.strip():
        part, _, after = rest.partition(",")
        if part.lower().startswith("penalty "):
            return said | {"penalty": rest[len("penalty ") :].strip()}
        said |= _part(text, part.strip())
        rest = after
    return said


def _value(kind: str, value: str) -> Clause:  # noqa: PLR0911  (a case for each kind)
    match kind:
        case "minimum-weeks":
            return {"weeks": value}
        case "shows-a-day" if value.lower().startswith("exactly "):
            return {"exactly": value.rsplit(maxsplit=1)[-1]}
        case "shows-a-day" | "matinees" | "evenings":
            return {"minimum": value}
        case "time-window":
            start, _, end = value.replace("–", "-").partition("-")  # noqa: RUF001
            return {"from": start, "until": end}
        case "times":
            return {"times": value.split()}
        case "screen" | "exclusive-screen":
            return _screen(value) if value else {}
        case "share":
            return {"percent": value.replace("%", " ").split()}
    return {} if not value else {"value": value}


def _screen(name: str) -> Clause:
    scheme, _, number = name.partition(":")
    if scheme.lower() == "id" and number.isascii() and number.isdecimal():
        return {"screen_id": number}
    return {"screen": name}


def _part(text: str, part: str) -> Clause:
    said = part.lower()
    if found := IN_WEEKS.fullmatch(said):
        return {"first_week": found[1], "last_week": found[2] or found[1]}
    if found := A_DAY.fullmatch(said):
        return {"minimum": found[1]}
    if said in {"a day", "a week"}:
        return {"per": said[2:]}
    if said == "only":
        return {"only": True}
    word, _, rest = said.partition(" ")
    if word in {"before", "from"}:
        return {word: rest}
    raise TermRefused(text, f"{part!r} is not understood")


def _compare(given: object, clause: Clause) -> None:
    if "until" in clause and minute_of(clause["until"]) <= minute_of(clause["from"]):
        raise TermRefused(given, "it ends before it begins")
    if clause.get("first_week", 1) > clause.get("last_week", MOST_WEEKS):
        raise TermRefused(given, "its last week comes before its first")
    if clause.get("only") and "minimum" in clause:
        raise TermRefused(given, "every show there, or so many a day: not both")


def _compare_line(given: object, clause: Clause, line: Clause) -> None:
    """Refuse a line that is not the clause; of a screen it has the id or the name, the clause may have both."""
    unsaid = clause.keys() - line.keys() - set(A_SCREEN.split("|"))
    if unsaid or not line.items() <= clause.items():
        raise TermRefused(given, "its line says something else than its fields")


def _number(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:  # noqa: ANN401  (whatever a file says)
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())):
            raise ValueError(f"{value!r} is no whole number")
        if not least <= int(value) <= most:
            raise ValueError(f"{int(value)} is not between {least} and {most}")
        return int(value)

    return check


def _clock(value: Any) -> str:  # noqa: ANN401  (as above)
    return clock_time(minute_of(_text(value)))


def _times(value: Any) -> list[str]:  # noqa: ANN401  (as above)
    if not isinstance(value, list) or not value:
        raise ValueError("its times are none")
    return sorted({_clock(one) for one in value}, key=minute_of)


def _text(value: Any) -> str:  # noqa: ANN401  (as above)
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return values.text("term", value, LONGEST_TEXT, one_line=True)


def _per(value: Any) -> str:  # noqa: ANN401  (as above)
    if value not in {"day", "week"}:
        raise ValueError("it counts by day or by week")
    return str(value)


def _only(value: Any) -> bool:  # noqa: ANN401  (as above)
    if not isinstance(value, bool):
        raise TypeError("`only` is true or false")
    return value


def _percent(value: Any) -> list[float]:  # noqa: ANN401  (as above)
    if not isinstance(value, list) or not value or len(value) > MOST_WEEKS:
        raise ValueError("it needs the percentage of each week")
    return [_percentage(one) for one in value]


def _percentage(value: Any) -> float:  # noqa: ANN401  (as above)
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no percentage") from None
    if not found.is_finite() or not 0 <= found <= WHOLE:
        raise ValueError(f"{value!r} is no percentage from 0 to 100")
    return float(found)


CHECKS: dict[str, Callable[[Any], Any]] = {
    "weeks": _number(1, MOST_WEEKS),
    "minimum": _number(1, MOST_SHOWS),
    "exactly": _number(1, MOST_SHOWS),
    "before": _clock,
    "from": _clock,
    "until": _clock,
    "per": _per,
    "times": _times,
    "screen": _text,
    "screen_id": _number(1, 2**31 - 1),
    "only": _only,
    "percent": _percent,
    "first_week": _number(1, MOST_WEEKS),
    "last_week": _number(1, MOST_WEEKS),
    "penalty": _text,
}
