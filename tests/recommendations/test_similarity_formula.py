from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.data import SimilarityReason
from recommendations.scoring.similarity import (
    ITEM,
    NO_CATEGORY,
    UNKNOWN_PRICE,
    Catalogue,
    engagement_array,
    shared_people,
    similar_items,
)
from recommendations.weights import similarity_weights


class Thing(NamedTuple):
    """An item, in whole cents, and the people who bid on it or watch it."""

    id: int
    category: int = NO_CATEGORY
    cents: int = UNKNOWN_PRICE
    people: frozenset[int] = frozenset()


def people(count):
    return frozenset(range(1, count + 1))


def array(things):
    return np.array([(thing.id, thing.category, thing.cents) for thing in things], dtype=ITEM)


def similar(sources, things, weights=None):
    """The lists of `sources` among `things`, by the product's own steps."""
    catalogue = Catalogue(array(sorted(things)))
    around = frozenset().union(*(source.people for source in sources))
    everything = {thing.id: thing for thing in (*things, *sources)}.values()
    touched = [(who, thing.id) for thing in everything for who in thing.people & around]
    engaged = {source.id: set(source.people) for source in sources}
    items = array(sources)
    shared = shared_people(items, engagement_array(touched), catalogue, engaged).toarray()
    return [
        similar_items(
            item, catalogue, np.flatnonzero(row), row[row > 0], weights or similarity_weights()
        )
        for item, row in zip(items, shared, strict=True)
    ]


def naive(source, things):
    """The formula as the contract words it: every candidate, one after the other."""
    rows = []
    for thing in things:
        same = thing.category == source.category != NO_CATEGORY
        known = UNKNOWN_PRICE not in (thing.cents, source.cents)
        near = known and abs(thing.cents - source.cents) <= 0.5 * max(thing.cents, source.cents)
        shared = len(thing.people & source.people)
        score = round(0.5 * same + 0.3 * near + min(shared / 20, 0.2), 9)
        if score > 0.3 and thing.id != source.id:
            reason = "same_category" if same else "price_range" if near else "collaborative"
            rows.append((thing.id, score, reason))
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:20]


@pytest.mark.parametrize(
    ("source", "candidate", "score"),
    [
        (Thing(1, 5), Thing(2, 5), 0.5),
        (Thing(1, 5), Thing(2, 6), None),
        (Thing(1, 5, 1000), Thing(2, 5), 0.5),  # one price unknown
        (Thing(1, 5), Thing(2, 5, 1000), 0.5),
        (Thing(1, 5, 1000), Thing(2, 5, 500), 0.8),  # exactly half
        (Thing(1, 5, 1000), Thing(2, 5, 499), 0.5),
        (Thing(1, 5, 1000), Thing(2, 5, 2000), 0.8),  # exactly double
        (Thing(1, 5, 1000), Thing(2, 5, 2001), 0.5),
        (Thing(1, 5, 0), Thing(2, 5, 0), 0.8),
        (Thing(1, 5, 0), Thing(2, 5, 1), 0.5),
        (Thing(1, 5, 1), Thing(2, 5, 0), 0.5),
        (Thing(1, 5, 999_999_999_999), Thing(2, 5, 500_000_000_000), 0.8),
        (Thing(1, 5, 999_999_999_999), Thing(2, 5, 499_999_999_999), 0.5),
        (Thing(1, 5, 1000), Thing(2, 6, 1000), None),  # 0.3 is not above 0.3
        (Thing(1), Thing(2), None),  # no category is not the same category
        (Thing(1, NO_CATEGORY, 1000), Thing(2, NO_CATEGORY, 1000), None),
        (Thing(1, 5, 10, people(1)), Thing(2, 6, 10, people(1)), 0.35),
        (Thing(1, 5, 10, people(3)), Thing(2, 6, 10, people(9)), 0.45),
        (Thing(1, 5, 10, people(4)), Thing(2, 6, 10, people(4)), 0.5),
        (Thing(1, 5, 10, people(100)), Thing(2, 6, 10, people(100)), 0.5),
        (Thing(1, 5, 10, people(100)), Thing(2, 5, 10, people(100)), 1.0),
        (Thing(1, 5, 10, people(3)), Thing(2, 5, 99, people(3)), 0.65),
        (Thing(1, 5, 10, people(100)), Thing(2, 6, 99, people(100)), None),  # 0.2 at most
    ],
)
def test_hand_worked_pairs(source, candidate, score):
    found = similar([source], [candidate])[0]
    assert [row.score for row in found] == ([] if score is None else [score])


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (Thing(2, 5, 10, people(9)), "same_category"),
        (Thing(2, 6, 10, people(9)), "price_range"),
    ],
)
def test_the_reason_is_the_first_that_holds(candidate, reason):
    assert similar([Thing(1, 5, 10, people(9))], [candidate])[0][0].reason == reason


def test_a_pair_that_only_shares_people_passes_a_lower_threshold():
    weights = replace(similarity_weights(), threshold=0.1, price_range=0.0)
    found = similar([Thing(1, 5, 10, people(4))], [Thing(2, 6, 99, people(4))], weights)
    assert found == [[(2, 0.2, "collaborative")]]


def test_every_reason_is_one_that_can_be_stored():
    source = Thing(1, 5, 10, people(4))
    others = [Thing(2, 5), Thing(3, 6, 10, people(4))]
    assert {row.reason for row in similar([source], others)[0]} < set(SimilarityReason)


def test_twenty_are_kept_and_ties_go_by_id():
    source = Thing(50, 5, 10)
    found = similar([source], [source, *(Thing(id_, 5, 10) for id_ in range(30, 80))])[0]
    assert [row.item_id for row in found] == [*range(30, 50)]


def test_a_better_match_far_down_the_category_is_found():
    expensive = [Thing(id_, 5, 10_000) for id_ in range(2, 3000)]
    found = similar([Thing(1, 5, 10)], [*expensive, Thing(3000, 5, 10)])[0]
    assert [row.item_id for row in found[:2]] == [3000, 2]


def test_weights_under_which_price_alone_would_pass_are_refused():
    with pytest.raises(ValueError, match="price range"):
        replace(similarity_weights(), price_range=0.31)
    with pytest.raises(ValueError, match="negative"):
        replace(similarity_weights(), shared_cap=-0.1)


marketplaces = st.lists(
    st.builds(
        Thing,
        id=st.integers(1, 10_000),
        category=st.integers(0, 3),
        cents=st.sampled_from([UNKNOWN_PRICE, 0, 1, 49, 50, 51, 99, 100, 101, 199, 200, 201]),
        people=st.frozensets(st.integers(1, 8)),
    ),
    unique_by=lambda thing: thing.id,
    max_size=120,
)


@given(marketplaces, st.data())
def test_the_pool_gives_what_comparing_all_pairs_gives(things, data):
    live = [thing for thing in things if data.draw(st.booleans(), label=str(thing.id))]
    assert similar(things, live) == [naive(source, live) for source in things]


@given(st.integers(2, 90), st.integers(0, 30), st.data())
def test_the_pool_suffices_where_more_than_twenty_tie(alike, near, data):
    ids = data.draw(st.permutations(range(1, alike + near + 1)))
    touched = data.draw(st.lists(st.integers(0, 5), min_size=len(ids), max_size=len(ids)))
    things = [
        Thing(id_, 1, 100 if place < near else 1000, people(count))
        for place, (id_, count) in enumerate(zip(ids, touched, strict=True))
    ]
    source = data.draw(st.sampled_from(things))
    assert similar([source], things) == [naive(source, things)]


@given(marketplaces)
def test_scores_lie_within_0_and_1_in_order_and_never_name_the_source(things):
    for source, found in zip(things, similar(things, things), strict=True):
        assert all(0.3 < row.score <= 1 for row in found)
        assert found == sorted(found, key=lambda row: (-row.score, row.item_id))
        assert source.id not in {row.item_id for row in found}


@given(marketplaces)
def test_a_batch_and_one_alone_are_the_same(things):
    assert similar(things, things) == [similar([thing], things)[0] for thing in things]
