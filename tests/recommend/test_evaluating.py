"""The evaluation: its keys, and that two tastes are told apart."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from recommend.audience import fill

from cinemactl.recommend.charts import as_svg
from cinemactl.recommend.evaluating import evaluate


def test_an_evaluation_compares_and_can_be_drawn(session):
    fill(session, new_rated=0.5)
    found = evaluate(session)
    assert set(found) == {"warm", "cold", "opening"}
    measures = {"ndcg10", "recall20", "coverage10", "novelty", "low", "high"}
    for part, peers in (("warm", {"popularity", "item_knn", "content_knn", "ease"}), ("cold", {"content_knn"})):
        assert peers | {"ours"} <= set(found[part])
        assert set(found[part]["content_knn"]) == measures
        assert peers <= set(found[part]["ours"]["ratio"])
    assert found["warm"]["ours"]["ndcg10"] > found["warm"]["popularity"]["ndcg10"]
    assert {"popularity", "k0"} <= set(found["opening"]["ours"]["ratio"])
    assert ET.fromstring(as_svg(found)).tag.endswith("svg")  # noqa: S314  (our own)
