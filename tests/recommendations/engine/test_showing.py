"""Diversity and exploration: what happens to a list between ranking and showing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.engine.diversity import diversified
from recommendations.engine.exploration import earned_by, with_exploration


def test_with_full_relevance_the_order_is_that_of_the_scores():
    chosen = diversified([1, 3, 2], np.ones((3, 3)), 3, relevance=1)
    assert chosen.tolist() == [1, 2, 0]


def test_a_twin_of_what_is_shown_gives_way_to_something_else():
    similarity = [[1, 0.99, 0], [0.99, 1, 0], [0, 0, 1]]
    assert diversified([1, 0.9, 0.5], similarity, 2, relevance=0.5).tolist() == [0, 2]


@given(
    st.lists(st.integers(-1, 3), min_size=1, max_size=20), st.integers(1, 4), st.integers(0, 25)
)
def test_caps_bind_and_nothing_is_shown_twice(groups, limit, k):
    scores = np.arange(len(groups), dtype=float)
    chosen = diversified(scores, np.eye(len(groups)), k, caps=[(groups, limit)])
    assert len(set(chosen.tolist())) == len(chosen) <= k
    shown = np.array(groups)[chosen]
    assert all((shown == group).sum() <= limit for group in range(4))


@given(st.data(), st.integers(1, 12), st.integers(0, 12), st.integers(0, 3), st.integers(0, 3))
def test_each_place_goes_to_the_best_of_those_for_whom_there_is_room(data, size, k, one, two):
    numbers = st.lists(st.integers(0, 8), min_size=size, max_size=size)
    worth = np.array(data.draw(numbers)) / 8  # eighths are exact: what ties, ties
    alike = np.array([data.draw(numbers) for _ in range(size)]) / 8
    groups = [data.draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size)) for _ in "ab"]
    scores = np.append(worth, [0, 1])  # so that scaling changes nothing
    similarity = np.zeros((size + 2, size + 2))
    similarity[:size, :size] = alike
    caps = [([*of, 9, 9], most) for of, most in zip(groups, (one, two), strict=True)]
    shown = diversified(scores, similarity, k, relevance=0.5, caps=caps).tolist()
    for at, place in enumerate(shown):
        taken = shown[:at]
        may = may_follow(taken, caps, size + 2)
        value = [
            scores[other] - max((similarity[each][other] for each in taken), default=0)
            for other in may
        ]
        assert place == may[int(np.argmax(value))]
    assert len(shown) == k or not may_follow(shown, caps, size + 2)


def may_follow(shown, caps, size):
    return [
        other
        for other in range(size)
        if other not in shown
        and all(
            of[other] < 0 or sum(of[each] == of[other] for each in shown) < most
            for of, most in caps
        )
    ]


def test_equal_scores_are_shown_in_their_order_and_nan_never():
    assert diversified([5, np.nan, 5, 5], np.eye(4), 4).tolist() == [0, 2, 3]


@given(st.integers(0, 12), st.integers(0, 30), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_exploration_keeps_the_length_and_repeats_nothing(listed, pool, share, seed):
    ranked = list(range(listed))
    slots = with_exploration(
        ranked, range(100, 100 + pool), np.arange(pool), share=share, seed=seed
    )
    items = [slot.item for slot in slots]
    assert len(items) == len(set(items)) == listed
    kept = [slot.item for slot in slots if not slot.explored]
    assert kept == ranked[: len(kept)]
    assert all(0 < slot.propensity <= 1 for slot in slots)


def test_the_recorded_propensity_is_the_frequency_with_which_items_are_drawn():
    views = [0, 3, 8]
    drawn = [
        with_exploration([1], [10, 11, 12], views, share=1, seed=seed)[0] for seed in range(4000)
    ]
    frequency = np.bincount([slot.item - 10 for slot in drawn], minlength=3) / len(drawn)
    recorded = {slot.item: slot.propensity for slot in drawn}
    assert frequency == pytest.approx([recorded[10 + at] for at in range(3)], abs=0.03)
    assert recorded[10] > recorded[11] > recorded[12]


def test_no_share_means_no_exploration():
    slots = with_exploration([1, 2, 3], [7, 8], [0, 0], share=0, seed=1)
    assert [(slot.item, slot.explored) for slot in slots] == [(1, False), (2, False), (3, False)]


def test_draws_by_one_rule_tell_what_another_would_have_earned():
    worth, views, uniform = [0.0, 1.0, 4.0], [0, 3, 80], 1 / 3
    drawn = [
        with_exploration([1], [10, 11, 12], views, share=1, seed=seed)[0] for seed in range(4000)
    ]
    rewards = np.array([worth[slot.item - 10] for slot in drawn])
    chances = [1 / slot.among for slot in drawn]
    assert chances == pytest.approx([uniform] * len(drawn))
    estimate = earned_by(chances, [slot.propensity for slot in drawn], rewards)
    assert estimate == pytest.approx(sum(worth) / 3, rel=0.1)
    assert rewards.mean() < 0.8 * estimate
    assert earned_by([], [], []) == 0
