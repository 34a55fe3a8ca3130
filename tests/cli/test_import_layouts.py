"""`cinemactl import layouts`, and the options of `movie import` that choose one."""

from __future__ import annotations

from cinemactl import settings as configuration
from cinemactl.jobs.run import perform


def test_the_layouts_are_listed(cinemactl):
    listed = {one["name"]: one for one in cinemactl("import", "layouts", "--json").json}
    assert set(listed["generic"]) == {"name", "noun", "origin", "adds", "description"}
    assert (listed["imdb-titles"]["noun"], listed["imdb-titles"]["origin"]) == ("movie", "shipped")
    assert (listed["movielens-links"]["adds"], listed["movielens-ratings"]["noun"]) == (True, "rating")


def test_a_saved_layout_is_listed_as_ones_own(cinemactl, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("Werk,wann\nHeat,1995\n", encoding="utf-8")
    asked = cinemactl(
        *("movie", "import", str(file), "--map", "title=Werk", "--map", "year=2", "--save-layout", "zz-werke"),
        *("--no-wait", "--include-series", "--lenient", "--json"),
    )
    assert asked.code == 0
    listed = {one["name"]: one["origin"] for one in cinemactl("import", "layouts", "--json").json}
    assert listed["zz-werke"] == "own"
    assert cinemactl("movie", "import", str(file), "--layout", "zz-werke", "--no-wait").code == 0


def test_a_map_that_cannot_be_ends_with_two(cinemactl, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("Werk,wann\nHeat,1995\n", encoding="utf-8")
    asked = cinemactl("movie", "import", str(file), "--map", "tile=Werk", "--json")
    assert (asked.code, asked.error["hint"][:18]) == (2, "Did you mean title")


def test_a_file_of_ratings_is_refused(cinemactl, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text("userId,movieId,rating,timestamp\n1,6,4.0,964982224\n", encoding="utf-8")
    asked = cinemactl("movie", "import", str(file), "--json")
    assert (asked.code, asked.error["code"]) == (1, "records-of-another-kind")
    assert asked.error["message"] == "ratings.csv holds ratings of movies (layout movielens-ratings), no movies."


def test_a_column_of_dates_that_could_be_either_asks_for_its_order(cinemactl, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("title,released\nHeat,03/04/1995\nRonin,05/06/1998\n", encoding="utf-8")
    job = cinemactl("movie", "import", str(file), "--no-wait").out.strip()
    perform(int(job), settings=configuration.load({}, cinemactl.environment))
    waited = cinemactl("job", "wait", job, "--json")
    assert (waited.code, waited.error["code"]) == (2, "date-order-unclear")
    assert "'03/04/1995' and '05/06/1998'" in waited.error["message"]
    told = cinemactl("movie", "import", str(file), "--date-order", "mdy", "--no-wait").out.strip()
    perform(int(told), settings=configuration.load({}, cinemactl.environment))
    assert cinemactl("job", "wait", told, "--json").json["date_order"] == "mdy"
    assert cinemactl("import", "show", "2", "--json").json["date_order"] == "mdy"
    assert cinemactl("movie", "show", "Heat", "--json").json["release_date"] == "1995-03-04"
