"""What holds of every file, whatever its rows say: small alphabets, so that rows meet in every way there is."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from importing.importer import OUTCOMES, table

HEADER = "title,original_title,further_titles,year,runtime,cast,imdb_id,tmdb_id,movielens_id"
CELLS = st.tuples(
    st.sampled_from(["Heat", "Cold", "Dune"]),
    st.sampled_from(["", "", "", "Cold", "Fuego"]),
    st.sampled_from(["", "", "", "Fuego", "Heat|Dune"]),
    st.sampled_from(["", "1995", "1995", "1996"]),
    st.sampled_from(["", "", "100", "abc"]),
    st.sampled_from(["", "", "Al Pacino", "Al Pacino as Vincent", "Al Pacino|Robert De Niro"]),
    st.sampled_from(["", "", "tt0000001", "tt0000002"]),
    st.sampled_from(["", "", "1", "2"]),
    st.sampled_from(["", "", "", "7"]),
)
CATALOGUES = st.lists(CELLS, max_size=4)
FILES = st.lists(CELLS, min_size=1, max_size=7)
TWO_IDS = "SELECT count(*) FROM (SELECT FROM movie_identifier GROUP BY movie_id, scheme HAVING count(*) > 1) AS twice"


def begin(importer, known):
    importer.empty()
    if known:
        importer.run(table(HEADER, *known))


def outcomes(importer, file, **options):
    done = importer.run(file, **options)
    planned = importer.outcomes()
    counted = Counter(planned.values())
    assert done["rows"] == len(planned)
    assert {outcome: done[outcome] for outcome in OUTCOMES} == {outcome: counted[outcome] for outcome in OUTCOMES}
    return planned


@settings(max_examples=5)
@given(known=CATALOGUES, rows=FILES)
def test_a_dry_run_tells_what_is_done_and_the_second_time_nothing_is(importer, known, rows):
    begin(importer, known)
    file, before = table(HEADER, *rows), importer.movies()
    told = outcomes(importer, file, dry_run=True)
    assert importer.movies() == before
    done = outcomes(importer, file)
    assert done == told
    assert importer.one(TWO_IDS) == 0
    movies, versions = importer.movies(), importer.one("SELECT max(xmin::text::bigint) FROM movie")
    applied = {"created": "unchanged", "updated": "unchanged"}
    again = outcomes(importer, file)
    assert again == {line: applied.get(outcome, outcome) for line, outcome in done.items()}
    assert importer.movies() == movies
    assert importer.one("SELECT max(xmin::text::bigint) FROM movie") == versions


@settings(max_examples=5)
@given(known=CATALOGUES, rows=FILES, data=st.data())
def test_the_order_of_the_rows_does_not_matter(importer, known, rows, data):
    def ended(order):
        begin(importer, known)
        planned = sorted(outcomes(importer, table(HEADER, *order)).items())
        set_aside = Counter((row, outcome == "ambiguous") for row, (_, outcome) in zip(order, planned, strict=True))
        return set_aside, Counter(outcome for _, outcome in planned)

    assert ended(rows) == ended(data.draw(st.permutations(rows)))
