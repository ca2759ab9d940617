from dataclasses import replace

import numpy as np
import pytest

from recommendations.engine.blend import Blend, distilled
from recommendations.engine.factors import AlsSettings, BprSettings, fit_als, fit_bpr
from recommendations.engine.families import Material
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import Interactions
from recommendations.engine.item_graph import fit_item_graph
from recommendations.engine.metrics import evaluate
from recommendations.engine.models import Popularity
from recommendations.engine.ridge_graph import RidgeSettings, fit_ridge_graph
from recommendations.engine.selection import (
    Family,
    Shortlists,
    choose,
    fit_best,
    fit_selected,
    holdouts,
    select,
    weight_grid,
)
from recommendations.engine.splits import by_time, coherent, new_items, random_pairs


@pytest.fixture
def timeless(tastes):
    return replace(tastes, times=None)


def test_every_hold_out_hides_pairs_without_losing_any(tastes):
    for split in (
        by_time(tastes, 0.2),
        random_pairs(tastes, 0.2, 0),
        coherent(tastes, 0.3, 0),
        new_items(tastes, 0.2, 0),
    ):
        together = split.train.matrix.toarray() + split.test.toarray()
        assert together.tolist() == tastes.matrix.toarray().tolist()
        assert split.test.nnz


def test_a_split_by_time_hides_only_what_came_later(tastes):
    split = by_time(tastes, 0.2)
    assert split.train.times.max() <= np.sort(tastes.times)[-split.test.nnz :].min()


def test_a_coherent_hold_out_is_more_alike_than_a_random_one():
    """Everybody likes two of six shelves; what is hidden coherently comes from one of them."""
    rng = np.random.default_rng(0)
    shelves = np.concatenate([rng.choice(6, 2, replace=False) for _ in range(120)])
    items = [shelf * 10 + rng.choice(10, 6, replace=False) for shelf in shelves]
    data = Interactions.from_columns(np.repeat(np.arange(120), 12), np.concatenate(items))

    def alikeness(split):
        by_shelf = split.test.toarray().reshape(120, 6, 10).sum(axis=2)
        return (by_shelf.max(axis=1) / by_shelf.sum(axis=1).clip(1)).mean()

    assert alikeness(coherent(data, 0.4, 0)) > 1.2 * alikeness(random_pairs(data, 0.4, 0))


def test_a_hold_out_is_not_the_one_a_caller_drew_with_the_same_seed(timeless):
    callers = np.random.default_rng(0).random(timeless.items.size) < 0.3
    ours = new_items(timeless, 0.3, seed=0).live
    assert ours.tolist() != (callers & timeless.touched()).tolist()


def test_hidden_items_are_the_only_live_ones_of_their_hold_out(tastes):
    split = new_items(tastes, 0.3, 0)
    assert split.live.tolist() == (split.test.sum(axis=0) > 0).tolist()
    assert not split.train.touched()[split.live].any()


def test_times_decide_which_hold_outs_are_taken(tastes, timeless):
    assert [split.name for split in holdouts(tastes, 0)] == ["time"]
    assert [split.name for split in holdouts(timeless, 0)] == ["random", "coherent"]


def test_each_direction_of_weights_is_tried_once():
    grid = np.array(weight_grid(3))
    directions = grid / np.linalg.norm(grid, axis=1, keepdims=True)
    assert len(np.unique(directions.round(6), axis=0)) == len(grid)
    assert [1, 1, 1] in (grid / grid.max(axis=1, keepdims=True)).tolist()


def fit_popularity(on, variants):
    return [Popularity.fit(on.data) for _ in variants]


def fit_walks(on, variants):
    return [fit_item_graph(on.data, settings) for settings in variants]


LONG, SHORT = ItemGraphSettings(), ItemGraphSettings(row_exponent=0.5, column_exponent=0.5)
WALKS = Family("walk", (LONG, SHORT), fit_walks)


def test_a_family_far_behind_the_best_gets_no_weight(timeless):
    """Popularity knows no tastes: whatever the grid says, it is left out."""
    popular = Family("popular", ("any",), fit_popularity)
    weights = choose([popular, WALKS], holdouts(timeless, 0), seed=0).weights
    assert weights["popular", "any"] == 0
    assert weights["walk", LONG] > 0


def test_the_variants_of_a_family_share_its_weight_evenly(timeless):
    weights = choose([WALKS], holdouts(timeless, 0), seed=0).weights
    assert weights["walk", LONG] == weights["walk", SHORT] > 0


def test_a_variant_far_behind_leaves_its_family_s_weight_to_the_others(timeless):
    def fit(on, variants):
        return [*fit_walks(on, variants[:1]), *fit_popularity(on, variants[1:])]

    weights = choose([Family("mixed", (LONG, "popular"), fit)], holdouts(timeless, 0), 0).weights
    assert weights["mixed", "popular"] == 0
    assert weights["mixed", LONG] > 0


def test_of_blends_that_are_as_good_the_most_even_one_is_chosen(timeless):
    twins = [replace(WALKS, name=name) for name in ("first", "second", "third")]
    weights = choose(twins, holdouts(timeless, 0), seed=0).weights
    assert len(set(weights.values())) == 1


def test_a_blend_is_worth_as_much_on_shortlists_as_in_full(timeless):
    split = random_pairs(timeless, 0.2, 0)
    popular = Family("popular", ("any",), fit_popularity)
    found = Shortlists.of([WALKS, popular], split, seed=0).worth([1, 0.5, 0.1])
    on = Material(split.train, 0)
    models = (*fit_walks(on, WALKS.variants), *fit_popularity(on, popular.variants))
    weights = np.repeat([[1], [0.5], [0.1]], timeless.items.size, axis=1).astype(np.float32)
    whole = evaluate(Blend(models, weights), split.train, split.test, k=20)
    assert found == pytest.approx((whole.recall, whole.ndcg))


def test_the_routine_beats_popularity_on_what_it_never_saw(timeless):
    split = random_pairs(timeless, 0.2, seed=5)
    model = fit_best(split.train, seed=0)
    ours = evaluate(model, split.train, split.test, k=10)
    popular = evaluate(Popularity.fit(split.train), split.train, split.test, k=10)
    assert ours.ndcg > 1.2 * popular.ndcg


def test_the_routine_ranks_items_nobody_touched(timeless):
    split = new_items(timeless, 0.3, seed=2)
    selection = select(split.train, seed=0)
    model = fit_selected(split.train, selection, 0, split.live)
    ours = evaluate(model, split.train, split.test, k=5, live=split.live)
    popular = evaluate(Popularity.fit(split.train), split.train, split.test, k=5, live=split.live)
    assert selection.newcomers is not None
    assert ours.ndcg > 1.2 * popular.ndcg


def test_the_same_seed_selects_and_fits_the_same(timeless):
    first, second = (fit_best(timeless, seed=7).scores(timeless.matrix) for _ in range(2))
    assert first.tolist() == second.tolist()


@pytest.mark.parametrize(
    ("people", "items"), [([], []), ([1], [1]), ([1] * 30, range(30)), (range(30), [1] * 30)]
)
def test_degenerate_data_is_fitted_without_a_crash(people, items):
    data = Interactions.from_columns(list(people), list(items))
    scores = fit_best(data, seed=0).scores(data.matrix)
    assert scores.shape == data.matrix.shape
    assert np.isfinite(scores).all()


def test_a_blend_divides_each_row_by_its_spread(tastes):
    models = fit_item_graph(tastes, ItemGraphSettings()), Popularity.fit(tastes)
    weights = np.array([[1.0], [0.5]], np.float32) * np.ones((1, 40), np.float32)
    walk, popular = (model.scores(tastes.matrix) for model in models)
    expected = walk / walk.std(1, keepdims=True) + 0.5 * popular / popular.std(1, keepdims=True)
    assert Blend(models, weights).scores(tastes.matrix) == pytest.approx(expected, rel=1e-4)


def test_a_distilled_blend_ranks_as_the_blend_does(tastes):
    models = (
        fit_item_graph(tastes, ItemGraphSettings()),
        fit_ridge_graph(tastes, RidgeSettings()),
    )
    blend = Blend(models, np.ones((2, 40), np.float32))
    graph = distilled(blend, tastes.matrix, k=40)
    of_blend = blend.scores(tastes.matrix)
    of_graph = graph.scores(tastes.matrix)
    for row, other in zip(of_blend, of_graph, strict=True):
        assert np.corrcoef(row, other)[0, 1] > 0.98
    assert not distilled(blend, tastes.matrix, 40, np.zeros(40, bool)).edges.nnz


def test_factor_models_learn_tastes_and_repeat_themselves(tastes):
    als = AlsSettings(factors=8, regularization=1)
    bpr = BprSettings(factors=8, iterations=60)
    for fit, settings in ((fit_als, als), (fit_bpr, bpr)):
        scores = fit(tastes, settings, seed=1).scores(tastes.matrix)
        assert scores[::2, 0:38:2].mean() > scores[::2, 1:38:2].mean()
        assert scores.tolist() == fit(tastes, settings, seed=1).scores(tastes.matrix).tolist()


def test_factor_models_refuse_to_invent_from_nothing():
    nothing = Interactions.from_columns([], [], catalogue=[1, 2])
    for model in (
        fit_als(nothing, AlsSettings(), 0),
        fit_bpr(nothing, BprSettings(), 0),
    ):
        assert not model.factors.any()
