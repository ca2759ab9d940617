from django.db import models
from django.db.models import Q
from django.utils import timezone

from bidding.data import BidKind, OrderStatus
from bidding.querysets import BidQuerySet


class Bid(models.Model):
    """An accepted bid. It outlives its bidder's account: an auction's record must hold."""

    Kind = BidKind

    item = models.ForeignKey("inventory.Item", models.PROTECT, related_name="bids", db_index=False)
    bidder = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="bids", db_index=False
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    kind = models.CharField(max_length=16, choices=BidKind, default=BidKind.MANUAL)
    created_at = models.DateTimeField(default=timezone.now)

    objects = BidQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["item", "-amount", "id"], name="bid_highest"),
            models.Index(fields=["item", "bidder"], name="bid_engaged"),
            models.Index(fields=["bidder", "created_at"], name="bid_by_bidder"),
            models.Index(fields=["created_at"], name="bid_by_time"),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="bid_amount")]

    def __str__(self) -> str:
        return f"{self.amount} on {self.item_id}"


class ProxyBid(models.Model):
    """Up to how much somebody wants to be bid for; of equal maxima the earlier wins."""

    item = models.ForeignKey(
        "inventory.Item", models.CASCADE, related_name="proxy_bids", db_index=False
    )
    bidder = models.ForeignKey("accounts.User", models.CASCADE, related_name="proxy_bids")
    maximum = models.DecimalField(max_digits=12, decimal_places=2)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["item", "-maximum", "created_at"], name="proxy_bid_highest")
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "bidder"], name="proxy_bid_item_bidder"),
            models.CheckConstraint(condition=Q(maximum__gt=0), name="proxy_bid_maximum"),
        ]

    def __str__(self) -> str:
        return f"up to {self.maximum} on {self.item_id}"


class Order(models.Model):
    """What the winner of a lot owes its seller; at most one for a lot."""

    Status = OrderStatus

    item = models.OneToOneField("inventory.Item", models.PROTECT, related_name="order")
    buyer = models.ForeignKey("accounts.User", models.PROTECT, related_name="orders")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    status = models.CharField(
        max_length=16, choices=OrderStatus, default=OrderStatus.PAYMENT_PENDING
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="order_amount")]

    def __str__(self) -> str:
        return f"{self.item_id} to {self.buyer_id} for {self.amount}"
