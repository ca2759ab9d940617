"""What may be seen, and from when an auction runs."""

from collections.abc import Iterator
from datetime import datetime

from accounts.queries import is_manager
from inventory.data import AuctionStatus, Kind, PublicationStatus
from inventory.models import Item
from recsys.lib.access import Actor
from recsys.lib.clock import database_now
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed
from recsys.lib.jobs.services import enqueue
from recsys.lib.lookup import get_changeable
from recsys.lib.retry import retried_transaction


@retried_transaction
def publish_item(*, actor: Actor, item_id: int) -> Item:
    """Show an item to everybody; a lot is opened, or scheduled if its start is ahead.

    What resembles it is computed by a job, enqueued in the same transaction.

    Publishing twice changes nothing. Raises NotFound; NotAllowed without the role for this kind;
    InvalidInput where a lot has no price or no end ahead; Conflict if it is archived or sold.
    """
    item = _lock(actor, item_id)
    _check_role(actor, item)
    if item.publication_status == PublicationStatus.ARCHIVED:
        raise Conflict("This item is archived.", code="archived")
    if item.publication_status != PublicationStatus.PUBLISHED:
        if item.kind == Kind.LOT:
            open_auction(item, database_now())
        item.publication_status = PublicationStatus.PUBLISHED
        item.save()
        # By name, because recommendations are built above this floor.
        enqueue("compute_item_similarities", item_id=item.pk)
    return item


@retried_transaction
def unpublish_item(*, actor: Actor, item_id: int) -> Item:
    """Take an item out of sight. A running auction pauses; its bids stand, and its end comes.

    Raises NotFound, NotAllowed; Conflict if it is archived.
    """
    item = _lock(actor, item_id)
    if item.publication_status == PublicationStatus.ARCHIVED:
        raise Conflict("This item is archived.", code="archived")
    if item.publication_status == PublicationStatus.PUBLISHED:
        _withdraw(item, PublicationStatus.UNPUBLISHED)
    return item


@retried_transaction
def archive_item(*, actor: Actor, item_id: int) -> Item:
    """Put an item away for good; its bids, and what people learned from it, stay.

    Raises NotFound, NotAllowed.
    """
    item = _lock(actor, item_id)
    archive(item)
    return item


def archive(item: Item) -> None:
    _withdraw(item, PublicationStatus.ARCHIVED)


def open_auction(item: Item, now: datetime) -> None:
    """Set a lot's auction going: from `start_at`, or from `now` if that is past or not set."""
    if item.auction_status == AuctionStatus.SOLD:
        raise Conflict("This lot is sold.", code="sold")
    faults = dict(_faults(item, now))
    if faults:
        raise InvalidInput(next(iter(faults.values()))[0], fields=faults)
    item.start_at = item.start_at or now
    is_ahead = item.start_at > now
    item.auction_status = AuctionStatus.SCHEDULED if is_ahead else AuctionStatus.ACTIVE
    if not item.bid_count:
        item.extension_count = 0


def _faults(item: Item, now: datetime) -> Iterator[tuple[str, list[str]]]:
    if item.starting_price is None:
        yield "starting_price", ["A lot needs a starting price."]
    elif item.buy_now_price is not None and item.buy_now_price < item.starting_price:
        yield "buy_now_price", ["This must not be below the starting price."]
    if item.end_at is None or item.end_at <= now:
        yield "end_at", ["A lot needs an end that is ahead."]


def _withdraw(item: Item, status: PublicationStatus) -> None:
    item.publication_status = status
    if item.auction_status in (AuctionStatus.SCHEDULED, AuctionStatus.ACTIVE):
        item.auction_status = AuctionStatus.PAUSED
    item.save()


def _lock(actor: Actor, item_id: int) -> Item:
    return get_changeable(actor, Item.objects.select_for_update(no_key=True), pk=item_id)


def _check_role(actor: Actor, item: Item) -> None:
    role = "inventory.publish_lot" if item.kind == Kind.LOT else "inventory.publish_creation"
    if not (actor.has_perm(role) or is_manager(actor)):
        raise NotAllowed("Publishing this takes a role you do not have.", code="role_needed")
