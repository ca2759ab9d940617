"""What inventory stores about a person.

Lots that were bid on stay, for the bidders' sake, under an alias and without what the seller
wrote of them; what still ran is cancelled, for nobody is left to hand it over. The rest goes.
"""

from functools import partial

from django.db.models import F, Q, QuerySet

from inventory.data import AuctionStatus
from inventory.models import (
    Bag,
    BagEntry,
    BagUserObjectPermission,
    Happening,
    Item,
    ItemAttribute,
    WatchlistItem,
    World,
)
from recsys.lib.jsonld.addresses import address
from recsys.lib.privacy import Erasure, Holding, address_of, exempt, hold

OVER = (AuctionStatus.SOLD, AuctionStatus.ENDED, AuctionStatus.CANCELLED)


def _erase_items(rows: QuerySet[Item], erasure: Erasure) -> None:
    _lock(rows)
    rows.filter(bid_count=0).delete()
    mentions = Q()
    for name in erasure.names:
        mentions |= Q(value__icontains=name) | Q(object_iri__icontains=name)
    ItemAttribute.objects.filter(mentions, item__in=rows).delete()
    rows.exclude(auction_status__in=OVER).update(auction_status=AuctionStatus.CANCELLED)
    rows.update(seller=erasure.alias, description="", metadata={}, updated_at=erasure.now)


def _unwatch(rows: QuerySet[WatchlistItem], _erasure: Erasure) -> None:
    watched = Item.objects.filter(pk__in=rows.values("item"))
    _lock(watched)
    watched.update(watcher_count=F("watcher_count") - 1)
    rows.delete()


def _lock(items: QuerySet[Item]) -> None:
    """In the order of their keys, as everybody who locks several does."""
    list(items.select_for_update().order_by("pk").values_list("pk"))


address_of(Item, partial(address, "items"))
address_of(Bag, partial(address, "bags"))
hold(
    Holding(Item, "seller", "items", erase=_erase_items),
    Holding(WatchlistItem, "user", "watchlist", erase=_unwatch),
    Holding(Bag, "owner", "bags"),
    Holding(BagEntry, "bag__owner", "bag entries"),
    Holding(BagUserObjectPermission, "content_object__owner", "bags shared with others"),
    Holding(BagUserObjectPermission, "user", "bags shared with me"),
)
exempt(ItemAttribute, reason="read out of an item's metadata, which the export holds")
exempt(World, Happening, reason="a running copy of a map, and what takes place there")
