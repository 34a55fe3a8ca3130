"""Admissions as commands."""

from __future__ import annotations


def test_admissions_are_recorded_listed_and_exported(cinemactl, tmp_path):
    cinemactl("movie", "add", "Heat", "--runtime", "170")
    cinemactl("site", "add", "Filmhaus", "--timezone", "Europe/Berlin")
    cinemactl("screen", "add", "Saal 1", "--seats", "200")
    added = cinemactl("schedule", "add", "Heat", "--screen", "Saal 1", "--at", "2031-12-05 19:30", "--json")
    number = str(added.json["id"] if isinstance(added.json, dict) else added.json[0]["id"])
    cinemactl("member", "add", "anna")
    assert cinemactl("admission", "list", "--json").json == []
    told = cinemactl("admission", "add", number, "50", "--gross", "425.50", "--json").json
    assert (told["sold"], told["gross"], told["occupancy"], told["title"]) == (50, 425.5, 0.25, "Heat")
    assert "Unchanged" in cinemactl("admission", "add", number, "50").err
    assert cinemactl("admission", "add", number, "201").code == 2
    assert cinemactl("admission", "add", "999", "1").code == 3
    assert cinemactl("admission", "add", number, "2", "--member", "anna").code == 0
    attended = cinemactl("admission", "list", "--member", "anna", "--json").json
    assert [(one["member"], one["seats"], one["title"]) for one in attended] == [("anna", 2, "Heat")]
    assert "1 screening attended" in cinemactl("member", "remove", "anna", "--yes").err
    listed = cinemactl("admission", "list", "--week", "2031-W49", "--site", "filmhaus", "--json").json
    assert listed[0]["sold"] == 50
    assert cinemactl("admission", "list", "--day", "2031-12-04", "--json").json == []
    file = tmp_path / "out.csv"
    assert cinemactl("admission", "export", str(file)).code == 0
    assert file.read_text().splitlines()[0] == "screening,site,screen,starts_at,title,sold,seats,gross"
    assert cinemactl("admission", "import", str(file), "--no-wait", "--json").json["state"] == "queued"
    assert cinemactl("admission", "add", number, "0", "--member", "anna").code == 0
    assert cinemactl("admission", "list", "--member", "anna", "--json").json == []
