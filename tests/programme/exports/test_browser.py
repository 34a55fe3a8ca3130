"""The HTML week in a real browser: at the width of a phone, on paper, and for people who do not see it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from importlib.resources import files

import pytest

from cinemactl.programme.exports.html import week_page
from cinemactl.programme.tables import Screen

FIRST = date(2026, 12, 3)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"),
)
LOOK = """
<script>{axe}</script>
<script>
addEventListener("load", async () => {{
  const found = await axe.run({{ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }});
  const seen = (one) => one.offsetParent !== null && one.getClientRects().length > 0;
  document.documentElement.dataset.found = JSON.stringify({{
    violations: found.violations.map((one) => [one.id, one.nodes.length]),
    passes: found.passes.length,
    wide: document.documentElement.scrollWidth - innerWidth,
    films: [...document.querySelectorAll(".film")].filter(seen).length,
    empty: [...document.querySelectorAll(".day.none")].filter(seen).length,
  }});
}});
</script>
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine.")


@pytest.fixture
def browse(tmp_path):
    """Give a way to run the browser on a page, with a profile of its own."""

    def run(page, *flags):
        file = tmp_path / "page.html"
        file.write_text(page, encoding="utf-8")
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags, file.as_uri()]
        return subprocess.run(command, capture_output=True, check=True, timeout=100).stdout.decode()

    return run


def large_week(house):
    """Show 20 movies on 12 screens: five shows a day on each."""
    screens = [Screen(id=number, site_id=1, name=f"Saal {number}", seats=100, house_seats=0) for number in range(12)]
    for day in range(7):
        for number, screen in enumerate(screens):
            for show, clock in enumerate(("11:00", "14:15", "17:15", "20:00", "22:45")):
                movie = (number * 5 + show * 3 + day // 4) % 20
                version = {"audio": "en", "subtitles": "de"} if movie % 4 == 0 else {}
                yield house.show(
                    f"The Film of the Number {movie}", f"2026-12-{3 + day:02}T{clock}", screen=screen, **version
                )


def test_a_phone_shows_it_without_scripts_or_scrolling_sideways_and_it_is_accessible(house, hostile, browse):
    shown = [*hostile, house.show("Heat", "2026-12-04T19:30", audio="en", certificate="FSK 16")]
    page = week_page(house.site, FIRST, shown)
    look = LOOK.format(axe=(files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8"))
    seen = browse(page + look, "--window-size=360,740", "--virtual-time-budget=20000", "--dump-dom")
    found = json.loads(re.findall(r'data-found="([^"]*)"', seen)[0].replace("&quot;", '"'))
    assert found.pop("passes") > 10
    assert found == {"violations": [], "wide": 0, "films": len(shown), "empty": 0}


def test_the_week_of_a_large_house_prints_on_one_sheet(house, browse, tmp_path):
    page = week_page(house.site, FIRST, large_week(house))
    browse(page, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'week.pdf'}")
    printed = (tmp_path / "week.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    ((width, height),) = set(re.findall(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", printed))
    assert (round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) == (297, 210)
