"""Every model against its formula, written out densely."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import Interactions
from recommendations.engine.item_graph import fit_item_graph
from recommendations.engine.neighbours import best_neighbours
from recommendations.engine.pseudo_people import stack
from recommendations.engine.ridge_graph import RidgeSettings, fit_ridge_graph, fit_ridge_graphs
from recommendations.engine.spectral import fit_spectral
from tests.recommendations.engine.conftest import two_tastes

EVERY = 1000  # neighbours: the whole catalogue


def power(values, exponent):
    """values^-exponent, 0 where the value is 0."""
    return np.where(values > 0, np.maximum(values, 1e-9) ** -exponent, 0)


def dense(data):
    return data.matrix.toarray().astype(float), data.attributes.toarray().astype(float)


def test_the_item_graph_is_its_formula(tastes):
    settings = ItemGraphSettings(neighbours=EVERY, attribute_weight=0.5)
    r, a = dense(tastes)
    gram = (r.T * power(r.sum(1), 1)) @ r + 0.5 * (a.T * power(a.sum(1), 1)) @ a
    degree = r.sum(0) + 0.5 * a.sum(0)
    expected = power(degree, 0.7)[:, None] * gram * power(degree, 0.2)
    np.fill_diagonal(expected, 0)
    assert fit_item_graph(tastes, settings).edges.toarray() == pytest.approx(expected, abs=1e-6)


def test_each_row_of_the_item_graph_keeps_its_best_neighbours(tastes):
    whole = fit_item_graph(tastes, ItemGraphSettings(neighbours=EVERY)).edges.toarray()
    pruned = fit_item_graph(tastes, ItemGraphSettings(neighbours=5)).edges.toarray()
    for row, kept in zip(whole, pruned, strict=True):
        assert (kept > 0).sum() == 5
        assert sorted(kept[kept > 0]) == pytest.approx(sorted(row)[-5:])


def test_the_ridge_graph_with_the_whole_catalogue_is_ease_with_dropout(tastes):
    settings = RidgeSettings(neighbours=EVERY, penalty=2, dropout=1, attribute_share=1)
    r, a = dense(tastes)
    of_people = (r.T * power(r.sum(1), 0.5)) @ r
    of_attributes = (a.T * power(a.sum(1), 0.5)) @ a
    gram = of_people + of_attributes * np.trace(of_people) / np.trace(of_attributes)
    expected = np.zeros_like(gram)
    for item in range(gram.shape[0]):
        others = np.flatnonzero(tastes.touched() & (gram[:, item] > 0))
        others = others[others != item]
        system = gram[np.ix_(others, others)] + np.diag(
            1 * gram.diagonal()[others] + 2 * gram.diagonal().mean()
        )
        expected[others, item] = np.linalg.solve(system, gram[others, item])
    assert fit_ridge_graph(tastes, settings).edges.toarray() == pytest.approx(expected, abs=1e-5)


def test_the_spectral_model_is_its_formula(tastes):
    r, _ = dense(tastes)
    x = np.sqrt(power(r.sum(1), 1))[:, None] * r * np.sqrt(power(r.sum(0), 1))
    vectors = np.linalg.svd(x)[2][:5].T
    expected = (r * power(r.sum(0), 0.5)) @ vectors @ vectors.T * np.sqrt(r.sum(0))
    fitted = fit_spectral(tastes, 5, seed=1)
    assert fitted.scores(tastes.matrix) == pytest.approx(expected, rel=0.02, abs=0.02)


def test_untouched_items_are_reached_through_their_attributes(tastes):
    histories = tastes.matrix[[0]]  # person 0 likes even items; 38 is even, 39 odd
    for model in (
        fit_item_graph(tastes, ItemGraphSettings()),
        fit_ridge_graph(tastes, RidgeSettings()),
    ):
        scores = model.scores(histories)[0]
        assert scores[38] > scores[39]


def test_only_live_items_are_columns_while_ended_ones_still_teach(tastes):
    live = np.arange(tastes.items.size) >= 20
    for model in (
        fit_item_graph(tastes, ItemGraphSettings(), live),
        fit_ridge_graph(tastes, RidgeSettings(), live),
    ):
        edges = model.edges.toarray()
        assert not edges[:, ~live].any()
        assert edges[:20].any()


def test_the_live_columns_of_the_ridge_graph_are_those_of_the_whole(tastes):
    live = np.arange(tastes.items.size) % 3 == 0
    whole = fit_ridge_graph(tastes, RidgeSettings()).edges.toarray()
    part = fit_ridge_graph(tastes, RidgeSettings(), live).edges.toarray()
    assert part[:, live].tolist() == whole[:, live].tolist()


@pytest.mark.parametrize(
    ("people", "items"), [([], []), ([1], [1]), ([1] * 30, range(30)), (range(30), [1] * 30)]
)
def test_degenerate_data_gives_finite_scores(people, items):
    data = Interactions.from_columns(list(people), list(items))
    for model in (
        fit_item_graph(data, ItemGraphSettings()),
        fit_ridge_graph(data, RidgeSettings()),
        fit_spectral(data, 8, seed=0),
    ):
        scores = model.scores(data.matrix)
        assert scores.shape == data.matrix.shape
        assert np.isfinite(scores).all()


def test_huge_weights_do_not_overflow(tastes):
    heavy = tastes.matrix.copy()
    heavy.data[::7] = 1e6
    data = replace(tastes, matrix=heavy)
    for model in (
        fit_item_graph(data, ItemGraphSettings()),
        fit_ridge_graph(data, RidgeSettings()),
    ):
        assert np.isfinite(model.scores(data.matrix)).all()


def test_weights_so_small_that_their_products_vanish_are_no_neighbours(tastes):
    faded = tastes.matrix.copy()
    faded.data[:] = 1e-30
    x = stack([faded])
    items, values = best_neighbours(x, np.ones(tastes.items.size, np.float32), EVERY)
    assert (items == -1).all()
    assert (values == 0).all()


def renamed(data, names):
    """The same marketplace, its items called `names`."""
    rows, columns = data.matrix.nonzero()
    ids = np.array(names)
    new = Interactions.from_columns(data.people[rows], ids[columns], catalogue=ids)
    attributes, columns = data.attributes.nonzero()
    return new.with_attributes(data.attribute_names[attributes], ids[columns])


@settings(max_examples=10)
@given(st.permutations(range(40)))
def test_renaming_items_renames_their_edges_and_changes_nothing_else(names):
    data, order = two_tastes(), np.argsort(names)
    for fit, how in (
        (fit_item_graph, ItemGraphSettings(neighbours=EVERY)),
        (fit_ridge_graph, RidgeSettings(neighbours=EVERY)),
    ):
        straight = fit(data, how).edges.toarray()
        after = fit(renamed(data, names), how).edges.toarray()
        assert after == pytest.approx(straight[np.ix_(order, order)], rel=1e-3, abs=1e-5)


def test_variants_fitted_together_are_those_fitted_alone(tastes):
    variants = [
        RidgeSettings(),
        RidgeSettings(penalty=1.0, dropout=2.0),
        RidgeSettings(neighbours=5),
        RidgeSettings(),
    ]
    together = fit_ridge_graphs(tastes, variants)
    for settings_of_one, graph in zip(variants, together, strict=True):
        alone = fit_ridge_graph(tastes, settings_of_one)
        assert graph.edges.toarray().tolist() == alone.edges.toarray().tolist()


def test_the_same_seed_gives_the_same_model(tastes):
    assert (
        fit_spectral(tastes, 6, seed=3).vectors.tolist()
        == fit_spectral(tastes, 6, seed=3).vectors.tolist()
    )
    assert (
        fit_ridge_graph(tastes, RidgeSettings()).edges.data.tolist()
        == fit_ridge_graph(tastes, RidgeSettings()).edges.data.tolist()
    )
