"""Whatever there is and whatever is asked: a narrowed list is the whole one, less what does not
fulfil it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.queries import narrowed_to
from recommendations import cache
from recommendations.cache import Key, memory
from recommendations.data import Family
from tests.factories import (
    BidFactory,
    CategoryFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)
from tests.recommendations.lists import ids, keep
from tests.recommendations.narrowed import check, check_order, every_list, say

things = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["lot", "map", "avatar"]),
        "category": st.integers(0, 2),
        "subject": st.sampled_from(["fox", "owl", ""]),
        "bid_count": st.integers(0, 3),
        "current_price": st.sampled_from([10, 12, 500]),
        "end": st.sampled_from([None, "ahead", "over"]),
        "touched": st.sampled_from([None, None, "bid", "watched", "own"]),
    }
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.lists(st.sampled_from(["lot", "map"]), min_size=1),
        "category": st.sampled_from(["shelf-0", "shelf-1"]),
        "meta": st.sampled_from([["dc:subject=fox"], ["dc:subject!=fox"], ["dc:subject~o"]]),
    },
).filter(bool)


class TestAnyNarrowing(TestCase):
    def build(self, thing, person, shelves, now):
        item = ItemFactory(
            kind=thing["kind"],
            category=shelves[thing["category"]],
            bid_count=thing["bid_count"],
            current_price=thing["current_price"],
            start_at=None,
            end_at=thing["end"] and now + timedelta(days=1 if thing["end"] == "ahead" else -1),
            **({"seller": person} if thing["touched"] == "own" else {}),
        )
        if thing["subject"]:
            say(item, thing["subject"])
        match thing["touched"]:
            case "bid":
                BidFactory(item=item, bidder=person)
            case "watched":
                WatchlistItemFactory(item=item, user=person)
        return item

    @settings(max_examples=12)
    @given(
        st.lists(things, min_size=1, max_size=8),
        wishes,
        st.integers(1, 6),
        st.booleans(),
        st.booleans(),
    )
    def test_only_what_fulfils_in_the_order_of_the_whole_list_and_all_of_it(
        self, made, asked, limit, is_kept, is_backwards
    ):
        memory.forget_all()
        cache.clear([Key(Family.POPULAR)])
        now, person = datetime.now(UTC), UserFactory()
        root = CategoryFactory(slug="shelf-0")
        shelves = [root, CategoryFactory(slug="shelf-1", parent=root), CategoryFactory()]
        items = [self.build(thing, person, shelves, now) for thing in made]
        if is_kept:
            keep(Family.HOME, person.pk, items[:: -1 if is_backwards else 1][:4], now)
        among, item = narrowed_to(**asked), items[0]
        whole = every_list(now, person, item, limit=100)
        for plain, narrowed in zip(
            whole, every_list(now, person, item, limit, **asked), strict=True
        ):
            check(narrowed, now, among, limit)
            check_order(narrowed, plain)
            fulfil = [pk for pk in ids(plain) if pk in among.among(ids(plain))]
            assert len(narrowed.places) == min(limit, len(fulfil))
