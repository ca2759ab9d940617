"""Narrowed lists by a trained model: its ranking among fewer items, within bounds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from inventory.queries import narrowed_to
from recommendations.engine.histories import Histories, History
from recommendations.services import pools
from recommendations.services.homes import homes_by_model
from recommendations.services.kinship import similar_by_model
from recommendations.serving import home_list, similar_list
from tests.recommendations.narrowed import asking, check, every_list

pytestmark = pytest.mark.django_db


def by_source(answer, source="personal"):
    return [each.candidate for each in answer.places if each.candidate.source == source]


def test_the_model_s_ranking_among_fewer_items_is_the_same_ranking(version, person, now):
    whole = {each.item_id: each for each in by_source(home_list(asking(now, person, 100)))}
    kind = Item.objects.get(pk=next(iter(whole))).kind
    answer = home_list(asking(now, person, 100, kinds=[kind]))
    assert answer.model == version
    own = by_source(answer)
    known = [each for each in own if each.item_id in whole]
    assert 0 < len(known) < len(own)
    assert known == own[: len(known)] == [each for each in whole.values() if each in known]
    assert {each.item_id for each in known} == narrowed_to(kinds=[kind]).among(list(whole))


@pytest.mark.parametrize("asked", [{"kinds": ["lot"]}, {"kinds": ["map", "prop", "avatar"]}])
def test_without_regard_to_variety_it_is_the_whole_ranking_less_what_does_not_fulfil(
    version, person, keeper, now, settings, asked
):
    without_variety = {"relevance": 1, "limit": 99, "per_category": 99, "per_seller": 99}
    settings.RECSYS_HOME_RULES = settings.RECSYS_HOME_RULES | without_variety
    held, among = keeper.held(wait=True), narrowed_to(**asked)
    (whole,) = homes_by_model([person.pk], held, now=now).values()
    (fewer,) = homes_by_model([person.pk], held, now=now, among=among).values()
    fulfil = among.among([place.item_id for place in whole])
    assert 0 < len(fewer) < len(whole)
    assert fewer == [place for place in whole if place.item_id in fulfil]
    item = person.bids.first().item_id
    neighbours = similar_by_model([item], held, now=now)[item]
    alike = similar_by_model([item], held, now=now, among=among)[item]
    known = [place for place in neighbours if place in alike]
    assert alike[: len(known)] == known
    assert among.among([place.item_id for place in alike]) == {each.item_id for each in alike}


def test_where_a_model_has_nothing_that_fulfils_it_the_formulas_are_not_asked_for_more(
    version, person, now
):
    item = Item.objects.live(now).exclude(category=None).first()
    with CaptureQueriesContext(connection) as asked:
        answer = similar_list(item.pk, asking(now, kinds=["file"]), actor=person)
        home = home_list(asking(now, person, kinds=["file"]))
    assert answer.places == home.places == []
    assert answer.model == home.model == version
    assert not [each for each in asked if "cents" in each["sql"]]


def test_a_bounded_part_of_the_order_is_asked_whatever_is_asked_for(
    version, person, keeper, now, monkeypatch
):
    for name, value in {"CANDIDATES": 3, "ASKED_AT_FIRST": 4, "MOST_ASKED": 25}.items():
        monkeypatch.setattr(pools, name, value)
    graph = keeper.held(wait=True).graph(now)
    history = Histories.of(History.of(graph.items[:9]))
    for kinds, most in ((["lot", "avatar", "map", "prop"], 1), (["file"], 3)):
        with CaptureQueriesContext(connection) as asked:
            best = pools.best_of(graph, history, among=narrowed_to(kinds=kinds))
        assert len(asked) == most
        assert best.items.size == (3 if most == 1 else 0)


def test_lists_of_all_sorts_by_the_model_hold_only_what_fulfils(version, person, now):
    item = Item.objects.live(now).exclude(category=None).first()
    for kind in ("lot", "avatar", "map", "prop"):
        for answer in every_list(now, person, item, kinds=[kind]):
            check(answer, now, narrowed_to(kinds=[kind]))
