"""What the pages show of an item in a list, and where a lot stands at a moment. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from inventory.data import AuctionStatus, PublicationStatus

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
        return cls(
            **{name: getattr(item, name) for name in CARD_FIELDS},
            category=item.category.name if item.category else "",
            category_slug=item.category.slug if item.category else "",
            phase=phase_of(item.auction_status, item.start_at, item.end_at, now),
        )

    @classmethod
    def of_json(cls, card: Mapping[str, Any]) -> "ItemCard":
        """Of a card as the API's clients get it, read from JSON; its phase is still to be told."""
        category = card["category"] or {"name": "", "slug": ""}
        return cls(
            **{name: READ.get(name, _as_it_is)(card[name]) for name in CARD_FIELDS},
            category=category["name"],
            category_slug=category["slug"],
            phase=None,
        )

    def phase_at(self, now: datetime) -> Phase | None:
        return phase_of(self.auction_status, self.start_at, self.end_at, now)


@dataclass(frozen=True, slots=True)
class Headline:
    """What an item's own page says of it at the top: equal ones look the same, to everybody."""

    card: ItemCard
    kind: str
    condition: str
    seller: str
    seller_name: str
    is_public: bool
    watcher_count: int

    @classmethod
    def of(cls, item: Any, card: ItemCard) -> "Headline":
        """Of an Item whose seller is at hand."""
        return cls(
            card=card,
            kind=item.get_kind_display(),
            condition=item.get_condition_display() or "",
            seller=item.seller.username,
            seller_name=item.seller.get_full_name(),
            is_public=item.publication_status == PublicationStatus.PUBLISHED
            and not item.is_hidden,
            watcher_count=item.watcher_count,
        )


def _as_it_is(value: Any) -> Any:
    return value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


READ: dict[str, Callable[[Any], Any]] = {
    "current_price": _decimal, "buy_now_price": _decimal, "start_at": _moment, "end_at": _moment,
}  # fmt: skip
