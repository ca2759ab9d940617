from typing import Any

from django.db.models import Q, QuerySet

from accounts.queries import is_manager
from bidding.models import Bid, Order, ProxyBid
from recsys.lib.access import Actor, Policy, policy_for


@policy_for(Bid)
class BidPolicy(Policy):
    """The bidder's own in full; what the public sees of a lot's bids goes by an alias."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(bidder=actor.pk)

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated


@policy_for(ProxyBid)
class ProxyBidPolicy(Policy):
    """Nobody else's business, managers' included: knowing a maximum is worth money."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(bidder=actor.pk)

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated


@policy_for(Order)
class OrderPolicy(Policy):
    """Between the buyer and the seller."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        if is_manager(actor):
            return rows
        return rows.filter(Q(buyer=actor.pk) | Q(item__seller=actor.pk))
