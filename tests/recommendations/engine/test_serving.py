from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.engine import serving
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.histories import Histories, History
from recommendations.engine.item_graph import fit_item_graph
from recommendations.engine.newcomers import AttributeIndex, Newcomers
from recommendations.engine.serving import ServedGraph
from tests.recommendations.engine.conftest import two_tastes

DATA = two_tastes()
SETTINGS = ItemGraphSettings(neighbours=1000)
SERVED = ServedGraph(DATA.items, fit_item_graph(DATA, SETTINGS).edges)
ITEMS = st.lists(st.integers(95, 145), unique=True, max_size=12)


def test_one_persons_scores_are_those_of_the_fitted_model():
    history = History.of([102, 104, 111], [1.0, 2.0, 0.5])
    row = np.zeros((1, DATA.items.size), np.float32)
    row[0, [2, 4, 11]] = 1, 2, 0.5
    assert SERVED.scores(history) == pytest.approx((row @ SERVED.edges.toarray())[0], rel=1e-5)


@given(ITEMS, ITEMS, ITEMS, st.integers(0, 30))
def test_lists_keep_their_promises(done, excluded, live, k):
    ranked = SERVED.top_items(History.of(done), k, exclude=excluded, live=SERVED.live_mask(live))
    shown = ranked.items.tolist()
    assert len(shown) == len(set(shown)) <= k
    assert set(shown) <= set(live) & set(DATA.items.tolist()) - set(done) - set(excluded)
    assert np.isfinite(ranked.scores).all()
    assert (ranked.scores > 0).all()
    order = list(zip(-ranked.scores, ranked.items, strict=True))
    assert order == sorted(order)


@given(ITEMS, st.integers(95, 145))
def test_contributions_sum_to_the_score(done, item):
    history = History.of(done, 0.5 + np.arange(len(done)))
    scores = dict(zip(SERVED.ids.tolist(), SERVED.scores(history).tolist(), strict=True))
    why = SERVED.contributions(history, item)
    assert why.amounts.sum() == pytest.approx(scores.get(item, 0))
    assert set(why.items.tolist()) <= set(done)
    assert (np.diff(why.amounts) <= 0).all()


@given(st.lists(st.tuples(ITEMS, ITEMS), min_size=1, max_size=6), st.integers(1, 20))
def test_lists_of_several_at_once_are_those_of_each(people, most):
    joined = with_a_newcomer()
    histories = [History.of(done, 0.5 + np.arange(len(done))) for done, _ in people]
    hidden = Histories.of(*(History.of(items) for _, items in people))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "ITEMS_AT_ONCE", most)
        found = joined.top_items_of(
            Histories.of(*histories), 9, exclude=(hidden.owners, hidden.items)
        )
    for owner, (history, (_, hidden)) in enumerate(zip(histories, people, strict=True)):
        alone = joined.top_items(history, 9, exclude=hidden)
        own = found.owners == owner
        assert found.items[own].tolist() == alone.items.tolist()
        assert found.scores[own].tolist() == alone.scores.tolist()
        assert found.because[own].tolist() == alone.because.tolist()


@given(st.permutations(range(8)))
def test_the_order_of_a_history_changes_nothing(order):
    done = np.arange(100, 108)
    straight = SERVED.top_items(History.of(done), 10).items.tolist()
    assert SERVED.top_items(History.of(done[list(order)]), 10).items.tolist() == straight


def test_an_ended_item_is_gone_at_once():
    history, live = History.of([100, 102]), SERVED.live_mask(DATA.items)
    best = SERVED.top_items(history, 5, live=live).items
    live[SERVED.ids == best[0]] = False
    assert SERVED.top_items(history, 4, live=live).items.tolist() == best[1:].tolist()


def test_a_history_of_strangers_gives_an_empty_list():
    assert SERVED.top_items(History.of([1, 2, 2**60]), 5).items.size == 0
    assert SERVED.top_items(History.of([]), 5).items.size == 0


def test_a_person_with_everything_gets_an_empty_list():
    assert SERVED.top_items(History.of(DATA.items), 5).items.size == 0


def without(last):
    """The same marketplace before its untouched item `last` was published."""
    kept = np.arange(DATA.items.size) != last
    names, items = DATA.attributes[:, kept].nonzero()
    before = type(DATA)(DATA.people, DATA.items[kept], DATA.matrix[:, kept])
    return before.with_attributes(DATA.attribute_names[names], before.items[items])


@pytest.mark.parametrize("new", [38, 39])
def test_a_new_items_neighbours_are_those_of_a_full_fit(new):
    """Within 1e-5: the same sums in another order."""
    before = without(new)
    names = DATA.attribute_names[DATA.attributes[:, [new]].toarray()[:, 0] > 0]
    row, column = AttributeIndex.of(before, SETTINGS).place(names)
    whole = fit_item_graph(DATA, SETTINGS).edges.toarray()
    others = np.arange(DATA.items.size) != new
    assert row.toarray()[0] == pytest.approx(whole[new, others], rel=1e-5)
    assert column.toarray()[0] == pytest.approx(whole[others, new], rel=1e-5)


@pytest.fixture
def joined():
    return with_a_newcomer()


@cache
def with_a_newcomer():
    """The marketplace without item 138, which then joins by its attributes."""
    before = without(38)
    index = AttributeIndex.of(before, SETTINGS)
    newcomers = Newcomers.nobody().joined_by(138, *index.place(["taste:even", "shelf:4"]))
    return ServedGraph(before.items, fit_item_graph(before, SETTINGS).edges, newcomers)


def test_a_newcomer_is_ranked_and_explained_like_everybody(joined):
    history = History.of([100, 102, 104])
    ranked = joined.top_items(history, 40)
    assert 138 in ranked.items
    why = joined.contributions(history, 138)
    assert why.amounts.sum() == pytest.approx(ranked.scores[ranked.items == 138][0])
    assert joined.top_items(History.of([138]), 3).items.size == 3


def test_an_edited_newcomer_has_only_its_new_edges(joined):
    index = AttributeIndex.of(without(38), SETTINGS)
    edited = joined.newcomers.joined_by(138, *index.place(["taste:odd"]))
    assert edited.items.tolist() == [138]
    served = ServedGraph(joined.items, joined.edges, edited)
    assert served.contributions(History.of([100]), 138).amounts.size == 0
    assert served.contributions(History.of([101]), 138).amounts.size == 1


def test_attributes_nobody_has_place_an_item_nowhere():
    row, column = AttributeIndex.of(DATA, SETTINGS).place(["taste:unheard-of"])
    assert row.nnz == column.nnz == 0


@given(ITEMS)
def test_what_attributes_say_for_an_item_nobody_touched_sums_to_its_score(done):
    """The item graph has nothing else to go by; its column's factor is shared by all of them."""
    history = History.of(sorted(set(done) - {138}))
    index = AttributeIndex.of(DATA, SETTINGS)
    names = DATA.attribute_names[DATA.attributes[:, [38]].toarray()[:, 0] > 0]
    said = index.said_for(SERVED.fitted(history), names, np.ones(names.size))
    scale = index.item_degrees[38] ** -SETTINGS.column_exponent
    assert said.sum() * scale == pytest.approx(SERVED.scores(history)[38], rel=1e-5)
    assert index.said_for(SERVED.fitted(history), [2**40], [1.0]).tolist() == [0]


@given(ITEMS)
def test_what_speaks_most_for_an_item_is_the_first_of_its_contributions(done):
    history = History.of(done)
    ranked = SERVED.top_items(history, 30)
    for item, because in zip(ranked.items.tolist(), ranked.because.tolist(), strict=True):
        assert because == SERVED.contributions(history, item).items[0]


def test_what_speaks_most_for_a_newcomer_is_named_too(joined):
    history = History.of([100, 102, 104])
    ranked = joined.top_items(history, 40)
    (place,) = np.flatnonzero(ranked.items == 138)
    assert ranked.because[place] == joined.contributions(history, 138).items[0]


def test_alikeness_is_symmetric_and_of_the_stronger_row():
    items = np.array([104, 100, 102, 101])
    (alike,) = SERVED.alikeness([items])
    edges = SERVED.edges.toarray()
    share = edges / edges.max(axis=1, keepdims=True).clip(1e-9)
    expected = np.maximum(share, share.T)[np.ix_(items - 100, items - 100)]
    assert alike == pytest.approx(expected, rel=1e-5)


def test_what_the_model_does_not_know_is_like_nothing(joined):
    alike, of_two = joined.alikeness([np.array([104, 2**40, 138, 100]), np.array([104, 100])])
    assert alike[[0, 3]][:, [0, 3]] == pytest.approx(of_two)
    assert alike[2, [0, 3]].all()
    assert not alike[1].any()
    assert not alike[:, 1].any()


def test_sets_looked_through_together_are_as_alike_as_each_alone(joined):
    rng = np.random.default_rng(5)
    known = joined.ids
    sets = [rng.choice(known, size, replace=False) for size in rng.integers(0, known.size, 20)]
    together = list(joined.alikeness(sets))
    assert [alike.shape for alike in together] == [(each.size, each.size) for each in sets]
    for each, alike in zip(sets, together, strict=True):
        (alone,) = joined.alikeness([each])
        assert np.array_equal(alike, alone)
    assert any(alike.any() for alike in together)
