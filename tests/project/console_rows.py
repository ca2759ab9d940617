"""Rows of every model the console shows, as many as a test wants."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from accounts.models import Block, Friendship, RoleGrant, SellerDelegation, User, UserIdentity
from bidding.models import Bid, Order, ProxyBid
from inventory.models import (
    Bag,
    BagEntry,
    BagUserObjectPermission,
    Category,
    Happening,
    Item,
    ItemAttribute,
    WatchlistItem,
    World,
)
from recommendations.models import (
    Event,
    Exploration,
    ItemSimilarity,
    MutedCategory,
    RecommendedItem,
    TrainedModel,
    UserInterest,
)
from recsys.lib.jobs.models import Heartbeat, Job, JobLock

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_serial = count()


def make_rows(operator: User, number: int) -> None:
    """`number` more of each: the operator's own, so that the policies show them."""
    mark = next(_serial)
    people = _people(mark, number)
    items = _items(operator, people, mark, number)
    _accounts(operator, people, mark)
    _inventory(operator, people, items, mark)
    _bidding(operator, people, items)
    _recommendations(operator, people, items, mark)
    _jobs(mark, number)


def _people(mark, number):
    return User.objects.bulk_create(
        User(username=f"row_{mark}_{n}", email=f"row_{mark}_{n}@example.com")
        for n in range(number)
    )


def _items(operator, people, mark, number):
    parents = Category.objects.bulk_create(
        Category(name=f"Parent {mark}.{n}", slug=f"parent-{mark}-{n}") for n in range(number)
    )
    categories = Category.objects.bulk_create(
        Category(name=f"Row {mark}.{n}", slug=f"row-{mark}-{n}", parent=parent)
        for n, parent in enumerate(parents)
    )
    return Item.objects.bulk_create(
        Item(
            title=f"Row {n}",
            seller=person,
            category=category,
            publication_status=Item.PublicationStatus.PUBLISHED,
        )
        for n, (person, category) in enumerate(zip(people, categories, strict=True))
    )


def _accounts(operator, people, mark):
    groups = Group.objects.bulk_create(Group(name=f"row {mark}.{p.pk}") for p in people)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=person, group=group, expires_at=NOW, granted_by=operator)
        for person, group in zip(people, groups, strict=True)
    )
    UserIdentity.objects.bulk_create(
        UserIdentity(provider=f"site {person.pk}", uid="me", user=operator) for person in people
    )
    Friendship.objects.bulk_create(Friendship(user=person, friend=operator) for person in people)
    Block.objects.bulk_create(Block(user=operator, blocked=person) for person in people)
    may = Permission.objects.get(codename="manage_items_of")
    SellerDelegation.objects.bulk_create(
        SellerDelegation(user=operator, content_object=person, permission=may) for person in people
    )


def _inventory(operator, people, items, mark):
    ItemAttribute.objects.bulk_create(
        ItemAttribute(item=item, predicate="urn:p", value="v", created_at=item.created_at)
        for item in items
    )
    WatchlistItem.objects.bulk_create(WatchlistItem(user=operator, item=item) for item in items)
    bags = Bag.objects.bulk_create(
        Bag(owner=person, name="Row", slug="row", visibility=Bag.Visibility.PUBLIC)
        for person in people
    )
    BagEntry.objects.bulk_create(
        BagEntry(bag=bag, item=item) for bag, item in zip(bags, items, strict=True)
    )
    may_view = Permission.objects.get(
        codename="view_bag", content_type=ContentType.objects.get_for_model(Bag)
    )
    BagUserObjectPermission.objects.bulk_create(
        BagUserObjectPermission(content_object=bag, user=operator, permission=may_view)
        for bag in bags
    )
    worlds = World.objects.bulk_create(
        World(name=f"Row {n}", map=item, address=f"10.0.0.{mark}", port=n + 1, max_users=9)
        for n, item in enumerate(items)
    )
    Happening.objects.bulk_create(
        Happening(name="Row", starts_at=NOW, ends_at=NOW + timedelta(hours=1), world=world)
        for world in worlds
    )


def _bidding(operator, people, items):
    Bid.objects.bulk_create(Bid(item=item, bidder=operator, amount=1) for item in items)
    ProxyBid.objects.bulk_create(ProxyBid(item=item, bidder=operator, maximum=1) for item in items)
    Order.objects.bulk_create(
        Order(item=item, buyer=person, amount=1)
        for item, person in zip(items, people, strict=True)
    )


def _recommendations(operator, people, items, mark):
    UserInterest.objects.bulk_create(
        UserInterest(
            user=person,
            category=item.category,
            score=1,
            interaction_count=1,
            last_interaction_at=NOW,
        )
        for person, item in zip(people, items, strict=True)
    )
    MutedCategory.objects.bulk_create(
        MutedCategory(user=operator, category=item.category) for item in items
    )
    ItemSimilarity.objects.bulk_create(
        ItemSimilarity(source=item, similar=items[n - 1], score=1, reason="same_category")
        for n, item in enumerate(items)
    )
    RecommendedItem.objects.bulk_create(
        RecommendedItem(user=person, item=item, score=1, rank=1, reason="for_you")
        for person, item in zip(people, items, strict=True)
    )
    Event.objects.bulk_create(
        Event(user=person, item=item, kind="view", event_id=f"{mark}:{item.pk}")
        for person, item in zip(people, items, strict=True)
    )
    Exploration.objects.bulk_create(
        Exploration(
            user=person, item=item, rank=1, propensity=0.5, among=2, shown_on=NOW, shown_at=NOW
        )
        for person, item in zip(people, items, strict=True)
    )
    TrainedModel.objects.bulk_create(
        TrainedModel(
            version=f"{mark}.{n}",
            algorithm="item_graph",
            metrics={"recall": 0.1},
            size=1,
            trained_at=NOW,
        )
        for n in range(len(items))
    )


def _jobs(mark, number):
    jobs = Job.objects.bulk_create(
        Job(name="prune", queue="recommendations", max_attempts=3, timeout=60)
        for _ in range(number)
    )
    JobLock.objects.bulk_create(
        JobLock(key=f"{mark}.{n}", expires_at=NOW, job=job) for n, job in enumerate(jobs)
    )
    Heartbeat.objects.bulk_create(
        Heartbeat(cluster=f"{mark}.{n}", queue="recommendations", beat_at=NOW)
        for n in range(number)
    )
