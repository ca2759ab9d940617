"""Bags obey the laws of multisets, and an operation happens wholly or not at all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import queries, services
from inventory.data import MAX_QUANTITY
from inventory.models import Bag, BagEntry
from tests.factories import BagFactory, ItemFactory, UserFactory

pytestmark = pytest.mark.django_db
N_ITEMS = 5

quantities = st.one_of(
    st.integers(1, 4), st.integers(1, MAX_QUANTITY), st.integers(MAX_QUANTITY - 2, MAX_QUANTITY)
)
contents = st.dictionaries(st.integers(0, N_ITEMS - 1), quantities)
law = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Shop:
    """One person's bags over a handful of items, written and read as plain dictionaries."""

    def __init__(self) -> None:
        self.owner = UserFactory()
        self.items = [item.pk for item in ItemFactory.create_batch(N_ITEMS, seller=self.owner)]

    def bag(self, given: dict[int, int]) -> Bag:
        bag = BagFactory(owner=self.owner)
        BagEntry.objects.bulk_create(
            BagEntry(bag=bag, item_id=self.items[place], quantity=quantity)
            for place, quantity in given.items()
        )
        return bag

    def holds(self, bag: Bag) -> dict[int, int]:
        rows = BagEntry.objects.filter(bag=bag).values_list("item", "quantity")
        return {self.items.index(item): quantity for item, quantity in rows}

    def after(self, service, mine: dict[int, int], *others: dict[int, int]) -> dict[int, int]:
        """What `mine` holds once `service` was applied with each of the others in turn."""
        bag = self.bag(mine)
        for other in others:
            service(actor=self.owner, bag_id=bag.pk, other_id=self.bag(other).pk)
        return self.holds(bag)


@pytest.fixture
def shop(db):
    return Shop()


def merged(a: dict[int, int], b: dict[int, int]) -> dict[int, int]:
    return {i: min(q, MAX_QUANTITY) for i, q in (Counter(a) + Counter(b)).items()}


@law
@given(a=contents, b=contents)
def test_the_three_operations_are_those_of_multisets(shop, a, b):
    assert shop.after(services.merge_bags, a, b) == merged(a, b)
    assert shop.after(services.intersect_bags, a, b) == dict(Counter(a) & Counter(b))
    assert shop.after(services.subtract_bags, a, b) == dict(Counter(a) - Counter(b))


@law
@given(a=contents, b=contents, c=contents)
def test_merging_is_commutative_and_associative(shop, a, b, c):
    merge = services.merge_bags
    assert shop.after(merge, a, b) == shop.after(merge, b, a)
    assert shop.after(merge, a, b, c) == shop.after(merge, a, shop.after(merge, b, c))


@law
@given(a=contents, b=contents)
def test_intersecting_is_idempotent_commutative_and_absorbed_by_merging(shop, a, b):
    intersect = services.intersect_bags
    assert shop.after(intersect, a, b, b) == shop.after(intersect, a, b)
    assert shop.after(intersect, a, b) == shop.after(intersect, b, a)
    assert shop.after(intersect, a, shop.after(services.merge_bags, a, b)) == a


@law
@given(a=contents, b=contents)
def test_subtracting_what_was_merged_gives_the_bag_back_below_the_limit(shop, a, b):
    both = shop.after(services.merge_bags, a, b)
    left = shop.after(services.subtract_bags, both, b)
    uncapped = {i for i in a if a[i] + b.get(i, 0) <= MAX_QUANTITY}
    assert {i: left.get(i) for i in uncapped} == {i: a[i] for i in uncapped}
    assert all(left.get(i, 0) <= a.get(i, 0) for i in range(N_ITEMS))


@law
@given(a=contents, b=contents)
def test_what_is_taken_away_and_what_is_common_make_up_the_whole(shop, a, b):
    rest = shop.after(services.subtract_bags, a, b)
    common = shop.after(services.intersect_bags, a, b)
    assert shop.after(services.merge_bags, rest, common) == a


@law
@given(a=contents)
def test_a_bag_combined_with_itself_doubles_stays_or_empties(shop, a):
    for service, expected in [
        (services.merge_bags, merged(a, a)),
        (services.intersect_bags, a),
        (services.subtract_bags, {}),
    ]:
        bag = shop.bag(a)
        service(actor=shop.owner, bag_id=bag.pk, other_id=bag.pk)
        assert shop.holds(bag) == expected


@law
@given(a=contents, b=contents)
def test_the_counts_say_what_was_done(shop, a, b):
    for service in (services.merge_bags, services.intersect_bags, services.subtract_bags):
        bag = shop.bag(a)
        change = service(actor=shop.owner, bag_id=bag.pk, other_id=shop.bag(b).pk)
        after = shop.holds(bag)
        assert change.size == len(after)
        assert change.added == len(after.keys() - a.keys())
        assert change.removed == len(a.keys() - after.keys())
        touched = a.keys() & after.keys() & b.keys()
        assert change.changed == sum(a[i] != after[i] for i in touched)


@law
@given(a=contents, b=contents)
def test_overlap_is_symmetric_and_the_weighted_jaccard_index(shop, a, b):
    mine, other = shop.bag(a), shop.bag(b)
    overlap = queries.bag_overlap(mine.pk, other.pk, actor=shop.owner)
    mirrored = queries.bag_overlap(other.pk, mine.pk, actor=shop.owner)
    least = sum((Counter(a) & Counter(b)).values())
    most = sum((Counter(a) | Counter(b)).values())
    assert (overlap.size, overlap.quantity) == (len(a), sum(a.values()))
    assert overlap.common == mirrored.common == len(a.keys() & b.keys())
    assert overlap.jaccard == mirrored.jaccard == (least / most if most else 0)


@contextmanager
def failing_after(verb: str) -> Iterator[None]:
    """The connection is lost right after the first statement that begins with `verb`."""

    def wrapper(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.strip().startswith(verb):
            raise OperationalError("injected")
        return result

    with connection.execute_wrapper(wrapper):
        yield


@pytest.mark.parametrize(
    ("service", "verb"),
    [
        (services.merge_bags, "UPDATE"),
        (services.merge_bags, "INSERT"),
        (services.intersect_bags, "DELETE"),
        (services.intersect_bags, "UPDATE"),
        (services.subtract_bags, "DELETE"),
    ],
)
def test_an_operation_interrupted_in_the_middle_leaves_both_bags_as_they_were(shop, service, verb):
    a, b = {0: 5, 1: 5, 2: 1}, {0: 2, 1: 9, 3: 4}
    mine, other = shop.bag(a), shop.bag(b)
    with pytest.raises(OperationalError), failing_after(verb):
        service(actor=shop.owner, bag_id=mine.pk, other_id=other.pk)
    assert (shop.holds(mine), shop.holds(other)) == (a, b)


@pytest.mark.parametrize(("name", "left"), [("merge", {0: 4, 1: 1}), ("subtract", {0: 2})])
def test_an_operation_sent_twice_under_one_key_is_done_once(api, shop, name, left):
    mine, other = shop.bag({0: 3}), shop.bag({0: 1, 1: 1})
    send = partial(api(shop.owner).post, f"/api/v1/bags/{mine.pk}/{name}/", {"bag": other.pk})
    first, again = (send(headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert again.json() == first.json()
    assert shop.holds(mine) == left


def test_the_number_of_statements_does_not_grow_with_the_bags(shop, django_assert_max_num_queries):
    mine, other = shop.bag({}), shop.bag(dict.fromkeys(range(N_ITEMS), 1))
    for service in (services.merge_bags, services.intersect_bags, services.subtract_bags):
        with django_assert_max_num_queries(7):  # two of them the savepoint's
            service(actor=shop.owner, bag_id=mine.pk, other_id=other.pk)
