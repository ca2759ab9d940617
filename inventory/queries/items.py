"""Items: one, those shown, those compared."""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Round
from numpy.typing import NDArray

from inventory.data import AuctionStatus, CategoryNode, PublicationStatus
from inventory.jsonld import Document, item_document
from inventory.models import Category, Item
from inventory.queries.narrowing import Narrowing
from inventory.queries.watchlists import watches_of_person
from recsys.lib.access import Actor, AMember, readable_by
from recsys.lib.columns import Seconds, read_columns
from recsys.lib.errors import NotFound
from recsys.lib.lookup import get_readable
from recsys.lib.prepared import Parameter, Prepared

__all__ = [
    "all_items",
    "ending_first",
    "get_item",
    "get_item_for_page",
    "item_ends",
    "item_linked_data",
    "list_items_for_similarity",
    "list_items_in_categories",
    "list_published_items",
    "live_items",
    "popular_items",
    "visible_item_ids",
    "with_cents",
]

NEWEST_LOOKED_AT = 2_000
OVER = [AuctionStatus.ENDED, AuctionStatus.SOLD, AuctionStatus.CANCELLED]
THE_END_OF_TIME = 2**53
"""In seconds: the largest number that a float still tells from the next."""

SAID_OF_AN_ITEM = [
    "kind", "title", "description", "condition", "starting_price", "current_price",
    "buy_now_price", "bid_count", "watcher_count", "publication_status", "auction_status",
    "metadata",
]  # fmt: skip


SAID_TO_ITS_SELLER = ["reserve_price", "is_hidden"]

Person: Any = get_user_model()
OWN = [field.attname for field in Item._meta.concrete_fields]
OF_CATEGORY = ["id", "name", "slug", "parent_id"]
OF_SELLER = ["id", "username", "display_name"]


def get_item(item_id: int, actor: Actor | None = None) -> Item:
    """The item, as far as `actor` may see it; internal callers see every item.

    NotFound: there is none, or none for this actor.
    """
    items = Item.objects.all() if actor is None else readable_by(actor, Item.objects.all())
    item = items.filter(pk=item_id).first()
    if item is None:
        raise NotFound(f"There is no item {item_id}.")
    return item


def get_item_for_page(item_id: int, actor: Actor) -> Item:
    """The item as far as `actor` may see it, with its category and seller. Raises NotFound.

    `is_watched` says whether the actor watches it.

    Asked for as by somebody without permissions first: so is almost every page.
    """
    audience = _SHOWN_TO_MEMBERS if actor.is_authenticated else _SHOWN_TO_GUESTS
    shown = audience.tuples(item=item_id, actor=actor.pk)
    if not shown:
        rows = _watched_by(actor.pk).select_related("category", "seller")
        return get_readable(actor, rows, pk=item_id)
    values = iter(shown[0])
    item: Any = Item.from_db("default", OWN, [*islice(values, len(OWN))])
    category = Category.from_db("default", OF_CATEGORY, [*islice(values, len(OF_CATEGORY))])
    item.category = category if category.pk else None
    item.seller = Person.from_db("default", OF_SELLER, [*islice(values, len(OF_SELLER))])
    item.is_watched = next(values)
    return item


def _watched_by(user: Any) -> QuerySet[Any]:
    """All items, `is_watched` by this person or not; their id, or an expression for it."""
    own = watches_of_person(user).filter(item=OuterRef("pk"))
    return Item.objects.annotate(is_watched=Exists(own))


def _shown_to(actor: Actor) -> QuerySet[Any, Any]:
    related = [f"category__{n}" for n in OF_CATEGORY] + [f"seller__{n}" for n in OF_SELLER]
    one = _watched_by(actor.pk).filter(pk=Parameter("item", BigIntegerField()))
    return readable_by(actor, one).values_list(*OWN, *related, "is_watched")


_SHOWN_TO_GUESTS = Prepared(lambda: _shown_to(AnonymousUser()))
_SHOWN_TO_MEMBERS = Prepared(lambda: _shown_to(AMember(Parameter("actor", BigIntegerField()))))


def item_linked_data(item: Item, *, whole: bool = False) -> Document:
    """What a public page says of an item to programs: schema.org's words and ours.

    `item` comes with its category. Only where it is `whole` the reserve price is said.
    """
    card = {
        "id": item.pk, "seller": item.seller_id, "category": item.category_id,
        "created_at": item.created_at.isoformat(), "updated_at": item.updated_at.isoformat(),
        "start_at": item.start_at and item.start_at.isoformat(),
        "end_at": item.end_at and item.end_at.isoformat(),
        **{name: _text(getattr(item, name)) for name in SAID_OF_AN_ITEM},
        **({name: _text(getattr(item, name)) for name in SAID_TO_ITS_SELLER} if whole else {}),
    }  # fmt: skip
    node = item.category and _without_children(item.category)
    return item_document(card, lambda _: node or None)


def _without_children(category: Any) -> CategoryNode:
    return CategoryNode(category.pk, category.name, category.slug, category.parent_id, ())


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def all_items() -> QuerySet[Item]:
    return Item.objects.order_by("id")


def live_items(now: datetime) -> QuerySet[Item]:
    """What may be recommended at `now`."""
    return Item.objects.live(now)


def list_published_items() -> QuerySet[Item]:
    """Everything ever published and still to be seen, ended lots too, by id."""
    return Item.objects.published().order_by("id")


def list_items_in_categories(categories: Iterable[int], now: datetime) -> QuerySet[Item]:
    """Live items of these categories, by id."""
    return live_items(now).filter(category__in=categories).order_by("id")


def list_items_for_similarity(
    now: datetime, *, category: int | None, also: QuerySet[Any]
) -> QuerySet[Item]:
    """Live items to compare one with, with their `cents`: of its category, and of ids in `also`.

    `also` is a subquery of item ids. A union rather than an OR: each side goes by its own index.
    """
    live = with_cents(live_items(now)).order_by()  # a compound's sides may have no order
    alike = live.none() if category is None else live.filter(category=category)
    return alike.union(live.filter(pk__in=also)).order_by("id")


def popular_items(now: datetime, limit: int, *, among: Narrowing | None = None) -> QuerySet[Item]:
    """Live items that take or will take bids, or are not auctioned, by what people did.

    By bid count, then watcher count, both descending, then id. Contract, section 3, "Popular".
    `among` narrows them; where it asks for metadata, to the newest `NEWEST_LOOKED_AT` that fulfil
    it: those are found soon whatever it asks, and sorting all that say something is not.
    """
    open_to_all = Q(auction_status=None) | Q(
        auction_status__in=[AuctionStatus.ACTIVE, AuctionStatus.SCHEDULED]
    )
    items = Item.objects.live(now).filter(open_to_all)
    if among is not None:
        items = among.of(items)
        if among.meta:
            newest = items.newest_first()[:NEWEST_LOOKED_AT]
            items = Item.objects.filter(pk__in=newest.values("pk"))
    return items.popular_first()[:limit]


def ending_first(live: QuerySet[Item], now: Any) -> QuerySet[Item]:
    """Of `live` items the active lots by their end, the next first; `now` may be an expression."""
    lots = live.filter(auction_status=AuctionStatus.ACTIVE, end_at__gt=now)
    return lots.order_by("end_at", "id")


def with_cents(items: QuerySet[Item]) -> QuerySet[Item]:
    """`items` with `cents`: the current price in whole cents, None where it is unknown.

    Rounded before the cast: SQLite keeps decimals as binary fractions, and 0.29·100 is below 29.
    """
    return items.annotate(cents=Cast(Round(F("current_price") * 100), BigIntegerField()))


def item_ends(now: datetime) -> NDArray[np.int64]:
    """(2, items) ids, and the second (UTC) from which each can be shown no more.

    The end of time where none is known; not later than `now` for what is over or archived. What
    is unpublished may yet be shown.
    """
    is_over = Q(auction_status__in=OVER) | Q(publication_status=PublicationStatus.ARCHIVED)
    ends = Coalesce(Seconds("end_at"), Value(THE_END_OF_TIME, BigIntegerField()))
    present = Value(int(now.timestamp()), BigIntegerField())
    closed = When(is_over & Q(end_at__lte=now), then=ends), When(is_over, then=present)
    until = Case(*closed, default=ends, output_field=BigIntegerField())
    return read_columns(Item.objects.order_by(), "pk", until)


def visible_item_ids(item_ids: Collection[int], *, actor: Actor | None = None) -> set[int]:
    """Those of the ids that are items `actor` may see; all that exist for internal callers."""
    items = Item.objects.all() if actor is None else readable_by(actor, Item.objects.all())
    return set(items.filter(pk__any_of=item_ids).values_list("pk", flat=True))
