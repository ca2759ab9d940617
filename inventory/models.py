"""What people look at and keep: categories, items with their statements, watchlists."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from inventory.data import (
    MAX_QUANTITY,
    AuctionStatus,
    Condition,
    Kind,
    PublicationStatus,
    Visibility,
)
from inventory.querysets import BagQuerySet, ItemQuerySet, WorldQuerySet

ATTRIBUTE_HEAD = 100
PRICES = ["starting_price", "reserve_price", "current_price", "buy_now_price"]


def price_field(**options) -> models.DecimalField:
    """An amount of money, unknown when null; the check constraint below keeps it ≥ 0."""
    return models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        **options,
    )


class Category(models.Model):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="category_not_own_parent")
        ]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A lot, or a thing somebody made. `auction_status` is null for what is not auctioned."""

    Kind = Kind
    Condition = Condition
    PublicationStatus = PublicationStatus
    AuctionStatus = AuctionStatus

    kind = models.CharField(max_length=16, choices=Kind, default=Kind.LOT)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, blank=True, db_index=False)
    description = models.TextField(max_length=20_000, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="items", db_index=False
    )
    seller = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="items", db_index=False
    )
    condition = models.CharField(max_length=16, choices=Condition, null=True, blank=True)
    starting_price = price_field()
    reserve_price = price_field()
    current_price = price_field()
    buy_now_price = price_field()
    bid_count = models.PositiveIntegerField(default=0, editable=False)
    watcher_count = models.PositiveIntegerField(default=0, editable=False)
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)
    extension_count = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How often late bids moved the end."
    )
    publication_status = models.CharField(
        max_length=16, choices=PublicationStatus, default=PublicationStatus.DRAFT
    )
    auction_status = models.CharField(max_length=16, choices=AuctionStatus, null=True, blank=True)
    is_hidden = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        permissions = [
            ("publish_lot", "Can publish lots"),
            ("publish_creation", "Can publish avatars, maps and props"),
        ]
        # None over prices and counts: docs/decisions/counts-without-an-index.md
        indexes = [
            models.Index(fields=["category", "id"], name="item_category"),
            models.Index(fields=["seller", "slug"], name="item_seller_slug"),
            models.Index(fields=["-created_at", "-id"], name="item_newest"),
            models.Index(fields=["auction_status", "end_at"], name="item_closing"),
        ]
        constraints = [
            *(
                models.CheckConstraint(condition=Q(**{f"{price}__gte": 0}), name=f"item_{price}")
                for price in PRICES
            ),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")), name="item_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ItemAttribute(models.Model):
    """One statement of an item's expanded metadata: predicate, and a value or an object.

    `value` holds what is compared, an object's IRI too; `object_iri` tells the two apart.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="attributes", db_index=False)
    subject = models.CharField(
        max_length=500, blank=True, help_text="Empty for the item itself, else a node inside it."
    )
    predicate = models.CharField("predicate IRI", max_length=500)
    value = models.TextField("value as text", blank=True)
    # A B-tree refuses keys beyond about 2,700 bytes, so values are indexed by their beginning.
    head = models.GeneratedField(
        expression=Left("value", ATTRIBUTE_HEAD),
        output_field=models.CharField(max_length=ATTRIBUTE_HEAD),
        db_persist=True,
    )
    number = models.FloatField("value as number", null=True, blank=True)
    datatype = models.CharField("datatype IRI", max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    object_iri = models.CharField("object IRI", max_length=500, null=True, blank=True)
    created_at = models.DateTimeField(
        editable=False, help_text="The item's: its index is in the order of a list's pages."
    )
    ordinal = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Among those of the item that begin with the same."
    )

    class Meta:
        indexes = [
            models.Index(fields=["item"], name="attribute_of_item"),
            # From these alone, without the row, is told whether an item says something, and what
            # many say otherwise is passed over in the order of a list's pages.
            models.Index(
                fields=["predicate", "created_at", "item", "head", "number"],
                name="attribute_in_time",
            ),
            models.Index(
                fields=["predicate", "number", "created_at", "item"],
                condition=Q(number__isnull=False),
                name="attribute_number",
            ),
        ]
        constraints = [
            # Being unique it tells the planner that an item is found once: a page of those that
            # say something is then read in this index's order, and reading ends with the page.
            models.UniqueConstraint(
                fields=["predicate", "head", "created_at", "item", "ordinal"],
                opclasses=["varchar_ops", "varchar_pattern_ops", "timestamptz_ops", "int8_ops",
                           "int2_ops"],
                name="attribute_value",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.predicate} {self.value}"


class WatchlistItem(models.Model):
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="watchlist", db_index=False
    )
    item = models.ForeignKey(Item, models.CASCADE, related_name="watchers", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="watchlist_newest"),
            models.Index(fields=["item", "user"], name="watchlist_by_item"),
            models.Index(fields=["created_at"], name="watchlist_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "item"], name="watchlist_user_item")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.item_id}"


class Bag(models.Model):
    """A person's named collection of items (a backpack)."""

    Visibility = Visibility

    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="bags", db_index=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, db_index=False)
    visibility = models.CharField(max_length=16, choices=Visibility, default=Visibility.PRIVATE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BagQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["owner", "slug"], name="bag_owner_slug")]
        permissions = [("edit_bag_entries", "Can change the entries of a bag")]

    def __str__(self) -> str:
        return self.name


class BagUserObjectPermission(UserObjectPermissionBase):
    """A bag shared with somebody: `view_bag` for viewers, `edit_bag_entries` too for editors.

    guardian's table of its own for bags: a plain foreign key, so a grant goes with its bag.
    """

    content_object = models.ForeignKey(Bag, models.CASCADE, related_name="grants")


class BagEntry(models.Model):
    bag = models.ForeignKey(Bag, models.CASCADE, related_name="entries", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="bag_entries")
    quantity = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)]
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "bag entries"
        constraints = [
            models.UniqueConstraint(fields=["bag", "item"], name="bag_entry_bag_item"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="bag_entry_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item_id}"


class World(models.Model):
    """A running shard of a map; it reports itself, and is fresh for 30 seconds after."""

    name = models.CharField(max_length=120)
    map = models.ForeignKey(
        Item, models.CASCADE, related_name="worlds", limit_choices_to={"kind": Kind.MAP}
    )
    address = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    current_users = models.PositiveIntegerField(default=0)
    max_users = models.PositiveIntegerField()
    last_seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = WorldQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["address", "port"], name="world_address_port"),
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65_535), name="world_port_range"
            ),
        ]
        permissions = [("run_worlds", "Can register worlds and report their state")]

    def __str__(self) -> str:
        return self.name


class Happening(models.Model):
    """Something that takes place in a world between two moments."""

    name = models.CharField(max_length=120)
    description = models.TextField(max_length=5000, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    world = models.ForeignKey(World, models.CASCADE, related_name="happenings")

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="happening_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name
