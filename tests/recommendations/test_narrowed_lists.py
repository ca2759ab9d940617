"""Served lists narrowed by kind, category and metadata: the same ranking, fewer items."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.models import Item
from inventory.queries import narrowed_to
from inventory.services import set_item_metadata
from recommendations import cache
from recommendations.cache import Key, memory
from recommendations.data import Family
from recommendations.engine.histories import Histories, History
from recommendations.services import generate_popular_items, pools, refresh_list
from recommendations.services.homes import homes_by_model
from recommendations.services.kinship import similar_by_model
from recommendations.serving import (
    Request,
    home_list,
    list_for_items,
    popular_list,
    similar_list,
)
from tests.factories import (
    BidFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
    UserFactory,
)
from tests.factories import WatchlistItemFactory as Watch
from tests.recommendations.lists import ids, keep

pytestmark = pytest.mark.django_db

HOME = "/api/v1/recommendations/"
POPULAR = "/api/v1/recommendations/popular/"
FOR_ITEMS = "/api/v1/recommendations/for-items/"
DC = {"dc": "http://purl.org/dc/elements/1.1/"}


def say(item, subject):
    set_item_metadata(item_id=item.pk, document={"@context": DC, "dc:subject": subject})
    return item


def fox(**fields):
    return say(ItemFactory(**fields), "fox")


def similar_to(item):
    return f"/api/v1/items/{item.pk}/similar/"


def shown(response):
    assert response.status_code == 200, response.content
    return [(place["item"]["id"], place["source"]) for place in response.json()["results"]]


def asking(now, user=None, limit=20, **asked):
    return Request(now, limit, user and user.pk, narrowing=narrowed_to(**asked) if asked else None)


@pytest.fixture
def liked(owner):
    """A category the owner likes by an item that they watch."""
    return Watch(user=owner).item.category


# --- what comes, in which order, from where ---


def test_what_is_kept_comes_first_then_the_list_made_anew_then_popular_then_newest(
    api, owner, liked, now
):
    elsewhere = CategoryFactory()
    newest = fox(category=elsewhere)
    popular = fox(category=elsewhere, bid_count=9)
    anew = fox(category=liked, bid_count=3)
    first, second = fox(category=liked), fox(category=liked, bid_count=1)
    other = ItemFactory(category=liked)
    Item.objects.filter(pk=newest.pk).update(auction_status="pending")  # nobody's popular list
    keep(Family.HOME, owner.pk, [second, other, first], now)
    cache.store(Family.POPULAR, {None: refresh_list(key=Key(Family.POPULAR), now=now)})
    assert shown(api(owner).get(HOME, {"meta": "dc:subject=fox"})) == [
        (second.pk, "personal"),
        (first.pk, "personal"),
        (anew.pk, "personal"),
        (popular.pk, "popular"),
        (newest.pk, "newest"),
    ]


def test_conditions_of_several_sorts_all_hold(api):
    above = CategoryFactory(slug="instruments")
    below = CategoryFactory(parent=above)
    wanted = fox(category=below, kind="map", auction_status=None)
    fox(category=below)
    fox(kind="map", auction_status=None)
    say(CreationFactory(kind="map", category=below), "owl")
    asked = {"kind": ["map", "prop"], "category": "instruments", "meta": "dc:subject=fox"}
    assert [item for item, _ in shown(api().get(POPULAR, asked))] == [wanted.pk]
    by_id = asked | {"category": str(above.pk)}
    assert [item for item, _ in shown(api().get(POPULAR, by_id))] == [wanted.pk]
    assert shown(api().get(POPULAR, asked | {"category": "nowhere"})) == []


def test_similar_items_are_narrowed_to_its_neighbours_then_its_category_then_others(api, now):
    item = ItemFactory()
    neighbour, other = fox(category=item.category, current_price=10), ItemFactory()
    alike = fox(category=item.category, current_price=10)
    far = fox(current_price=900, bid_count=2)
    keep(Family.SIMILAR, item.pk, [other, neighbour], now)
    assert shown(api().get(similar_to(item), {"meta": "dc:subject=fox"})) == [
        (neighbour.pk, "similar"),
        (alike.pk, "similar"),
        (far.pk, "popular"),
    ]


def test_a_basket_s_list_is_narrowed_by_the_address(api):
    held = ItemFactory()
    alike, other = fox(category=held.category), ItemFactory(category=held.category)
    answer = api().post(f"{FOR_ITEMS}?meta=dc:subject=fox", {"items": [held.pk]})
    assert shown(answer) == [(alike.pk, "similar")]
    assert other.pk in dict(shown(api().post(FOR_ITEMS, {"items": [held.pk]})))


def test_nothing_that_ended_or_is_held_comes_back_by_asking_for_it(api, owner, liked, now):
    held = Watch(user=owner, item=fox(category=liked)).item
    over = fox(category=liked)
    keep(Family.HOME, owner.pk, [over, held], now)
    Item.objects.filter(pk=over.pk).update(end_at=now)
    own = fox(seller=owner)
    left = fox()
    assert [item for item, _ in shown(api(owner).get(HOME, {"meta": "dc:subject=fox"}))] == [
        left.pk
    ]
    assert own.pk != left.pk


def test_a_category_that_is_asked_for_is_not_cut_for_the_sake_of_a_mixed_list(api, owner, liked):
    ItemFactory.create_batch(8, category=liked)
    asked = {"category": liked.slug}
    sources = [source for _, source in shown(api(owner).get(HOME, asked))]
    assert sources.count("personal") == 8
    assert [source for _, source in shown(api(owner).get(HOME))].count("personal") == 3


def test_a_narrowed_list_is_kept_by_nobody_and_no_kept_one_changes(api, owner, liked, now):
    items = [fox(category=liked), ItemFactory(category=liked)]
    caller = api(owner)
    assert len(shown(caller.get(HOME, {"meta": "dc:subject=fox"}))) == 1
    assert {item for item, _ in shown(caller.get(HOME))} >= {item.pk for item in items}
    entry = cache.find(Key(Family.HOME, owner.pk))
    assert {place.item_id for place in entry.ranked} == {item.pk for item in items}


def test_the_newest_are_not_those_of_a_seller_who_is_blocked(owner, now):
    foe = fox(auction_status="pending").seller
    friend = fox(auction_status="pending")
    owner.blocks.create(blocked=foe)
    fox(seller=owner, auction_status="pending")
    assert ids(home_list(asking(now, owner, meta=["dc:subject=fox"]))) == [friend.pk]


# --- mistakes ---


@pytest.mark.parametrize(
    "asked",
    [
        {"meta": "fox"},
        {"meta": "nobody:subject=fox"},
        {"meta": "schema:price>=much"},
        {"meta": ["dc:subject=a"] * 9},
        {"kind": "sword"},
        {"category": "9" * 200},
    ],
    ids=str,
)
def test_a_senseless_narrowing_is_refused_by_every_list_with_the_field_named(api, owner, asked):
    caller, item = api(owner), ItemFactory()
    query = "&".join(
        f"{name}={value}"
        for name, values in asked.items()
        for value in ([values] if isinstance(values, str) else values)
    )
    answers = [caller.get(f"{each}?{query}") for each in (HOME, POPULAR, similar_to(item))]
    answers.append(caller.post(f"{FOR_ITEMS}?{query}", {"items": [item.pk]}))
    for answer in answers:
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
        assert list(answer.json()["fields"]) == list(asked)


# --- JSON-LD ---


@pytest.mark.parametrize("media_type", ["application/ld+json", "application/activity+json"])
def test_a_narrowed_list_in_json_ld_is_named_by_all_that_was_asked(
    api, owner, settings, media_type
):
    item = fox()
    alike = fox(category=item.category)
    query = "kind=lot&meta=dc%3Asubject%3Dfox"
    addresses = [HOME, POPULAR]
    if media_type == "application/activity+json":
        addresses.append(similar_to(item))
    for address in addresses:
        answer = api(owner).get(f"{address}?{query}", HTTP_ACCEPT=media_type)
        document = json.loads(answer.content)
        name = document.get("@id") or document["id"]
        assert name == f"{settings.PUBLIC_URL}{address}?{query}"
        assert alike.title in answer.content.decode()


# --- what it costs ---


def statements(client, address):
    client.get(address)
    cache.flush_counts()
    with CaptureQueriesContext(connection) as asked:
        assert len(shown(client.get(address))) == 3
    return len(asked)


@pytest.mark.parametrize(
    ("narrow", "more"), [("meta=dc:subject=fox", 1), ("kind=lot", 1), ("category=foxes", 2)]
)
def test_narrowing_a_kept_list_that_suffices_takes_a_statement_and_one_for_the_tree(
    api, owner, now, monkeypatch, narrow, more
):
    monkeypatch.setattr("recommendations.cache.memory.SECONDS", 0.0)
    category = CategoryFactory(slug="foxes")
    lots = [fox(category=category) for _ in range(4)]
    for family, owner_id in ((Family.HOME, owner.pk), (Family.SIMILAR, lots[0].pk)):
        keep(family, owner_id, lots[1:], now)
    generate_popular_items(now=now)
    for caller, address in ((api(owner), HOME), (api(), similar_to(lots[0])), (api(), POPULAR)):
        plain = statements(caller, f"{address}?limit=3")
        assert statements(caller, f"{address}?limit=3&{narrow}") == plain + more


# --- by the model ---


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


# --- whatever there is and whatever is asked ---


def every_list(now, user, item, limit=20, **asked):
    yield home_list(asking(now, user, limit, **asked))
    yield popular_list(asking(now, None, limit, **asked))
    yield similar_list(item.pk, asking(now, None, limit, **asked), actor=user)
    yield list_for_items([item.pk], asking(now, user, limit, **asked))


def check(answer, now, among, limit=20):
    """At most so many, none twice, all live, all fulfilling."""
    found = ids(answer)
    assert len(found) == len(set(found)) <= limit
    assert among.among(found) == set(found)
    assert Item.objects.live(now).filter(pk__in=found).count() == len(found)


def check_order(narrowed, plain):
    """Of each source what both lists hold comes in the same order."""
    for source in {place.candidate.source for place in plain.places}:
        fewer, all_ = (
            [p.candidate.item_id for p in answer.places if p.candidate.source == source]
            for answer in (narrowed, plain)
        )
        assert [pk for pk in fewer if pk in all_] == [pk for pk in all_ if pk in fewer]


things = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["lot", "map", "avatar"]),
        "category": st.integers(0, 2),
        "subject": st.sampled_from(["fox", "owl", ""]),
        "bid_count": st.integers(0, 3),
        "current_price": st.sampled_from([10, 12, 500]),
        "end": st.sampled_from([None, "ahead", "over"]),
        "touched": st.sampled_from([None, None, "bid", "watched", "own"]),
    }
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.lists(st.sampled_from(["lot", "map"]), min_size=1),
        "category": st.sampled_from(["shelf-0", "shelf-1"]),
        "meta": st.sampled_from([["dc:subject=fox"], ["dc:subject!=fox"], ["dc:subject~o"]]),
    },
).filter(bool)


class TestAnyNarrowing(TestCase):
    def build(self, thing, person, shelves, now):
        item = ItemFactory(
            kind=thing["kind"],
            category=shelves[thing["category"]],
            bid_count=thing["bid_count"],
            current_price=thing["current_price"],
            start_at=None,
            end_at=thing["end"] and now + timedelta(days=1 if thing["end"] == "ahead" else -1),
            **({"seller": person} if thing["touched"] == "own" else {}),
        )
        if thing["subject"]:
            say(item, thing["subject"])
        match thing["touched"]:
            case "bid":
                BidFactory(item=item, bidder=person)
            case "watched":
                Watch(item=item, user=person)
        return item

    @settings(max_examples=25)
    @given(
        st.lists(things, min_size=1, max_size=8),
        wishes,
        st.integers(1, 6),
        st.booleans(),
        st.booleans(),
    )
    def test_only_what_fulfils_in_the_order_of_the_whole_list_and_all_of_it(
        self, made, asked, limit, is_kept, is_backwards
    ):
        memory.forget_all()
        cache.clear([Key(Family.POPULAR)])
        now, person = datetime.now(UTC), UserFactory()
        root = CategoryFactory(slug="shelf-0")
        shelves = [root, CategoryFactory(slug="shelf-1", parent=root), CategoryFactory()]
        items = [self.build(thing, person, shelves, now) for thing in made]
        if is_kept:
            keep(Family.HOME, person.pk, items[:: -1 if is_backwards else 1][:4], now)
        among, item = narrowed_to(**asked), items[0]
        whole = every_list(now, person, item, limit=100)
        for plain, narrowed in zip(
            whole, every_list(now, person, item, limit, **asked), strict=True
        ):
            check(narrowed, now, among, limit)
            check_order(narrowed, plain)
            fulfil = [pk for pk in ids(plain) if pk in among.among(ids(plain))]
            assert len(narrowed.places) == min(limit, len(fulfil))
