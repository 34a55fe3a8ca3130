"""ScreeningEvents as schema.org has them."""

from __future__ import annotations

import json

from cinemactl.programme.exports.jsonld import graph


def test_an_event_says_what_when_and_where(house):
    shown = house.show(
        "Heat", "2026-12-04T19:30", certificate="FSK 16", format="IMAX", audio="en", subtitles="de", captions="open"
    )
    shown.screening.sold, shown.screening.held_back_seats = 10, 6
    (event,) = json.loads(graph([shown]))["@graph"]
    assert event["@type"] == "ScreeningEvent"
    assert (event["startDate"], event["doorTime"]) == ("2026-12-04T19:30+01:00", "2026-12-04T19:15+01:00")
    assert event["endDate"] == event["subEvent"]["endDate"] == "2026-12-04T21:45+01:00"
    assert event["subEvent"]["startDate"] == "2026-12-04T19:45+01:00"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert (event["videoFormat"], event["inLanguage"], event["subtitleLanguage"]) == ("IMAX", "en", "de")
    assert (event["maximumAttendeeCapacity"], event["remainingAttendeeCapacity"]) == (100, 80)
    assert event["workPresented"]["sameAs"] == ["https://www.imdb.com/title/tt0113277/"]
    assert event["workPresented"]["accessibilityFeature"] == ["openCaptions"]
    assert event["location"]["containedInPlace"]["name"] == "Filmhaus <3>"
    assert event["location"]["address"]["addressLocality"] == "Köln"


def test_hostile_titles_come_back_as_they_were_and_end_no_script(hostile):
    written = graph(hostile)
    assert not set("<>&\u2028\u2029") & set(written)
    events = json.loads(written)["@graph"]
    assert [event["name"] for event in events] == [one.title for one in hostile]
    assert events[0]["eventStatus"] == "https://schema.org/EventCancelled"
    assert (events[0]["remainingAttendeeCapacity"], events[1]["remainingAttendeeCapacity"]) == (0, 96)
