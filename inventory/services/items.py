"""Making, editing and removing items. Publishing has a module of its own."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from inventory.data import AuctionStatus, Condition, Kind, NewItem, PublicationStatus
from inventory.models import Category, Item
from inventory.services.metadata import index_metadata
from inventory.services.publishing import archive, open_auction
from recsys.lib.access import Actor, policy_of
from recsys.lib.clock import database_now
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed
from recsys.lib.lookup import get_changeable
from recsys.lib.retry import retried_transaction

TERMS = {"starting_price", "reserve_price", "buy_now_price", "start_at", "end_at"}
"""What bidders rely on: it stays as it is once there is a bid."""


class ItemFields(TypedDict, total=False):
    """What people may say of an item; everything else follows from what happens to it."""

    kind: Kind
    title: str
    description: str
    category: Category | None
    condition: Condition | None
    starting_price: Decimal | None
    reserve_price: Decimal | None
    buy_now_price: Decimal | None
    start_at: datetime | None
    end_at: datetime | None
    metadata: dict[str, Any]


@retried_transaction
def create_item(*, actor: Actor, **fields: Unpack[ItemFields]) -> Item:
    """A new draft of the actor's. Raises InvalidInput, NotAllowed."""
    if not policy_of(Item).may_create(actor):
        raise NotAllowed("Sign in to sell or share something.")
    item = Item(seller_id=actor.pk)
    _apply(item, fields)
    item.save()
    if "metadata" in fields:
        index_metadata(item_id=item.pk, document=item.metadata)
    return item


@retried_transaction
def edit_item(*, actor: Actor, item_id: int, **changes: Unpack[ItemFields]) -> Item:
    """Change what is said of an item.

    Raises NotFound, NotAllowed, InvalidInput; Conflict if it is archived, or if price or times
    would change although somebody has bid.
    """
    item = get_changeable(actor, Item.objects.select_for_update(no_key=True), pk=item_id)
    if item.publication_status == PublicationStatus.ARCHIVED:
        raise Conflict("This item is archived.", code="archived")
    different = {name for name, value in changes.items() if getattr(item, name) != value}
    _check_changes(item, different)
    _apply(item, changes)
    running = item.auction_status in (AuctionStatus.SCHEDULED, AuctionStatus.ACTIVE)
    if running and different & TERMS:
        open_auction(item, database_now())
    item.save()
    if "metadata" in different:
        index_metadata(item_id=item.pk, document=item.metadata)
    return item


@retried_transaction
def remove_item(*, actor: Actor, item_id: int) -> None:
    """Delete a draft; archive what others may have seen, bid on or kept.

    Raises NotFound, NotAllowed.
    """
    item = get_changeable(actor, Item.objects.select_for_update(), pk=item_id)
    if item.publication_status == PublicationStatus.DRAFT and not item.bid_count:
        item.delete()
    else:
        archive(item)


def _check_changes(item: Item, different: set[str]) -> None:
    terms = sorted(different & TERMS)
    if item.bid_count and terms:
        raise Conflict(
            "Somebody has bid: price and times stay as they are.",
            code="has_bids",
            fields={name: ["This cannot change once there is a bid."] for name in terms},
        )
    if "kind" in different and item.publication_status != PublicationStatus.DRAFT:
        raise Conflict("Only a draft may become another kind of thing.", code="not_a_draft")


def _apply(item: Item, fields: ItemFields) -> None:
    unknown = fields.keys() - ItemFields.__annotations__.keys()
    if unknown:
        raise TypeError(f"not for people to set: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(item, name, value)
    item.slug = slugify(item.title)[:200]
    if not item.bid_count:
        item.current_price = asking_price(item)
    _check(item)


def asking_price(item: Item | NewItem) -> Decimal | None:
    """What is asked before anybody has bid."""
    return item.starting_price if item.kind == Kind.LOT else item.buy_now_price


def _check(item: Item) -> None:
    try:
        item.clean_fields(exclude=["seller", "category"])
    except ValidationError as error:
        fields = error.message_dict
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields) from error
    if item.start_at and item.end_at and item.end_at <= item.start_at:
        message = "The end must come after the start."
        raise InvalidInput.of("end_at", message)
