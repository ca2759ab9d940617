from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.data import Reason
from recommendations.scoring.generator import DAY, ITEM, Shelves, common_part, recommended_items
from recommendations.weights import homepage_weights

PERSON, SELLER = 7, 8
WEEK = 7 * DAY


class Lot(NamedTuple):
    """A live item; `left` in microseconds, 0 for no end."""

    id: int = 1
    category: int = 1
    seller: int = SELLER
    left: int = 0
    bids: int = 0
    watchers: int = 0
    active: bool = False


def recommended(lots, interests, touched=(), person=PERSON):
    weights = homepage_weights()
    shelves = Shelves(np.array(lots, dtype=ITEM), weights)
    return recommended_items(person, interests, set(touched), shelves, weights)


def score(lot, interest=0.0):
    [found] = recommended([lot], [(lot.category, interest)])
    return found.score


def naive(lots, interests, touched, person):
    """The formula as the contract words it: every candidate of the five, then the cuts."""
    favorites = dict(sorted(interests, key=lambda pair: (-pair[1], pair[0]))[:5])
    rows = []
    for lot in lots:
        if lot.category not in favorites or lot.seller == person or lot.id in touched:
            continue
        popularity = min((lot.bids + 2 * lot.watchers) / 10, 1)
        recency = 0.5 * (0 < lot.left < WEEK) + 0.5 * lot.active
        total = 0.6 * favorites[lot.category] + 0.2 * popularity + 0.2 * recency
        rows.append((lot.id, round(total, 8), lot.category))
    rows.sort(key=lambda row: (-row[1], row[0]))
    places = [
        sum(1 for earlier in rows[:place] if earlier[2] == row[2])
        for place, row in enumerate(rows)
    ]
    return [row[:2] for row, place in zip(rows, places, strict=True) if place < 3][:20]


@pytest.mark.parametrize(
    ("lot", "part"),
    [
        (Lot(), 0.0),
        (Lot(bids=1), 0.02),
        (Lot(watchers=1), 0.04),
        (Lot(bids=4, watchers=3), 0.2),
        (Lot(bids=100, watchers=100), 0.2),
        (Lot(active=True), 0.1),
        (Lot(left=1), 0.1),  # ends this very instant
        (Lot(left=DAY // 2), 0.1),  # within the day
        (Lot(left=WEEK - 1), 0.1),
        (Lot(left=WEEK), 0.0),
        (Lot(left=-1), 0.0),
        (Lot(left=DAY, active=True), 0.2),
        (Lot(left=DAY, active=True, bids=10), 0.4),
    ],
)
def test_the_part_that_is_the_same_for_everybody(lot, part):
    assert common_part(np.array([lot], dtype=ITEM), homepage_weights()) == pytest.approx([part])


def test_interest_counts_for_six_tenths():
    assert score(Lot(left=DAY, active=True, bids=10), interest=1.0) == pytest.approx(1.0)
    assert score(Lot(active=True), interest=0.5) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("lot", "interest", "reason"),
    [
        (Lot(watchers=6), 0.71, "popular_in_favorite_category"),
        (Lot(watchers=5), 0.71, "category_interest"),
        (Lot(watchers=11), 0.7, "trending"),
        (Lot(watchers=10, active=True, left=DAY), 0.7, "ending_soon"),
        (Lot(active=True, left=1), 0.1, "ending_soon"),
        (Lot(active=True, left=WEEK), 0.1, "active_auction"),
        (Lot(active=True), 0.1, "active_auction"),
        (Lot(left=DAY), 0.1, "for_you"),
        (Lot(), 0.1, "for_you"),
    ],
)
def test_the_reason_is_the_first_that_holds(lot, interest, reason):
    [found] = recommended([lot], [(lot.category, interest)])
    assert found.reason == reason
    assert found.reason in Reason


def test_the_third_of_a_category_is_shown_and_the_fourth_is_not():
    lots = [Lot(id_, bids=9 - id_) for id_ in (1, 2, 3, 4)]
    assert [row.item_id for row in recommended(lots, [(1, 1.0)])] == [1, 2, 3]


def test_the_fourth_moves_up_past_what_was_touched():
    lots = [Lot(id_, bids=9 - id_) for id_ in (1, 2, 3, 4)]
    assert [row.item_id for row in recommended(lots, [(1, 1.0)], touched=[2])] == [1, 3, 4]


def test_ones_own_lots_are_left_out():
    lots = [Lot(1, seller=PERSON), Lot(2)]
    assert [row.item_id for row in recommended(lots, [(1, 1.0)])] == [2]


def test_only_the_five_best_categories_count_and_ties_go_by_id():
    lots = [Lot(id_, category=id_) for id_ in range(1, 8)]
    interests = [(7, 1.0), *((category, 0.5) for category in (6, 5, 4, 3, 2, 1))]
    assert [row.item_id for row in recommended(lots, interests)] == [7, 1, 2, 3, 4]


def test_sums_that_are_equal_on_paper_tie_and_go_by_id():
    # 0.2·0.8 = 0.2·0.3 + 0.2·0.5, but not in binary fractions
    lots = [Lot(1, bids=3, active=True), Lot(2, bids=8)]
    found = recommended(lots, [(1, 1.0)])
    assert [row.item_id for row in found] == [1, 2]
    assert found[0].score == found[1].score


def test_a_person_without_interests_gets_nothing():
    assert recommended([Lot()], []) == []


shelves_of_lots = st.lists(
    st.builds(
        Lot,
        id=st.integers(1, 500),
        category=st.integers(1, 8),
        seller=st.integers(1, 3),
        left=st.sampled_from([0, 1, DAY, WEEK - 1, WEEK, WEEK + 1]),
        bids=st.integers(0, 12),
        watchers=st.integers(0, 12),
        active=st.booleans(),
    ),
    unique_by=lambda lot: lot.id,
)
tastes = st.dictionaries(st.integers(1, 8), st.integers(0, 100).map(lambda n: n / 100))


@given(shelves_of_lots, tastes, st.sets(st.integers(1, 500)))
def test_walking_the_shelves_gives_what_scoring_everything_gives(lots, interests, touched):
    found = recommended(lots, interests.items(), touched, person=2)
    assert [(row.item_id, round(row.score, 8)) for row in found] == naive(
        lots, interests.items(), touched, 2
    )


@given(shelves_of_lots, tastes, st.sets(st.integers(1, 500)))
def test_lists_keep_every_promise(lots, interests, touched):
    found = recommended(lots, interests.items(), touched, person=2)
    by_id = {lot.id: lot for lot in lots}
    shown = [by_id[row.item_id] for row in found]
    assert all(0 <= row.score <= 1 for row in found)
    assert found == sorted(found, key=lambda row: (-row.score, row.item_id))
    assert not {lot.id for lot in shown} & touched
    assert all(lot.seller != 2 for lot in shown)
    assert len(shown) <= 20
    assert all(sum(lot.category == other.category for other in shown) <= 3 for lot in shown)
