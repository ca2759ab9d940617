import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommendations.engine.metrics import best_of
from recommendations.engine.ranking import NOBODY, ascending, ranks, top_k

TIES = arrays(np.float32, st.integers(0, 40), elements=st.sampled_from([-1, 0, 0.5, 2, -np.inf]))

KEYS = st.lists(st.integers(0, 9) | st.integers(0, 2**63 - 1), max_size=30)
IDS = st.lists(st.integers(95, 105) | st.integers(-(2**63), 2**63 - 1), max_size=30)


def plainly(scores, k):
    """The definition: sort everything that may be shown."""
    shown = [i for i in range(scores.size) if scores[i] > -np.inf]
    return sorted(shown, key=lambda i: (-scores[i], i))[:k]


@given(TIES, st.integers(0, 45))
def test_the_best_k_are_those_of_a_full_sort_with_ties_by_position(scores, k):
    assert top_k(scores, k).tolist() == plainly(scores, k)


@given(TIES, st.integers(1, 45))
def test_blocks_are_ranked_as_single_rows_are(scores, k):
    lists, best = best_of(np.stack([scores, scores[::-1]]), k)
    for row, each in zip(lists, (scores, scores[::-1]), strict=True):
        assert row[row >= 0].tolist() == plainly(each, k)
        assert (row[len(plainly(each, k)) :] == -1).all()
    assert best[0][lists[0] >= 0].tolist() == scores[lists[0][lists[0] >= 0]].tolist()


def test_nan_and_masked_items_never_appear():
    scores = np.array([np.nan, 1, NOBODY, 2], np.float32)
    assert top_k(scores, 4).tolist() == [3, 1]
    assert best_of(scores[None], 4)[0].tolist() == [[3, 1, -1, -1]]


@given(KEYS)
def test_keys_ascend_and_equal_ones_stay_in_their_order(keys):
    in_order = ascending(np.array(keys, np.int64))
    assert in_order.tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@given(IDS | st.lists(st.integers(95, 105), max_size=30))
def test_ranks_are_places_among_the_distinct_ids_however_far_apart(ids):
    known, places = ranks(np.array(ids, np.int64))
    assert known.tolist() == sorted(set(ids))
    assert known[places].tolist() == ids
