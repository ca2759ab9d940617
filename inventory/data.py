"""What other apps may know of items, categories and bags: kinds, states, trees and figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import TextChoices


class Kind(TextChoices):
    LOT = "lot", "Lot"
    AVATAR = "avatar", "Avatar"
    MAP = "map", "Map"
    PROP = "prop", "Prop"
    FILE = "file", "File"


class Condition(TextChoices):
    NEW = "new", "New"
    USED = "used", "Used"
    REFURBISHED = "refurbished", "Refurbished"


class PublicationStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PENDING = "pending", "Pending"
    PUBLISHED = "published", "Published"
    UNPUBLISHED = "unpublished", "Unpublished"
    ARCHIVED = "archived", "Archived"


class AuctionStatus(TextChoices):
    PENDING = "pending", "Pending"
    SCHEDULED = "scheduled", "Scheduled"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    ENDED = "ended", "Ended"
    SOLD = "sold", "Sold"
    CANCELLED = "cancelled", "Cancelled"


class Visibility(TextChoices):
    PRIVATE = "private", "Private"
    PUBLIC = "public", "Public"


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category with everything below it."""

    id: int
    name: str
    slug: str
    parent: int | None
    children: tuple["CategoryNode", ...]

    def with_descendants(self) -> Iterator["CategoryNode"]:
        yield self
        for child in self.children:
            yield from child.with_descendants()


class BagRole(TextChoices):
    """What a person a bag was shared with may do."""

    VIEWER = "viewer", "May look into it"
    EDITOR = "editor", "May change its entries"


MAX_QUANTITY = 1_000_000_000
"""Of one item in one bag. Two of them still add up within 32 bits: merging cannot overflow."""

MAX_ENTRIES = 1_000_000
"""Different items in one bag."""


@dataclass(frozen=True, slots=True)
class BagShare:
    """A person a bag is shared with."""

    user: int
    username: str
    role: BagRole


@dataclass(frozen=True, slots=True)
class BagChange:
    """What an operation did to a bag, in entries; `size` is how many it has now."""

    added: int
    changed: int
    removed: int
    size: int


@dataclass(frozen=True, slots=True)
class BagOverlap:
    """How much two bags have in common.

    `size` counts entries, `quantity` the pieces in them, `common` the items in both. `jaccard`
    is the weighted Jaccard index Σ min / Σ max over the quantities: 1 for equal bags, 0 for bags
    with nothing in common, two empty ones included.
    """

    size: int
    quantity: int
    other_size: int
    other_quantity: int
    common: int
    jaccard: float


METADATA_IDENTITY = "@id"
"""The predicate of the row that says what a metadata document calls itself."""


@dataclass(frozen=True)
class MetadataReport:
    """What became of a metadata document."""

    statements: int
    dropped: tuple[str, ...]
    """Words no context explains: kept in the document, but neither indexed nor found."""


@dataclass(frozen=True)
class DocumentReport:
    """What became of a batch of documents."""

    created: int
    updated: int
    dropped: tuple[tuple[str, ...], ...]
    """The words no context explains, of each document that has any."""


@dataclass(frozen=True)
class Facet:
    """One value of a metadata predicate, and how many items have it."""

    value: str
    language: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchFacet:
    """One way to narrow a search: what to ask for, what it is called, how many there are."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchFacets:
    """All ways to narrow a search; `is_whole` says whether every item was counted."""

    kinds: list[SearchFacet]
    categories: list[SearchFacet]
    statements: dict[str, list[SearchFacet]]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class NewCategory:
    slug: str
    name: str
    parent_slug: str | None = None


@dataclass(frozen=True, slots=True)
class NewItem:
    """A published item as an import or a seed gives it: known by its seller and slug."""

    seller_id: int
    slug: str
    title: str
    kind: Kind = Kind.PROP
    description: str = ""
    category_id: int | None = None
    condition: Condition | None = None
    starting_price: Decimal | None = None
    reserve_price: Decimal | None = None
    buy_now_price: Decimal | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    auction_status: AuctionStatus | None = None
    created_at: datetime | None = None
    """Now where None."""


class ItemName(NamedTuple):
    title: str
    description: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class NewBag:
    owner_id: int
    slug: str
    name: str
    visibility: Visibility
    created_at: datetime
    quantities: tuple[tuple[int, int], ...]
    """Pairs of item and quantity."""


@dataclass(frozen=True, slots=True)
class NewWorld:
    """A shard of a map, and what takes place in it: (name, description, starts_at, ends_at)."""

    name: str
    map_id: int
    address: str
    port: int
    current_users: int
    max_users: int
    last_seen_at: datetime
    happenings: tuple[tuple[str, str, datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class LotState:
    """What the rules of bidding ask of a lot."""

    seller_id: int
    starting_price: Decimal
    current_price: Decimal | None
    bid_count: int
    reserve_price: Decimal | None
    end_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lot:
    """What an auction turns on, as it stands while the lot's row is locked."""

    id: int
    seller_id: int
    publication_status: str
    is_hidden: bool
    auction_status: str | None
    starting_price: Decimal | None
    reserve_price: Decimal | None
    current_price: Decimal | None
    buy_now_price: Decimal | None
    bid_count: int
    start_at: datetime | None
    end_at: datetime | None
    extension_count: int

    @property
    def is_public(self) -> bool:
        return self.publication_status == PublicationStatus.PUBLISHED and not self.is_hidden
