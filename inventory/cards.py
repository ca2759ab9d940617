"""What the pages show of an item in a list, and where a lot stands at a moment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from inventory.data import AuctionStatus

CARD_FIELDS = (
    "id", "kind", "title", "slug", "auction_status", "current_price", "buy_now_price",
    "bid_count", "start_at", "end_at",
)  # fmt: skip


class Phase(TextChoices):
    """Where a lot stands at a moment; what is no lot stands nowhere."""

    UPCOMING = "upcoming", "Starts"
    OPEN = "open", "Ends"
    OVER = "over", "Ended"
    SOLD = "sold", "Sold"


def phase_of(
    status: str | None, start_at: datetime | None, end_at: datetime | None, now: datetime
) -> Phase | None:
    """What a visitor is told: a lot is over from its end on, even before a job has closed it."""
    if status == AuctionStatus.SOLD:
        return Phase.SOLD
    if status in {AuctionStatus.ENDED, AuctionStatus.CANCELLED}:
        return Phase.OVER
    if status == AuctionStatus.SCHEDULED and start_at is not None and start_at > now:
        return Phase.UPCOMING
    if status is None or end_at is None:
        return None
    return Phase.OPEN if end_at > now else Phase.OVER


@dataclass(frozen=True, slots=True)
class ItemCard:
    """What the pages show of an item in a list: equal cards look the same, to everybody."""

    id: int
    kind: str
    title: str
    slug: str
    category: str
    category_slug: str
    auction_status: str | None
    phase: Phase | None
    current_price: Decimal | None
    buy_now_price: Decimal | None
    bid_count: int
    start_at: datetime | None
    end_at: datetime | None

    @classmethod
    def of(cls, item: Any, now: datetime) -> "ItemCard":
        """Of an Item whose category is at hand."""
        row = {name: getattr(item, name) for name in CARD_FIELDS}
        category = item.category
        row["category__name"] = category and category.name
        row["category__slug"] = category and category.slug
        return cls.of_row(row, now)

    @classmethod
    def of_row(cls, row: Mapping[str, Any], now: datetime) -> "ItemCard":
        """Of a row that has the card's columns and those of its category."""
        return cls(
            **{name: row[name] for name in CARD_FIELDS},
            category=row["category__name"] or "",
            category_slug=row["category__slug"] or "",
            phase=phase_of(row["auction_status"], row["start_at"], row["end_at"], now),
        )
