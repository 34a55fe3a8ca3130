"""What holds of every file, whatever its rows say: small alphabets, so that rows meet in every way there is."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importing.importer import table
from sqlalchemy import text

HEADER = "title,original_title,further_titles,year,runtime,genres,cast,imdb_id,tmdb_id,movielens_id"
rows = st.tuples(
    st.sampled_from(["Heat", "Cold", "Dune"]),
    st.sampled_from(["", "", "", "Cold", "Fuego"]),
    st.sampled_from(["", "", "", "Fuego", "Heat|Dune"]),
    st.sampled_from(["", "1995", "1995", "1996"]),
    st.sampled_from(["", "", "100", "abc"]),
    st.sampled_from(["", "", "crime", "crime|drama"]),
    st.sampled_from(["", "", "Al Pacino", "Al Pacino as Vincent", "Al Pacino|Robert De Niro"]),
    st.sampled_from(["", "", "tt0000001", "tt0000002"]),
    st.sampled_from(["", "", "1", "2"]),
    st.sampled_from(["", "", "", "7"]),
)
files = st.lists(rows, min_size=1, max_size=7)
catalogues = st.lists(rows, max_size=4)
several = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def _outcomes(importer, file):
    done = importer.run(file)
    planned = importer.outcomes()
    counted = Counter(planned.values())
    assert done["rows"] == len(planned)
    assert {outcome: done[outcome] for outcome in counted} == counted
    return planned


@several
@given(known=catalogues, first=files)
def test_the_same_file_again_changes_nothing(importer, known, first):
    importer.empty()
    if known:
        importer.run(table(HEADER, *known))
    file = table(HEADER, *first)
    before = _outcomes(importer, file)
    movies, versions = importer.movies(), importer.one("SELECT max(xmin::text::bigint) FROM movie")
    after = _outcomes(importer, file)
    expected = {"created": "unchanged", "updated": "unchanged"}
    assert after == {line: expected.get(outcome, outcome) for line, outcome in before.items()}
    assert importer.movies() == movies
    assert importer.one("SELECT max(xmin::text::bigint) FROM movie") == versions


@several
@given(known=catalogues, rows=files, data=st.data())
def test_the_order_of_the_rows_does_not_matter(importer, known, rows, data):
    def counted(order):
        importer.empty()
        if known:
            importer.run(table(HEADER, *known))
        planned = _outcomes(importer, table(HEADER, *order))
        outcomes: list[dict[str, int]] = Counter()
        for row, outcome in zip(order, (planned[line] for line in sorted(planned)), strict=True):
            outcomes[row, outcome == "ambiguous"] += 1
        return outcomes, Counter(planned.values())

    assert counted(rows) == counted(data.draw(st.permutations(rows)))


@several
@given(known=catalogues, first=files)
def test_no_movie_gets_two_ids_in_one_scheme_and_a_dry_run_tells_the_same(importer, known, first):
    importer.empty()
    if known:
        importer.run(table(HEADER, *known))
    file = table(HEADER, *first)
    movies = importer.movies()
    told = importer.run(file, dry_run=True)
    told_rows = importer.plan()
    assert importer.movies() == movies
    done = importer.run(file)
    same = {"rows", "created", "updated", "unchanged", "duplicates", "ambiguous", "rejected"}
    assert {name: told[name] for name in same} == {name: done[name] for name in same}
    for dry, real in zip(told_rows, importer.plan(), strict=True):
        made = {"movie_id": None} if real["outcome"] == "created" else {}
        assert dry == real | made
    with importer.database.unit_of_work() as session:
        twice = "SELECT movie_id FROM movie_identifier GROUP BY movie_id, scheme HAVING count(*) > 1"
        assert session.scalars(text(twice)).all() == []
