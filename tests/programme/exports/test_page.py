"""The HTML week as text: what it says and what it never lets through."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from cinemactl.programme.exports.fitting import LARGEST_PT, SMALLEST_PT, print_size
from cinemactl.programme.exports.html import week_page
from cinemactl.programme.exports.text import printable

FIRST = date(2026, 12, 3)


class Page(HTMLParser):
    """The elements of a page, the text of each kind, and whether all of them were closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.attributes = [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag != "meta":
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag][-1] += data


def test_a_start_says_when_the_film_itself_starts(house):
    cancelled = house.show("Heat", "2026-12-05T00:30", state="cancelled")
    page = Page(week_page(house.site, FIRST, [house.show("Heat", "2026-12-04T19:30"), cancelled]))
    assert page.open == []
    assert page.texts["h3"] == ["Fri 4 Dec"]
    assert page.texts["ul"][-1].strip() == "19:30 film 19:45 Saal 100:30 Sat cancelled"
    assert ("time", "datetime", "2026-12-04T19:45+01:00") in page.attributes
    assert page.texts["title"] == ["Filmhaus <3>: Thursday 3 December to Wednesday 9 December 2026"]


def test_a_start_that_is_there_twice_has_its_offset(house):
    shown = [house.show("Heat", "2026-10-25T02:30", fold=fold) for fold in (0, 1)]
    page = Page(week_page(house.site, date(2026, 10, 22), shown))
    starts = page.texts["ul"][-1].strip()
    assert starts == "02:30+02:00 Sun film 02:45+02:00 Saal 102:30+01:00 Sun film 02:45+01:00 Saal 1"


def test_hostile_titles_stay_texts(house, hostile):
    page = Page(week_page(house.site, FIRST, hostile))
    assert page.open == []
    assert sorted(page.texts["h2"]) == sorted(printable(one.title) for one in hostile)
    assert len(page.texts["script"]) == 1
    assert len(json.loads(page.texts["script"][0])["@graph"]) == len(hostile)
    assert {name for _, name, _ in page.attributes if name.startswith("on")} == set()


@given(title=st.text(max_size=80))
def test_any_title_is_one_heading_and_one_event(house, title):
    page = Page(week_page(house.site, FIRST, [house.show(title, "2026-12-04T19:30")]))
    assert (page.open, page.texts["h2"]) == ([], [printable(title)])
    assert json.loads(page.texts["script"][0])["@graph"][0]["name"] == title


def test_print_shrinks_with_what_there_is_to_print():
    row = ("A movie of some title", "3D", [4] * 7)
    sizes = [print_size([row] * count) for count in (0, 5, 20, 40, 1000)]
    assert sizes[0] == LARGEST_PT
    assert sizes[-1] == SMALLEST_PT
    assert sizes == sorted(sizes, reverse=True)
