"""Rows for tests: each as it would be in the product, live and valid unless a test says not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from bidding.models import Bid
from inventory.models import Bag, BagEntry, Category, Item, WatchlistItem

PASSWORD = "a long enough passphrase"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person_{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    password = factory.django.Password(PASSWORD)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class ItemFactory(DjangoModelFactory):
    """A live lot that ends in ten days."""

    class Meta:
        model = Item

    title = factory.Sequence(lambda n: f"Lot {n}")
    slug = factory.Sequence(lambda n: f"lot-{n}")
    seller = factory.SubFactory(UserFactory)
    category = factory.SubFactory(CategoryFactory)
    starting_price = Decimal("10.00")
    current_price = Decimal("10.00")
    start_at = factory.LazyFunction(lambda: datetime.now(UTC) - timedelta(days=1))
    end_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(days=10))
    publication_status = Item.PublicationStatus.PUBLISHED
    auction_status = Item.AuctionStatus.ACTIVE


class CreationFactory(ItemFactory):
    """A published avatar: something that is not auctioned."""

    kind = Item.Kind.AVATAR
    title = factory.Sequence(lambda n: f"Avatar {n}")
    auction_status = None
    starting_price = None
    current_price = None
    start_at = None
    end_at = None


class BidFactory(DjangoModelFactory):
    class Meta:
        model = Bid

    item = factory.SubFactory(ItemFactory)
    bidder = factory.SubFactory(UserFactory)
    amount = Decimal("11.00")


class WatchlistItemFactory(DjangoModelFactory):
    class Meta:
        model = WatchlistItem

    user = factory.SubFactory(UserFactory)
    item = factory.SubFactory(ItemFactory)


class BagFactory(DjangoModelFactory):
    class Meta:
        model = Bag

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Bag {n}")
    slug = factory.Sequence(lambda n: f"bag-{n}")


class BagEntryFactory(DjangoModelFactory):
    class Meta:
        model = BagEntry

    bag = factory.SubFactory(BagFactory)
    item = factory.SubFactory(ItemFactory)
