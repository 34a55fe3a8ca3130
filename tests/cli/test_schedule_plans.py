"""The programme by plans, as commands: made, shown, applied, taken back, published, imported."""

from __future__ import annotations

WEEK = ("--week", "2037-W49")
HEADER = "site,screen,movie,starts_at,runtime,seats\n"


def test_a_week_is_planned_applied_edited_and_taken_back(cinemactl, tmp_path):
    cinemactl("site", "add", "Rex", "--timezone", "Europe/Paris", "--country", "FR")
    cinemactl("screen", "add", "1", "--site", "Rex", "--seats", "100")
    cinemactl("movie", "add", "Heat", "--year", "1995", "--runtime", "170")
    wish = ("generate", "Heat", "--screen", "1", *WEEK, "--day", "fri-sat", "--earliest", "14:00", "--latest", "20:00")
    made = cinemactl("schedule", *wish, "--json")
    assert (made.code, made.json["added"], made.json["state"], len(made.json["changes"])) == (0, 4, "planned", 4)
    assert made.json["changes"][0]["starts_at"] == "2037-12-04T14:00:00+01:00"
    shown = cinemactl("schedule", "diff")
    assert shown.out.count("added") == 4
    assert "`cinemactl schedule apply 1` applies it." in shown.err
    applied = cinemactl("schedule", "apply", "1", "--json")
    assert (applied.code, applied.json["state"]) == (0, "applied")
    assert "Applied already, nothing was changed" in cinemactl("schedule", "apply").err
    assert "4 unchanged" in cinemactl("schedule", *wish).err
    assert cinemactl("schedule", "apply", "99").code == 3

    (tmp_path / "week.csv").write_text(cinemactl("schedule", "list", *WEEK, "--format", "csv").out)
    assert "4 unchanged" in cinemactl("schedule", "diff", "week.csv").err
    lines = (tmp_path / "week.csv").read_text().splitlines()
    (tmp_path / "week.csv").write_text("\n".join(lines[:-1]).replace("T14:00", "T13:30"))
    edited = cinemactl("schedule", "apply", "week.csv", "--json")
    assert [edited.json[name] for name in ("moved", "cancelled", "unchanged")] == [2, 1, 1]
    (tmp_path / "bad.csv").write_text(lines[0] + "\n" + lines[1].replace("T14:00", "T99:00"))
    refused = cinemactl("schedule", "diff", "bad.csv", "--json")
    assert (refused.code, refused.error["code"]) == (2, "plan-file-refused")
    assert cinemactl("schedule", "undo").code == 0
    assert len(cinemactl("schedule", "list", *WEEK, "--json").json) == 4

    copied = cinemactl("schedule", "copy", "--from", "2037-W49", "--to", "2037-W50", "--apply", "--json")
    assert (copied.code, copied.json["state"], copied.json["added"]) == (0, "applied", 4)
    published = cinemactl("schedule", "publish", *WEEK, "--force", "--json")
    assert published.code == 0, published.err
    assert published.json["published"] == 4
    assert cinemactl("schedule", "diff", "--published", *WEEK, "--json").json == []
    cinemactl("schedule", "move", "1", "--at", "13:00", "--force")
    (changed,) = cinemactl("schedule", "diff", "--published", *WEEK, "--json").json
    assert (changed["change"], changed["was"]["starts_at"]) == ("moved", "2037-12-04T14:00:00+01:00")

    cinemactl("site", "add", "Odeon", "--timezone", "Europe/London", "--country", "GB")
    starts = [one["starts_at"][:16] for one in cinemactl("schedule", "list", "--all", "--json").json]
    zone = ("site", "edit", "Rex", "--timezone", "Europe/London")
    assert cinemactl(*zone, "--json").error["code"] == "timezone-in-use"
    assert (
        "8 screenings were moved to the same time of day in Europe/London"
        in cinemactl(*zone, "--keep", "local-times").err
    )
    assert [one["starts_at"][:16] for one in cinemactl("schedule", "list", "--all", "--json").json] == starts
    copy = ("schedule", "publish", "--week", "2037-W50", "--force")
    assert cinemactl(*copy).code == 2
    assert "4 screenings of 2 sites" in cinemactl(*copy, "--all-sites").err
    assert len(cinemactl("schedule", "diff", "--published", "--all-sites", "--json").json) == 3


def test_a_file_is_imported_and_taken_back(cinemactl, tmp_path):
    def waited(*words):
        asked = cinemactl(*words, "--no-wait", "--json").json
        assert cinemactl.process("worker", "run", "--burst").code == 0
        return cinemactl("job", "wait", str(asked["job_id"]), "--json")

    file = HEADER + "Rex,1,Heat (1995),2037-12-04 14:00,170,90\nRex,1,Ronin,2037-12-04 15:00,120,90\n"
    (tmp_path / "week.csv").write_text(file + "Rex,2,Ronin,2037-12-04 15:00,120,90\n")
    new = ("--create-missing", "--timezone", "Europe/Paris", "--country", "FR")
    done = waited("schedule", "import", "week.csv", *new)
    assert done.code == 6, done.err
    assert [done.json[name] for name in ("rows", "created", "rejected", "new_screens")] == [3, 1, 2, 1]
    assert "line 3" in (tmp_path / "week.rejects-1.csv").read_text()
    assert cinemactl("schedule", "undo").code == 4
    undone = waited("import", "undo", "1")
    assert (undone.code, undone.json["removed"], undone.json["removed_sites"]) == (0, 1, 1)
    assert cinemactl("schedule", "import", "week.csv", "--timezone", "Europe/Paris").code == 2
