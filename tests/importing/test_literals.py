import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.importing.literals import DIRECTING, WRITING, cast_in, crew_in, entries_of, ids_in, is_literal, texts_in

GENRES = '[{"id": 28, "name": "Action"}, {"id": 12, "name": "Adventure"}]'
PYTHON = "[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': \"Children's\", 'profile_path': None}]"
CREW = json.dumps(
    [
        {"department": "Directing", "job": "Director", "name": "Lana Wachowski"},
        {"department": "Directing", "job": "Director", "name": "Lilly Wachowski"},
        {"department": "Writing", "job": "Screenplay", "name": "Lana Wachowski"},
        {"department": "Writing", "job": "Writer", "name": "Lana Wachowski"},
        {"department": "Sound", "job": "Director of Photography", "name": "Bill Pope"},
    ]
)


def names(cell: str) -> list[str]:
    return texts_in("genre", cell)


def test_names_of_json_and_of_python() -> None:
    assert names(GENRES) == ["Action", "Adventure"]
    assert names(PYTHON) == ["Animation", "Children's"]
    assert names("['Drama', 'War']") == names('["Drama", "War"]') == ["Drama", "War"]
    assert names("[]") == []


def test_ids() -> None:
    assert ids_in("keywords", GENRES) == ["28", "12"]


def test_the_first_key_that_says_something_counts() -> None:
    cell = "[{'iso_639_1': 'en', 'name': ''}, {'iso_639_1': '', 'name': 'Deutsch'}]"
    assert texts_in("language", cell, ("iso_639_1", "name")) == ["en", "Deutsch"]


def test_escaped_lists() -> None:
    assert names("[{&quot;id&quot;: 28, &quot;name&quot;: &quot;Action&quot;}]") == ["Action"]


def test_a_cast_in_order_with_its_characters() -> None:
    cell = "[{'character': 'Trinity', 'name': 'Carrie-Anne Moss', 'order': 1}, {'character': '', 'name': 'Keanu', 'order': 0}]"
    assert cast_in("cast", cell) == [("Keanu", None), ("Carrie-Anne Moss", "Trinity")]
    assert cast_in("cast", "['A', 'B']") == [("A", None), ("B", None)]


def test_a_crew_by_its_jobs() -> None:
    assert crew_in("directors", CREW, DIRECTING) == ["Lana Wachowski", "Lilly Wachowski"]
    assert crew_in("writers", CREW, WRITING) == ["Lana Wachowski"]
    assert crew_in("directors", "[{'name': 'A'}, {'name': 'B'}]", DIRECTING) == ["A", "B"]


@pytest.mark.parametrize(
    ("cell", "literal"), [(GENRES, True), ("[]", True), ("['a']", True), ("[", True), ("[Rec]", False), ("{}", False)]
)
def test_is_literal(cell: str, literal: object) -> None:
    assert is_literal(cell) is literal


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (GENRES[:-5], "is a list that is cut off"),
        (PYTHON[:30], "is a list that is cut off"),
        ("[", "is a list that is cut off"),
        ("[{'id' 16}]", "is a list that is not well formed"),
        ("[{'a': __import__('os').getcwd()}]", "is a list that is not well formed"),
        ("['a' * 10**9]", "is a list that is not well formed"),
        ("[{'name': open('x')}]", "is a list that is not well formed"),
        ("[1, 2]", "is not a list of objects or of texts"),
        ("[null]", "is not a list of objects or of texts"),
        ("[[]]", "is not a list of objects or of texts"),
        ("[{'id': 16}]", "has an object in it that has no name"),
        ("[{'name': ['a']}]", "has an object in it that has no name"),
        ("[" * 100_000 + "]" * 100_000, "is a list that is nested deeper than 6"),
        ("['a', " + "-" * 100_000 + "1]", "is a list that is not well formed"),
        ("['a', " + "9" * 100_000 + "]", "is a list that is not well formed"),
        ("['" + "a" * 500_000 + "']", "is a list of more than 500,000 characters"),
        ("[" + "'" * 400_001, "is a list that is cut off"),
        ("[" + '"\\' * 200_000, "is a list that is cut off"),
    ],
)
def test_what_is_no_whole_list_is_refused(cell: str, reason: str) -> None:
    assert refused(names, cell).reason == reason


def test_a_backslash_that_escapes_nothing_is_kept_without_a_warning() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert names(r"['a\d']") == [r"a\d"]
    assert not caught


ENTRIES = st.lists(
    st.dictionaries(st.sampled_from(["id", "name", "job"]), st.text(max_size=8) | st.integers()), max_size=4
)


@given(ENTRIES)
def test_json_and_python_say_the_same(entries: list[dict[str, object]]) -> None:
    assert entries_of("genre", json.dumps(entries)) == entries_of("genre", repr(entries)) == entries


@given(entries=ENTRIES, cut=st.integers(1, 60), python=st.booleans())
def test_a_list_that_is_cut_off_is_refused(entries: list[dict[str, object]], cut: int, python: bool) -> None:  # noqa: FBT001  (drawn)
    whole = repr(entries) if python else json.dumps(entries)
    refused(names, whole[: -min(cut, len(whole) - 1)])


@given(st.text(max_size=40) | st.text("[{}]'\":,(name 1)\\", max_size=30).map("[".__add__))
def test_any_cell_is_a_list_or_refused(cell: str) -> None:
    for parse in (names, lambda one: cast_in("cast", one), lambda one: crew_in("writers", one, WRITING)):
        value_or_refusal(parse, cell)
