"""Sites and screens as commands."""

from __future__ import annotations


def test_a_site_and_its_screens_are_added_shown_changed_and_removed(cinemactl):
    assert cinemactl("screen", "add", "1", "--seats", "9", "--json").error["code"] == "site-not-named"
    added = cinemactl(
        *("site", "add", "Filmhaus", "--timezone", "europe/berlin", "--country", "Germany", "--currency", "eur"),
        *("--hours", "mon-thu 14:00-25:00; fri-sun 10-26", "--closed", "2026-12-24", "--turnaround", "10", "--json"),
    ).json
    assert (added["timezone"], added["country"], added["currency"]) == ("Europe/Berlin", "DE", "EUR")
    assert added["hours"] == {"mon-thu": "14:00-25:00", "fri-sun": "10:00-26:00", "2026-12-24": "closed"}
    assert added["turnaround_minutes"] == 10
    shown = cinemactl(
        *("site", "edit", "Filmhaus", "--week-starts-on", "Friday", "--clear", "country", "--name", "Filmhaus Köln"),
        "--json",
    ).json
    assert (shown["name"], shown["country"], shown["week_starts_on"]) == ("Filmhaus Köln", None, "fri")
    first = cinemactl(
        *("screen", "add", "Saal 1", "--seats", "240", "--wheelchair-seats", "4", "--formats", "2d, IMAX"), "--json"
    ).json
    assert (first["site"], first["formats"], first["wheelchair_seats"]) == ("Filmhaus Köln", ["2D", "IMAX"], 4)
    edited = cinemactl(
        *("screen", "edit", "Saal 1", "--lobby", "west", "--pre-show", "20", "--json"),
    ).json
    assert (edited["lobby"], edited["in_effect"]) == ("west", {"pre_show_minutes": 20, "turnaround_minutes": 10})
    assert cinemactl("screen", "show", "filmhaus koln/saal 1", "--json").json == edited
    cleared = cinemactl("screen", "edit", "Saal 1", "--clear", "pre-show", "--json").json
    assert cleared["in_effect"]["pre_show_minutes"] == 15
    assert "Saal 1" in cinemactl("screen", "list").out
    assert cinemactl("site", "list", "--json").json[0]["seats"] == 240
    tuned = cinemactl("site", "edit", "Filmhaus Köln", "--check", "lobby-crowding.minutes=10", "--json").json
    assert tuned["checks"] == {"lobby-crowding": {"minutes": 10}}
    assert cinemactl("site", "edit", "Filmhaus Köln", "--clear", "checks", "--json").json["checks"] == {}
    for refused in (
        ("site", "edit", "Filmhaus Köln", "--check", "lobby-crowding.colour=red"),
        ("site", "add", "X", "--timezone", "Berlin"),
        ("site", "add", "X"),
        ("site", "edit", "Filmhaus Köln"),
        ("site", "edit", "Filmhaus Köln", "--clear", "timezone"),
        ("site", "edit", "Filmhaus Köln", "--hours", "mon"),
        ("site", "edit", "Filmhaus Köln", "--keep", "moments"),
        ("screen", "add", "Saal 2", "--seats", "0"),
        ("screen", "edit", "Saal 1", "--house-seats", "500"),
    ):
        assert cinemactl(*refused).code == 2, refused
    assert cinemactl("screen", "remove", "Saal 1", "--yes").code == 0
    assert cinemactl("site", "remove", "Filmhaus Köln", "--yes").code == 0
    assert cinemactl("site", "show", "Filmhaus Köln").code == 3


def test_an_export_of_places_is_imported_again(cinemactl, tmp_path):
    cinemactl("site", "add", "Filmhaus", "--timezone", "Europe/Berlin", "--hours", "daily 10-25")
    cinemactl("screen", "add", "Saal 1", "--seats", "240")
    sites, screens = tmp_path / "sites.csv", tmp_path / "screens.json"
    assert cinemactl("site", "export", str(sites)).code == 0
    assert cinemactl("screen", "export", str(screens)).code == 0
    assert sites.read_text().splitlines()[1].startswith("Filmhaus,Europe/Berlin,")
    assert sites.read_text().splitlines()[1].endswith(",mon-sun 10:00-25:00,")
    assert '"formats": "2D"' in screens.read_text()
    for noun, file in (("site", sites), ("screen", screens)):
        assert cinemactl(noun, "import", str(file), "--no-wait", "--json").json["state"] == "queued"
