"""What other apps may know of items: their kinds and states, and the tree of categories."""

from collections.abc import Iterator
from dataclasses import dataclass

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
