import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.refusals import refused, value_or_refusal

from cinemactl.importing.runtimes import runtime_of


@pytest.mark.parametrize(
    "cell",
    [
        *("112", "112.0", "112 min", "112min", "112 min.", "112 mins", "112 minutes", "112 Minuten", "112 Min", "112m"),
        *(
            "112'",
            "112\u2032",
            "112\u2019",
            " 112\xa0min ",
            "1h 52m",
            "1 h 52 min",
            "1h52",
            "1h52min",
            "1 hr 52 mins",
            "1 hour 52 minutes",
        ),
        *(
            "1 hour, 52 minutes",
            "1 hour and 52 minutes",
            "1 Std. 52 Min.",
            "1 heure 52 minutes",
            "1:52",
            "01:52",
            "01:52:00",
            "1:52:00",
        ),
        *("1 ora 52 minuti", "1 hora 52 minutos", "PT1H52M", "PT112M", "pt1h52m", "PT6720S", "PT1H52M0S", "0112"),
    ],
)
def test_every_way_to_write_a_runtime(cell: str) -> None:
    assert runtime_of(cell) == 112


@pytest.mark.parametrize(
    ("cell", "minutes"), [("PT2H", 120), ("2h", 120), ("2 hours", 120), ("90'", 90), ("10:00:00", 600), ("0:52", 52)]
)
def test_whole_hours_and_none(cell: str, minutes: int) -> None:
    assert runtime_of(cell) == minutes


@pytest.mark.parametrize("cell", ["0", "0.0", "00", "0 min", "0:00", "00:00:00", "PT0S", "-", "\u2013"])
def test_zero_says_nothing(cell: str) -> None:
    assert runtime_of(cell) is None


@pytest.mark.parametrize("cell", ["2 Seasons", "1 Season", "10 episodes", "3 Staffeln", "2 saisons"])
def test_seasons_are_no_movie(cell: str) -> None:
    assert "series and no movie" in refused(runtime_of, cell).message


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("142.5", "is not a whole number of minutes"),
        ("01:52:30", "is not a whole number of minutes"),
        ("PT90S", "is not a whole number of minutes"),
        ("9:30", "could be hours and minutes, or minutes and seconds"),
        ("120ish", "is not a number of minutes"),
        ("about 90", "is not a number of minutes"),
        ("1:5", "is not a number of minutes"),
        ("1:75", "is not a number of minutes"),
        ("1,234", "is not a whole number of minutes"),
        ("P1D", "is not a number of minutes"),
        ("", "is empty"),
        ("-5", "is not between 1 and 60,000 minutes"),
        ("999999 min", "is not between 1 and 60,000 minutes"),
        ("9" * 100_000, "is not a number of minutes"),
    ],
)
def test_runtime_refused(cell: str, reason: str) -> None:
    assert refused(runtime_of, cell).reason == reason


@given(cell=st.text(max_size=30) | st.text("0129:hmin PT'.", max_size=12))
def test_any_cell_is_a_runtime_or_refused(cell: str) -> None:
    found = value_or_refusal(runtime_of, cell)
    assert found is None or (isinstance(found, int) and 1 <= found <= 60_000)


@given(minutes=st.integers(1, 299))
def test_the_ways_agree(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    ways = (
        f"{minutes}",
        f"{minutes} min",
        f"{hours}h {rest}m",
        f"{hours}:{rest:02}",
        f"0{hours}:{rest:02}:00",
        f"PT{hours}H{rest}M",
    )
    assert {runtime_of(way) for way in ways} == {minutes}
