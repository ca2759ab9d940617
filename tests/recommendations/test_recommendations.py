from datetime import timedelta

import pytest

from inventory.models import Item
from recommendations.models import RecommendedItem, UserInterest
from recommendations.queries import recommended_items
from recommendations.services import compute_recommendations, generate_recommendations
from recsys.lib.errors import NotFound
from tests.factories import (
    BidFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fan(now):
    return UserFactory(username="fan", last_sign_in_at=now - timedelta(days=1))


def likes(user, category, score=1.0):
    return UserInterest.objects.create(
        user=user,
        category=category,
        score=score,
        interaction_count=1,
        last_interaction_at=user.date_joined,
    ).category


def listed(user):
    return list(recommended_items(user.pk).values_list("item", flat=True))


def test_live_items_of_favourite_categories_are_stored_in_order(fan, now):
    books, chairs = likes(fan, CategoryFactory()), likes(fan, CategoryFactory(), 0.5)
    chair = ItemFactory(category=chairs, end_at=now + timedelta(days=1))
    book = ItemFactory(category=books, watcher_count=6)
    avatar = CreationFactory(category=books)
    ItemFactory()
    report = generate_recommendations(now=now)
    sellers = 4  # who joined this moment, and like nothing yet
    assert report == {"people": 1 + sellers, "recommended": 3, "failed": 0}
    rows = recommended_items(fan.pk).values_list("rank", "item", "score", "reason", "source")
    assert list(rows) == [
        (1, book.pk, 0.9, "popular_in_favorite_category", "personal"),
        (2, avatar.pk, 0.6, "category_interest", "personal"),
        (3, chair.pk, 0.5, "ending_soon", "personal"),
    ]


def test_own_bid_watched_ended_and_hidden_items_are_never_listed(fan, now):
    category = likes(fan, CategoryFactory())
    ItemFactory(category=category, seller=fan)
    BidFactory(item=ItemFactory(category=category), bidder=fan)
    WatchlistItemFactory(item=ItemFactory(category=category), user=fan)
    ItemFactory(category=category, end_at=now)
    ItemFactory(category=category, is_hidden=True)
    ItemFactory(category=category, publication_status=Item.PublicationStatus.DRAFT)
    ItemFactory(category=category, auction_status=Item.AuctionStatus.SOLD)
    only = ItemFactory(category=category)
    generate_recommendations(now=now)
    assert listed(fan) == [only.pk]


def test_what_a_list_no_longer_holds_is_deleted(fan, now):
    category = likes(fan, CategoryFactory())
    first, second = ItemFactory.create_batch(2, category=category)
    generate_recommendations(now=now)
    WatchlistItemFactory(item=first, user=fan)
    generate_recommendations(now=now)
    assert listed(fan) == [second.pk]
    UserInterest.objects.all().delete()
    generate_recommendations(now=now)
    assert listed(fan) == []


def test_only_people_active_lately_get_a_new_list(fan, now):
    category = likes(fan, CategoryFactory())
    away = UserFactory(last_sign_in_at=now - timedelta(days=31))
    likes(away, category)
    item = ItemFactory(category=category)
    generate_recommendations(now=now)
    assert (listed(fan), listed(away)) == ([item.pk], [])
    generate_recommendations(now=now, user_id=away.pk)
    assert listed(away) == [item.pk]


def test_an_unknown_person_is_not_found(now):
    with pytest.raises(NotFound):
        generate_recommendations(now=now, user_id=404)


def test_all_at_once_and_one_alone_are_the_same(fan, now, settings):
    settings.RECSYS_PEOPLE_PER_BATCH = 2
    categories = CategoryFactory.create_batch(7)
    items = [
        ItemFactory(category=category, bid_count=count)
        for category in categories
        for count in (0, 3, 3, 9)
    ]
    people = [fan, *UserFactory.create_batch(4, last_sign_in_at=now)]
    for place, user in enumerate(people):
        for category in categories[place:]:
            likes(user, category, 1 / (1 + category.pk % 3))
        for item in items[place :: place + 2]:
            WatchlistItemFactory(user=user, item=item)
    generate_recommendations(now=now)
    for user in people:
        [alone] = compute_recommendations([user.pk], now=now).values()
        rows = recommended_items(user.pk).values_list("item", "score", "reason")
        assert list(rows) == alone
        assert alone
        assert len(alone) <= 15


def test_a_batch_takes_as_many_statements_whatever_its_size(now, django_assert_num_queries):
    category = CategoryFactory()
    ItemFactory.create_batch(3, category=category)
    for user in UserFactory.create_batch(7, last_sign_in_at=now):
        likes(user, category)
    # live items, the model in use, count, page, (interests, bids, watches, stored rows, a copy
    # in a block of its own, in an atomic block), the page after: none
    with django_assert_num_queries(14):
        generate_recommendations(now=now)
    assert RecommendedItem.objects.count() == 21
