"""The rows and the people that the permission matrix is run against."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import Block, Friendship
from bidding.models import Order
from inventory.data import BagRole
from inventory.models import Happening, World
from inventory.services import share_bag
from recommendations.models import (
    ItemSimilarity,
    MutedCategory,
    RecommendedItem,
    UserInterest,
)
from recsys.lib.jobs.models import Job
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)

CAST = (
    "anonymous",
    "owner",
    "viewer",
    "editor",
    "stranger",
    "manager",
    "administrator",
    "locked",
)
ROLES = {"manager": "recommendation managers", "administrator": "administrators"}


def people():
    cast = {name: UserFactory(username=name) for name in CAST if name != "anonymous"}
    for name, role in ROLES.items():
        cast[name].groups.add(Group.objects.get(name=role))
    cast["owner"].groups.add(Group.objects.get(name="sellers"))
    return cast


def clients(cast):
    """How each of them calls: the API by token, pages by session.

    The locked person got both before being locked.
    """
    callers = {"anonymous": APIClient(raise_request_exception=False)}
    for name, user in cast.items():
        _, token = AuthToken.objects.create(user)
        callers[name] = APIClient(raise_request_exception=False)
        callers[name].credentials(HTTP_AUTHORIZATION=f"Token {token}")
        callers[name].force_login(user)
    cast["locked"].locked_at = timezone.now()
    cast["locked"].save(update_fields=["locked_at"])
    return callers


def rows(cast):
    """One row of each kind, all of them the owner's; by the names that addresses use."""
    owner, now = cast["owner"], timezone.now()
    category, other_item = CategoryFactory(), ItemFactory()
    made = {
        "category": category,
        "leaf": CategoryFactory(),
        "item": ItemFactory(seller=owner, category=category),
        "draft": ItemFactory(seller=owner, publication_status="draft"),
        "other_item": other_item,
        "watched": WatchlistItemFactory(user=owner, item__watcher_count=1).item,
        "bag": BagFactory(owner=owner),
        "other_bag": BagFactory(owner=owner, visibility="public"),
        "interest": UserInterest.objects.create(
            user=owner,
            category=category,
            score=0.5,
            interaction_count=1,
            last_interaction_at=now,
        ),
        "recommended": RecommendedItem.objects.create(
            user=owner, item=other_item, score=0.5, rank=1, reason="for_you"
        ),
        "muted": MutedCategory.objects.create(user=owner, category=CategoryFactory()).category,
        "similarity": ItemSimilarity.objects.create(
            source=other_item, similar=ItemFactory(), score=0.5, reason="price_range"
        ),
        "world": World.objects.create(
            name="Plaza",
            map=CreationFactory(kind="map", seller=owner),
            address="192.0.2.1",
            port=7777,
            max_users=9,
        ),
        "for_sale": ItemFactory(buy_now_price=99),
        "order": Order.objects.create(item=ItemFactory(), buyer=owner, amount=9),
        "job": Job.objects.create(name="prune", queue="q", max_attempts=3, timeout=60),
        "failed_job": Job.objects.create(
            name="prune", queue="q", max_attempts=3, timeout=60, state="discarded"
        ),
    }
    made["map"] = made["world"].map
    made["happening"] = Happening.objects.create(
        name="Fair", starts_at=now, ends_at=now + timedelta(hours=1), world=made["world"]
    )
    made["entry"] = BagEntryFactory(bag=made["bag"]).item
    BagEntryFactory(bag=made["other_bag"])
    for name in ("viewer", "editor"):
        share_bag(actor=owner, bag_id=made["bag"].pk, user_id=cast[name].pk, role=BagRole(name))
        Friendship.objects.create(user=cast[name], friend=owner)
    Block.objects.create(user=owner, blocked=cast["stranger"])
    return made | {"leaf_slug": made["leaf"].slug, "item_slug": made["item"].slug}
