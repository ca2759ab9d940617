"""Rows named by a list come in its order, and no more of them than are wanted."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.models import Item
from recsys.lib.listed import in_turn
from recsys.lib.prepared import Parameter, Prepared
from tests.factories import ItemFactory, UserFactory

IDS = Parameter("ids")


class TestNamedRows(TestCase):
    @classmethod
    def setUpTestData(cls):
        seller = UserFactory(username="seller")
        cls.ids = [item.pk for item in ItemFactory.create_batch(6, seller=seller)]

    @given(st.data(), st.integers(1, 8))
    def test_rows_come_in_the_order_of_the_list_up_to_the_number_wanted(self, data, most):
        known = data.draw(st.permutations(self.ids))[:most]
        strangers = data.draw(st.lists(st.integers(10**9, 2**63 - 1), unique=True, max_size=3))
        named = Prepared(
            lambda: in_turn(Item.objects.all(), IDS, most=3).values_list("pk", "seller__username")
        )
        expected = [(pk, "seller") for pk in known][:3]
        assert named.tuples(ids=[*strangers, *known]) == expected
