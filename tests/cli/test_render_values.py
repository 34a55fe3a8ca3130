from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinemactl.cli import render
from cinemactl.cli.render import Format
from cinemactl.cli.values import as_cell, as_text, dumps


class Colour(Enum):
    RED = "red"


class State(StrEnum):
    RUNNING = "running"


@pytest.mark.parametrize(
    ("value", "in_json", "in_csv", "in_words"),
    [
        (None, "null", "", ""),
        (True, "true", "true", "yes"),
        (-5, "-5", -5, "-5"),
        (0.5, "0.5", 0.5, "0.5"),
        (Decimal("7.50"), "7.5", 7.5, "7.50"),
        (Decimal(12), "12", 12, "12"),
        (float("nan"), "null", "", "nan"),
        (Decimal("Infinity"), "null", "", "Infinity"),
        (date(2026, 3, 1), '"2026-03-01"', "2026-03-01", "2026-03-01"),
        (time(19, 30), '"19:30:00"', "19:30:00", "19:30:00"),
        (
            datetime(2026, 3, 1, 19, tzinfo=UTC),
            '"2026-03-01T19:00:00Z"',
            "2026-03-01T19:00:00Z",
            "2026-03-01 19:00:00Z",
        ),
        (
            datetime(2026, 3, 1, 19, 0, 0, 5, tzinfo=timezone(timedelta(hours=2))),
            '"2026-03-01T19:00:00.000005+02:00"',
            "2026-03-01T19:00:00.000005+02:00",
            "2026-03-01 19:00:00+02:00",
        ),
        (timedelta(minutes=-2), "-120", -120, "-1 day, 23:58:00"),
        (UUID(int=1), f'"{UUID(int=1)}"', str(UUID(int=1)), str(UUID(int=1))),
        (Path("a/b"), '"a/b"', "a/b", "a/b"),
        (Colour.RED, '"red"', "red", "red"),
        (State.RUNNING, '"running"', "running", "running"),
        ((1, "a"), '[1, "a"]', "1|a", "1, a"),
        ({"b", "a"}, '["a", "b"]', "a|b", None),
        ([date(2026, 3, 1), None, True], '["2026-03-01", null, true]', "2026-03-01||true", "2026-03-01, yes"),
        (MappingProxyType({"a": 1, "b": None}), '{"a": 1, "b": null}', '{"a":1,"b":null}', "a 1"),
        ([{"a": float("inf")}], '[{"a": null}]', '[{"a":null}]', "a inf"),
        ("half \udcff", '"half \\ufffd"', "half \ufffd", "half \ufffd"),
        ("\x1b[2J\x9b1m\x7f\u2028", '"\\u001b[2J\\u009b1m\\u007f\\u2028"', "\x1b[2J\x9b1m\x7f\u2028", "[2J1m\u2028"),
    ],
)
def test_values(value, in_json, in_csv, in_words):
    assert dumps(value) == in_json
    assert as_cell(value) == in_csv
    assert type(as_cell(value)) is type(in_csv)
    assert in_words is None or as_text(value) == in_words


def test_what_has_no_form_is_refused():
    with pytest.raises(TypeError, match="A bytes has no form in JSON"):
        dumps({"poster": b"\x00"})


def test_array_scalars():
    numpy = pytest.importorskip("numpy")
    assert dumps([numpy.int64(3), numpy.float32(0.5), numpy.float32("nan")]) == "[3, 0.5, null]"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON_VALUES, st.booleans())
def test_json_is_read_back_and_obeyed_by_no_terminal(value, ascii_only):
    text = dumps(value, ascii_only=ascii_only)
    assert json.loads(text) == value
    assert len(text.splitlines()) == 1
    assert not re.search("[\x00-\x1f\x7f-\x9f]", text)
    assert text.isascii() or not ascii_only


@given(
    st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.integers() | st.none(), "c": st.text("='-\r\n\t\",|@+x")}))
)
def test_csv_is_read_back(items):
    stream = io.StringIO(newline="")
    render.rows(items, (), Format.CSV, fields=("a", "b", "c"), stream=stream)
    text = stream.getvalue()
    assert "\r\n" not in re.sub('"[^"]*"', "", text)
    header, *cells = csv.reader(io.StringIO(text, newline=""))
    assert header == ["a", "b", "c"]
    assert [[unguarded(a), int(b) if b else None, unguarded(c)] for a, b, c in cells] == [
        [item["a"], item["b"], item["c"]] for item in items
    ]
    assert not any(re.match("[=+@\t\r-]", text) for row in cells for text in (row[0], row[2]))


def unguarded(cell: str) -> str:
    """Take away what made a cell safe for a spreadsheet."""
    return cell[1:] if re.match("'+[=+@\t\r-]", cell) else cell
