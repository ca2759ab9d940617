"""Many bags at once, against the plain arithmetic of dictionaries."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.bag_matrix import BagMatrix
from inventory.queries import load_bag_matrix
from tests.factories import BagEntryFactory, BagFactory

bags_of_items = st.dictionaries(
    st.integers(1, 30),
    st.dictionaries(st.integers(1, 12), st.integers(1, 10**9), min_size=1),
    min_size=1,
)


def matrix_of(bags: dict[int, dict[int, int]]) -> BagMatrix:
    entries = [(bag, item, quantity) for bag in bags for item, quantity in bags[bag].items()]
    return BagMatrix.from_columns(*zip(*entries, strict=True))


def jaccard(a: dict[int, int], b: dict[int, int]) -> float:
    least, most = Counter(a) & Counter(b), Counter(a) | Counter(b)
    return sum(least.values()) / sum(most.values())


@given(bags_of_items)
def test_overlaps_are_those_of_each_pair_alone(bags):
    matrix = matrix_of(bags)
    for bag, mine in bags.items():
        overlaps = matrix.overlaps(bag)
        assert overlaps.bags.tolist() == sorted(bags)
        for other, common, index in zip(
            overlaps.bags, overlaps.common, overlaps.jaccard, strict=True
        ):
            assert common == len(mine.keys() & bags[other].keys())
            assert index == pytest.approx(jaccard(mine, bags[other]))


@given(bags_of_items, st.integers(0, 10))
def test_the_nearest_are_the_best_others_with_ties_by_id(bags, limit):
    matrix = matrix_of(bags)
    bag, mine = next(iter(bags.items()))
    nearest = matrix.nearest(bag, limit)
    touching = [other for other in bags if other != bag and mine.keys() & bags[other].keys()]
    assert len(nearest) == min(limit, len(touching))
    assert [other for other, _ in nearest] == [
        other for other, _ in sorted(nearest, key=lambda pair: (-pair[1], pair[0]))
    ]
    assert set(touching) >= {other for other, _ in nearest}
    worst_kept = min((score for _, score in nearest), default=1)
    left_out = set(touching) - {other for other, _ in nearest}
    if limit:
        assert all(jaccard(mine, bags[o]) <= worst_kept + 1e-12 for o in left_out)


@given(bags_of_items, st.lists(st.integers(1, 40)), st.lists(st.integers(1, 20)))
def test_the_mask_says_what_lies_where_and_knows_nothing_of_strangers(bags, rows, columns):
    mask = matrix_of(bags).consumed(rows, columns)
    expected = [[item in bags.get(bag, {}) for item in columns] for bag in rows]
    assert mask.shape == (len(rows), len(columns))
    assert mask.tolist() == expected


def test_ids_beyond_32_bits_are_kept_exactly():
    matrix = BagMatrix.from_columns([2**62, 2**62 + 1], [7, 7], [1, 2])
    assert matrix.nearest(2**62, 5) == [(2**62 + 1, 0.5)]


def test_an_empty_shop_has_no_bags_and_an_unknown_bag_is_an_error():
    matrix = BagMatrix.from_columns([], [], [])
    assert not matrix.consumed([1], [1]).any()
    with pytest.raises(KeyError):
        matrix.overlaps(1)


@pytest.mark.django_db
def test_the_matrix_is_read_from_the_stored_bags():
    bag = BagFactory()
    entries = [BagEntryFactory(bag=bag, quantity=q) for q in (3, 10**9)]
    BagEntryFactory(item=entries[0].item, quantity=1)
    matrix = load_bag_matrix()
    assert matrix.overlaps(bag.pk).common.tolist() == [2, 1]
    assert matrix.quantities.sum() == 10**9 + 4
    assert np.array_equal(matrix.items, [entry.item_id for entry in entries])


@pytest.mark.django_db
def test_a_matrix_of_no_bags_can_be_loaded():
    assert load_bag_matrix().bags.size == 0
