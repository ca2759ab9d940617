"""What people keep and where they meet: watchlists, bags, worlds, happenings.

Watchlists and private bags are nobody else's business, the operator's neither: the policies show
each what is theirs.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from inventory.models import (
    Bag,
    BagEntry,
    BagUserObjectPermission,
    Happening,
    WatchlistItem,
    World,
)
from inventory.querysets import WORLD_FRESHNESS
from recsys.lib.console import EndlessModelAdmin, PolicyModelAdmin


@admin.register(WatchlistItem)
class WatchlistItemAdmin(EndlessModelAdmin):
    list_display = ["user", "item", "created_at"]
    list_select_related = ["user", "item"]
    search_fields = ["item__title"]


@admin.register(Bag)
class BagAdmin(EndlessModelAdmin):
    list_display = ["name", "owner", "visibility", "entries", "created_at"]
    list_select_related = ["owner"]
    list_filter = ["visibility"]
    search_fields = ["name", "owner__username"]

    @admin.display(ordering="entry_count")
    def entries(self, bag: Any) -> int:
        return bag.entry_count or 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_entry_count()


@admin.register(BagEntry)
class BagEntryAdmin(EndlessModelAdmin):
    list_display = ["bag", "item", "quantity", "added_at"]
    list_select_related = ["bag", "item"]
    search_fields = ["bag__name", "item__title"]


@admin.register(BagUserObjectPermission)
class BagGrantAdmin(PolicyModelAdmin):
    list_display = ["content_object", "user", "permission"]
    list_select_related = ["content_object", "user", "permission__content_type"]
    search_fields = ["content_object__name", "user__username"]


@admin.register(World)
class WorldAdmin(PolicyModelAdmin):
    list_display = [
        "name", "map", "address", "port", "current_users", "max_users", "is_fresh", "last_seen_at",
    ]  # fmt: skip
    list_select_related = ["map"]
    search_fields = ["name", "map__title", "address"]

    @admin.display(boolean=True, description="fresh")
    def is_fresh(self, world: World) -> bool:
        return world.last_seen_at >= timezone.now() - WORLD_FRESHNESS


@admin.register(Happening)
class HappeningAdmin(PolicyModelAdmin):
    """No service has rules for happenings beyond the row's own, so the form writes them."""

    is_editable = True
    list_display = ["name", "world", "starts_at", "ends_at"]
    list_select_related = ["world"]
    search_fields = ["name", "world__name"]
    autocomplete_fields = ["world"]
