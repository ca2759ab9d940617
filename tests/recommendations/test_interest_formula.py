from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.scoring.interest import decay, user_interests
from recommendations.weights import interest_weights

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
PERSON, BOOKS, CHAIRS, LAMPS = 1, 10, 20, 30


def interests(bids=(), watches=()):
    return user_interests(bids, watches, now=NOW, weights=interest_weights())


def ago(days, category=BOOKS, person=PERSON):
    return person, category, NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("age", "factor"),
    [
        (timedelta(0), 1.0),
        (timedelta(days=7), 1.0),
        (timedelta(days=7) + INSTANT, 0.7),
        (timedelta(days=30), 0.7),
        (timedelta(days=30) + INSTANT, 0.4),
        (timedelta(days=90), 0.4),
        (timedelta(days=90) + INSTANT, 0.1),
    ],
)
def test_decay_steps_down_just_after_7_30_and_90_days(age, factor):
    assert decay(age, interest_weights()) == factor


def test_a_worked_example():
    # books: 3.0·1.0 + 2.0·0.7 = 4.4; chairs: 3.0·0.4 = 1.2; lamps: 2.0·1.0 + 2.0·0.1 = 2.2
    found = interests(
        bids=[ago(1), ago(60, CHAIRS)], watches=[ago(8), ago(0, LAMPS), ago(91, LAMPS)]
    )
    assert [(row.category_id, row.interaction_count) for row in found] == [
        (BOOKS, 2),
        (LAMPS, 2),
        (CHAIRS, 1),
    ]
    assert [row.score for row in found] == pytest.approx([1.0, 2.2 / 4.4, 1.2 / 4.4])
    assert [row.last_interaction_at for row in found] == [
        NOW - timedelta(days=1),
        NOW,
        NOW - timedelta(days=60),
    ]


def test_an_item_without_a_category_says_nothing():
    assert interests(bids=[ago(1, category=None)]) == []
    assert [row.category_id for row in interests([ago(1, None), ago(90)])] == [BOOKS]


def test_equal_categories_come_by_id():
    found = interests(bids=[ago(1, LAMPS), ago(1, BOOKS), ago(1, CHAIRS)])
    assert [row.category_id for row in found] == [BOOKS, CHAIRS, LAMPS]


def test_everybody_is_measured_by_their_own_maximum():
    found = interests(bids=[ago(1, person=1)], watches=[ago(80, CHAIRS, person=2)])
    assert [(row.user_id, row.score) for row in found] == [(1, 1.0), (2, 1.0)]


interactions = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.none() | st.integers(1, 5),
        st.integers(0, 120 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    )
)


@given(interactions, interactions)
def test_scores_lie_within_0_and_1_and_the_best_of_each_person_is_1(bids, watches):
    found = interests(bids, watches)
    assert all(0 < row.score <= 1 for row in found)
    people = {row.user_id for row in found}
    assert sum(1 for row in found if row.score == 1.0) >= len(people)
    assert found == sorted(found, key=lambda row: (row.user_id, -row.score, row.category_id))


@given(interactions, interactions, st.randoms())
def test_the_order_of_interactions_changes_nothing(bids, watches, random):
    before = interests(bids, watches)
    random.shuffle(bids)
    random.shuffle(watches)
    assert interests(bids, watches) == before


@given(interactions, interactions)
def test_together_and_one_by_one_are_the_same(bids, watches):
    def of(person, rows):
        return [row for row in rows if row[0] == person]

    alone = [
        row for person in range(5) for row in interests(of(person, bids), of(person, watches))
    ]
    assert interests(bids, watches) == alone
