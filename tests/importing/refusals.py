from collections.abc import Callable

import pytest

from cinemactl.catalogue.values import ValueRefused


def refused(parse: Callable[[str], object], cell: str) -> ValueRefused:
    with pytest.raises(ValueRefused) as caught:
        parse(cell)
    check_message(caught.value)
    return caught.value


def check_message(error: ValueRefused) -> None:
    assert error.message.isprintable()
    assert len(error.message) < 300
    assert error.hint


def value_or_refusal(parse: Callable[[str], object], cell: str) -> object:
    """Return what a parser gives, None when it refuses; any other exception fails the test."""
    try:
        return parse(cell)
    except ValueRefused as error:
        check_message(error)
        return None
