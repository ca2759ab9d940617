"""Going through many rows: while one batch is stored, the next is made."""

import threading

import pytest
from django.db import connection

from recommendations.models import RecommendedItem
from recommendations.services.batches import one_ahead, replace_rows
from tests.factories import ItemFactory, UserFactory
from tests.updates import counting_updates


def test_the_next_batch_is_made_while_the_one_before_is_stored():
    is_made = {number: threading.Event() for number in range(3)}
    read_in = []

    def begin(number):
        read_in.append((number, threading.current_thread()))

        def make():
            is_made[number].set()
            return threading.current_thread()

        return make

    taken = []
    for number, made_in in one_ahead(range(3), begin):
        assert number == 2 or is_made[number + 1].wait(600)
        assert made_in is not threading.current_thread()
        taken.append(number)
    assert taken == [0, 1, 2]
    assert read_in == [(number, threading.current_thread()) for number in range(3)]


def test_no_more_than_one_batch_is_read_ahead():
    read = []

    def begin(number):
        read.append(number)
        return lambda: number

    ahead = one_ahead(range(10), begin)
    assert next(ahead) == (0, 0)
    assert read == [0, 1]
    ahead.close()
    assert list(one_ahead([], begin)) == []


def test_what_goes_wrong_in_making_comes_to_who_takes_the_batch():
    def begin(number):
        return lambda: 1 // number

    ahead = one_ahead([1, 0], begin)
    assert next(ahead) == (1, 1)
    with pytest.raises(ZeroDivisionError):
        next(ahead)


KEY = ("user_id", "item_id")


def ranked(user, items, now):
    return {
        "user_id": [user.pk] * len(items),
        "item_id": [item.pk for item in items],
        "rank": range(1, 1 + len(items)),
        "score": [0.5] * len(items),
        "reason": ["for_you"] * len(items),
        "generated_at": [now] * len(items),
    }


def stored(user):
    return [*RecommendedItem.objects.filter(user=user).order_by("rank").values_list("item", "pk")]


@pytest.mark.django_db
def test_rows_that_stay_are_the_same_rows_and_others_come_and_go(now):
    user, (one, two, three) = UserFactory(), ItemFactory.create_batch(3)
    rows = RecommendedItem.objects.filter(user=user)
    assert replace_rows(rows, ranked(user, [one, two], now), KEY) == 2
    before = dict(stored(user))
    assert replace_rows(rows, ranked(user, [three, two], now), KEY) == 2
    after = stored(user)
    assert [item for item, _ in after] == [three.pk, two.pk]
    assert dict(after)[two.pk] == before[two.pk]
    assert replace_rows(rows, ranked(user, [], now), KEY) == 0
    assert stored(user) == []


@pytest.mark.django_db
def test_rows_somebody_else_stored_a_moment_ago_are_updated(now):
    user, (one, two) = UserFactory(), ItemFactory.create_batch(2)
    rows = RecommendedItem.objects.filter(user=user)
    replace_rows(rows, ranked(user, [one], now), KEY)
    before = dict(stored(user))
    as_seen_earlier = rows.none()
    assert replace_rows(as_seen_earlier, ranked(user, [two, one], now), KEY) == 2
    after = stored(user)
    assert [item for item, _ in after] == [two.pk, one.pk]
    assert dict(after)[one.pk] == before[one.pk]


@pytest.mark.django_db
def test_of_nobody_there_is_nothing_to_replace(now):
    user, (one,) = UserFactory(), ItemFactory.create_batch(1)
    of_nobody = RecommendedItem.objects.filter(user__in=[])
    assert replace_rows(of_nobody, ranked(user, [one], now), KEY) == 1
    assert [item for item, _ in stored(user)] == [one.pk]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="others keep one version of a row")
def test_no_index_learns_of_rows_that_are_rewritten(now):
    user, items = UserFactory(), ItemFactory.create_batch(60)
    rows = RecommendedItem.objects.filter(user=user)
    replace_rows(rows, ranked(user, items, now), KEY)
    updates = counting_updates(RecommendedItem)
    replace_rows(rows, ranked(user, items[::-1], now), KEY)
    updated, in_place = updates()
    assert updated == len(items)
    assert in_place >= 0.9 * updated
