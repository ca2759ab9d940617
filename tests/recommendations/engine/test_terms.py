import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.engine.terms import DAY, LOT, TermWeights, price_habits, weighed_terms

WEIGHTS = TermWeights(
    taste=1.0, freshness=0.1, ending=0.2, price=0.3, demand=0.4,
    fresh_days=7, ending_days=7, watcher=2.0, demand_for_one=10,
)  # fmt: skip
NAN = float("nan")
numbers = st.floats(0, 1e7)
lots = st.lists(
    st.tuples(
        st.integers(1, 99), st.integers(0, 5), st.integers(1, 5), numbers | st.just(NAN),
        st.floats(-1e7, 1e7) | st.just(NAN), st.floats(-1e7, 1e9),
        st.integers(0, 10**6), st.integers(0, 10**6),
    ),
    max_size=8,
)  # fmt: skip


def terms_of(*rows, taste=1.0, prices=()):
    found = np.array(list(rows), LOT)
    known = np.array(prices, float)
    habits = price_habits(1, np.zeros(known.size, int), known)
    return weighed_terms(found, np.full(len(rows), taste), habits, WEIGHTS)


def test_each_term_of_one_lot():
    lot = (1, 2, 3, 100.0, 3.5 * DAY, 7 * DAY, 2, 1)
    assert terms_of(lot, taste=0.5, prices=[100.0, 100.0])[0] == pytest.approx(
        [0.5, 0.05, 0.1, 0.3, 0.16]
    )


def test_what_is_unknown_adds_nothing():
    lot = (1, 0, 3, NAN, NAN, 1e12, 0, 0)
    assert terms_of(lot, taste=0.0, prices=[9.0])[0].tolist() == [0, 0, 0, 0, 0]
    assert terms_of((1, 0, 3, 5.0, NAN, 1e12, 0, 0), prices=[NAN, 0.0])[0, 3] == 0


@given(lots, st.lists(numbers | st.just(NAN), max_size=5))
def test_every_term_stays_within_its_weight(rows, prices):
    terms = terms_of(*rows, prices=prices)
    assert terms.shape == (len(rows), 5)
    assert (terms >= 0).all()
    assert (terms <= WEIGHTS.as_row() + 1e-9).all()


@given(st.lists(st.lists(st.floats(0.01, 1e7), max_size=5), min_size=1, max_size=5))
def test_price_habits_of_several_are_those_of_each(prices):
    owners = np.repeat(np.arange(len(prices)), [len(each) for each in prices])
    habits = price_habits(len(prices), owners, np.concatenate(prices))
    for own, (mean, spread) in zip(prices, habits.tolist(), strict=True):
        logs = np.log(own or [np.nan])
        assert mean == pytest.approx(logs.mean(), abs=1e-9, nan_ok=True)
        assert spread == pytest.approx(max(logs.std(), 0.5) if own else 0.5, abs=1e-9)
