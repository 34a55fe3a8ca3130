"""What sites change of checks, and what the page says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme.checks.showing import a_site

from cinemactl.errors import CinemactlError
from cinemactl.programme.checks.registry import CHECKS
from cinemactl.programme.checks.tuning import number_told, set_tuning, set_tunings, tuning, tunings_of

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"


def test_a_setting_is_kept_and_goes_back_to_its_default() -> None:
    site = a_site()
    assert set_tuning(site, "lobby-crowding.minutes=10")
    assert not set_tuning(site, "Lobby-Crowding.minutes = 10")
    assert set_tuning(site, "lobby-crowding.severity=error")
    assert set_tuning(site, "children-late.latest=19:30")
    assert set_tuning(site, "off-grid.off=yes")
    assert site.checks == {
        "lobby-crowding": {"minutes": 10, "severity": "error"},
        "children-late": {"latest": 19 * 60 + 30},
        "off-grid": {"off": True},
    }
    tuned = tuning(site, CHECKS["lobby-crowding"])
    assert (tuned.severity, tuned.numbers) == ("error", {"minutes": 10, "preferred": 10})
    assert tuning(site, CHECKS["off-grid"]).is_off
    assert set_tuning(site, "off-grid.off=default")
    assert "off-grid" not in site.checks
    assert not set_tuning(site, "off-grid.off=default")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("", "changes nothing"),
        ("lobby-crowding=10", "changes nothing"),
        ("lobby-crowding.minutes", "changes nothing"),
        ("lobby.minutes=10", "no check"),
        ("lobby-crowding.hours=10", "has no 'hours'"),
        ("lobby-crowding.minutes=-1", "cannot be"),
        ("lobby-crowding.minutes=121", "cannot be"),
        ("lobby-crowding.minutes=ten", "cannot be"),
        ("lobby-crowding.minutes=1:0", "cannot be"),
        ("children-late.latest=18:60", "cannot be"),
        ("lobby-crowding.severity=fatal", "lobby-crowding.severity is warning or error, and not 'fatal'"),
        ("lobby-crowding.off=perhaps", "lobby-crowding.off is yes or no, and not 'perhaps'"),
        ("overlap.off=yes", "Nothing of the check overlap"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_changes(setting: str, told: str) -> None:
    site = a_site()
    with pytest.raises(CinemactlError, match=told) as refused:
        set_tuning(site, setting)
    assert refused.value.hint
    assert site.checks == {}


def test_settings_come_and_go_as_a_whole() -> None:
    site = a_site(checks={"off-grid": {"off": True}})
    given: dict[str, dict[str, object]] = {
        "children-late": {"latest": "18:30"},
        "lobby-crowding": {"minutes": 7, "off": False},
    }
    assert set_tunings(site, given)
    assert site.checks == {"children-late": {"latest": 1110}, "lobby-crowding": {"minutes": 7, "off": False}}
    assert not set_tunings(site, site.checks)
    with pytest.raises(CinemactlError):
        tunings_of({"off-grid": 5})


def test_the_page_says_of_every_check_what_it_is() -> None:
    page = PAGE.read_text()
    for check in CHECKS.values():
        assert f"### {check.id}\n\n{check.severity}: {check.what}" in page
        assert check.explanation in page
        assert check.clause in page
        for number in check.numbers:
            assert f"| `{number.name}` | {number_told(number, number.default)} | {number.what} |" in page
    assert page.count("\n### ") == len(CHECKS)
