import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.engine.errors import EngineError
from recommendations.engine.interactions import WEIGHT_LIMIT, Interactions

PAIRS = st.lists(
    st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)), max_size=30
)


def test_repeated_pairs_are_summed_and_keep_their_latest_time():
    data = Interactions.from_columns([7, 7, 9], [1, 1, 2], [1.0, 2.0, 5.0], [30, 10, 20])
    assert data.people.tolist() == [7, 9]
    assert data.matrix.toarray().tolist() == [[3, 0], [0, 5]]
    assert data.times.tolist() == [30, 20]


def test_a_pair_that_sums_to_nothing_is_dropped_with_its_time():
    data = Interactions.from_columns([1, 1, 1], [5, 5, 6], [1.0, -1.5, 1.0], [1, 2, 3])
    assert data.matrix.nnz == 1
    assert data.times.tolist() == [3]
    assert data.items.tolist() == [5, 6]


def test_ids_beyond_32_bits_keep_their_identity():
    data = Interactions.from_columns([2**40, 2**40 + 1], [2**62, -3])
    assert data.people.tolist() == [2**40, 2**40 + 1]
    assert data.matrix.toarray().tolist() == [[0, 1], [1, 0]]


def test_huge_weights_are_clipped_so_that_sums_stay_finite():
    data = Interactions.from_columns([1, 1], [1, 2], [1e300, 1.0])
    assert data.matrix.max() == WEIGHT_LIMIT


@pytest.mark.parametrize(
    ("people", "items", "weights", "reason"),
    [
        ([1.5], [1], None, "ids_not_integers"),
        ([2**64 - 1], [1], None, "ids_not_integers"),
        (["a"], [1], None, "ids_not_integers"),
        ([1, 2], [1], None, "columns_unequal"),
        ([1], [1], [1.0, 2.0], "columns_unequal"),
        ([1], [1], [float("nan")], "not_finite"),
        ([1], [1], [float("inf")], "not_finite"),
    ],
)
def test_bad_columns_are_refused_by_a_named_reason(people, items, weights, reason):
    with pytest.raises(EngineError) as refusal:
        Interactions.from_columns(people, items, weights)
    assert refusal.value.reason == reason


def test_attributes_of_unknown_items_are_refused():
    data = Interactions.from_columns([1], [10])
    with pytest.raises(EngineError) as refusal:
        data.with_attributes(["red"], [11])
    assert refusal.value.reason == "unknown_item"


def test_nothing_at_all_is_a_matrix_without_rows():
    data = Interactions.from_columns([], [])
    assert data.matrix.shape == (0, 0)
    assert data.touched().tolist() == []


def test_items_nobody_touched_are_in_the_catalogue(tastes):
    assert tastes.items.size == 40
    assert np.flatnonzero(~tastes.touched()).tolist() == [38, 39]


@given(PAIRS)
def test_every_pair_is_found_under_its_ids_and_nothing_else_is(pairs):
    data = Interactions.from_columns([p for p, _ in pairs], [i for _, i in pairs])
    rows, columns = data.matrix.nonzero()
    found = set(zip(data.people[rows].tolist(), data.items[columns].tolist(), strict=True))
    assert found == set(pairs)
    assert data.matrix.sum() == len(pairs)


def test_keeping_some_pairs_keeps_their_times_beside_them(tastes):
    kept = np.arange(tastes.matrix.nnz) % 3 == 0
    part = tastes.with_matrix(kept)
    assert part.matrix.nnz == kept.sum()
    assert part.times.tolist() == tastes.times[kept].tolist()
    assert part.matrix.shape == tastes.matrix.shape


def test_of_those_with_too_many_items_the_latest_are_kept():
    data = Interactions.from_columns(
        [1, 1, 1, 1, 2, 2], [10, 11, 12, 13, 10, 13], times=[5, 9, 7, 8, 3, 4]
    ).latest(2)
    assert data.matrix.toarray().tolist() == [[0, 1, 0, 1], [1, 0, 0, 1]]
    assert data.times.tolist() == [9, 8, 3, 4]


def test_a_repeated_pair_adds_up_and_is_as_late_as_its_last():
    data = Interactions.from_columns([1, 2, 1, 1], [10, 10, 10, 11], [2, 1, 3, -1], [7, 1, 4, 9])
    assert data.matrix.toarray().tolist() == [[5, 0], [1, 0]]
    assert data.times.tolist() == [7, 1]
