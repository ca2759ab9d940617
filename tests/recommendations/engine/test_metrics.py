from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recommendations.engine.interactions import Interactions
from recommendations.engine.metrics import diversity, evaluate, judge, list_worth, novelty
from recommendations.engine.models import Popularity


@dataclass
class Fixed:
    """A model that gives everybody the same scores."""

    values: list[float]

    def scores(self, histories):
        return np.tile(np.array(self.values, np.float32), (histories.shape[0], 1))


def matrix(rows):
    return csr_array(np.array(rows, np.float32))


def test_recall_and_ndcg_are_lightgcns():
    worth = list_worth(np.array([[0, 1, 2]], np.int32), matrix([[0, 1, 0, 1, 1]]))
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert worth[0] == pytest.approx([1 / 3, (1 / np.log2(3)) / ideal, 1 / 2])


def test_the_ideal_counts_no_more_hits_than_places():
    worth = list_worth(np.array([[0, 1]], np.int32), matrix([[1, 1, 1, 1]]))
    assert worth[0] == pytest.approx([0.5, 1.0, 1.0])


def test_training_items_are_masked_and_people_without_test_items_are_not_judged():
    train, test = matrix([[1, 0, 0], [0, 1, 0]]), matrix([[0, 0, 1], [0, 0, 0]])
    judged = judge(Fixed([3, 2, 1]), train, test, k=2)
    assert judged.people.tolist() == [0]
    assert judged.lists.tolist() == [[1, 2]]
    assert judged.reciprocal_rank.tolist() == [0.5]


def test_only_live_items_are_ranked():
    train, test = matrix([[0, 0, 0]]), matrix([[0, 0, 1]])
    live = np.array([False, True, True])
    assert judge(Fixed([3, 2, 1]), train, test, k=3, live=live).lists.tolist() == [[1, 2, -1]]


def test_a_perfect_model_scores_one_and_the_lists_are_described():
    data = Interactions.from_columns([0, 0, 1, 1, 2], [0, 1, 0, 1, 2])
    test = matrix([[0, 0, 1], [0, 0, 1], [0, 0, 0]])
    figures = evaluate(Fixed([0, 0, 5]), data, test, k=1)
    assert (figures.recall, figures.ndcg, figures.mrr, figures.hit_rate) == (1, 1, 1, 1)
    assert figures.coverage == pytest.approx(1 / 3)
    assert figures.novelty == pytest.approx(np.log2(3))
    assert figures.people == 2


def test_diversity_is_nought_for_twins_and_one_for_strangers():
    twins_and_stranger = matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    assert diversity(np.array([[0, 1]]), twins_and_stranger) == pytest.approx(0, abs=1e-6)
    assert diversity(np.array([[0, 2]]), twins_and_stranger) == pytest.approx(1)
    assert diversity(np.array([[0, -1]]), twins_and_stranger) == 0


def test_nobody_to_judge_gives_zeros_not_an_error():
    data = Interactions.from_columns([1], [1])
    figures = evaluate(Popularity.fit(data), data, csr_array((1, 1), dtype=np.float32))
    assert set(figures.as_dict().values()) == {0}
    assert novelty(np.empty((0, 3), np.int32), data.matrix) == 0


@given(st.permutations(range(8)), st.integers(0, 100))
def test_renaming_items_changes_no_figure(order, seed):
    rng = np.random.default_rng(seed)
    train = (rng.random((5, 8)) < 0.3).astype(np.float32)
    test = ((rng.random((5, 8)) < 0.4) & (train == 0)).astype(np.float32)
    scores = rng.permutation(8).astype(np.float32)
    straight = judge(Fixed(scores), matrix(train), matrix(test), k=3)
    renamed = judge(Fixed(scores[order]), matrix(train[:, order]), matrix(test[:, order]), k=3)
    assert renamed.ndcg.tolist() == straight.ndcg.tolist()
    assert renamed.recall.tolist() == straight.recall.tolist()
