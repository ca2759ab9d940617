"""One row of every kind, all of them the owner's: what `docs/authorization.md` is about."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone
from knox.models import AuthToken

from accounts import services
from accounts.models import Block, Friendship, RoleGrant, Session, UserIdentity
from bidding.models import ProxyBid
from inventory.models import ItemAttribute
from recommendations.models import Event, Exploration, MutedCategory, TrainedModel
from recsys.lib.idempotency.models import IdempotencyKey
from recsys.lib.jobs.models import Heartbeat, JobLock
from tests.factories import BidFactory


def one_of_each(cast, made):
    """(words, row) for every policy; `cast` and `made` as `world.people` and `world.rows` say.

    The editor acts for the owner as a seller, too.
    """
    return [*_people(cast), *_catalogue(cast, made), *_collections(made), *_beliefs(cast, made)]


def _people(cast):
    owner, editor, group = cast["owner"], cast["editor"], Group.objects.get(name="sellers")
    now = timezone.now()
    services.delegate_items(actor=owner, seller=owner, operator=editor)
    later = now + timedelta(days=1)
    return [
        ("an account", owner),
        ("a friendship, asked by the viewer", Friendship.objects.get(user=cast["viewer"])),
        ("a block", Block.objects.get(user=owner)),
        ("a name elsewhere", UserIdentity.objects.create(provider="p", uid="u", user=owner)),
        ("a token", AuthToken.objects.filter(user=owner).first()),
        (
            "a browser's session",
            Session.objects.create(session_key="k", session_data="", expire_date=now, user=owner),
        ),
        (
            "an idempotency key",
            IdempotencyKey.objects.create(
                caller=owner, key="k", fingerprint="f", lease_until=later
            ),
        ),
        ("a role", group),
        (
            "a role until a time",
            RoleGrant.objects.create(user=owner, group=group, expires_at=later),
        ),
        ("acting for a seller: the editor for the owner", owner.delegations_given.get()),
    ]


def _catalogue(cast, made):
    item, owner = made["item"], cast["owner"]
    return [
        ("a category", made["category"]),
        ("an item, published", item),
        ("an item, draft", made["draft"]),
        (
            "a statement about a draft",
            ItemAttribute.objects.create(
                item=made["draft"], created_at=made["draft"].created_at, predicate="p:p", value="v"
            ),
        ),
        ("a world", made["world"]),
        ("a happening", made["happening"]),
        ("a bid", BidFactory(bidder=owner)),
        (
            "a maximum to bid up to",
            ProxyBid.objects.create(item=made["other_item"], bidder=owner, maximum=99),
        ),
        ("an order", made["order"]),
    ]


def _collections(made):
    grants = made["bag"].grants.order_by("pk")
    return [
        ("something watched", made["watched"].watchers.get()),
        ("a bag, private", made["bag"]),
        ("a bag, public", made["other_bag"]),
        ("an entry of a private bag", made["bag"].entries.get()),
        ("a share of a bag: with the viewer", grants.first()),
    ]


def _beliefs(cast, made):
    now = timezone.now()
    return [
        (
            "a category that is no interest of theirs",
            MutedCategory.objects.create(user=cast["owner"], category=made["category"]),
        ),
        ("an interest", made["interest"]),
        ("a recommended item", made["recommended"]),
        ("a similarity", made["similarity"]),
        (
            "an event",
            Event.objects.create(
                user=cast["owner"], item=made["item"], kind="view", event_id="e-1"
            ),
        ),
        (
            "a place that was drawn, and shown",
            Exploration.objects.create(
                user=cast["owner"],
                item=made["item"],
                rank=1,
                propensity=0.5,
                among=2,
                shown_on=now,
                shown_at=now,
            ),
        ),
        (
            "a trained model",
            TrainedModel.objects.create(version="v", algorithm="a", sha256="0", size=1),
        ),
        ("a job", made["job"]),
        ("a job's lock", JobLock.objects.create(key="k", expires_at=now)),
        (
            "a cluster's heartbeat",
            Heartbeat.objects.create(cluster="c", queue="q", beat_at=now),
        ),
    ]
