"""Public reads of bids."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from bidding.models import Bid

__all__ = ["bids_by", "bids_on"]


def bids_by(people: Iterable[int] | QuerySet, since: datetime | None = None) -> QuerySet[Bid]:
    """Bids these people placed, all of them or those from `since` on; ids or a subquery of ids."""
    bids = Bid.objects.filter(bidder__in=people)
    return bids if since is None else bids.filter(created_at__gte=since)


def bids_on(items: Iterable[int]) -> QuerySet[Bid]:
    return Bid.objects.filter(item__in=items)
