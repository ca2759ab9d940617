"""Categories and items: edited, imported, published; what an item's metadata says."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from inventory import services
from inventory.admin.resources import CategoryResource, ItemResource
from inventory.jsonld import item_document
from inventory.models import Category, Item, ItemAttribute
from inventory.queries import CategoryTree
from inventory.rest.serializers import ItemReadSerializer
from recsys.lib.console import EndlessModelAdmin, PolicyModelAdmin, asks_first, panel
from recsys.lib.console.tables import TableAdmin

MOST_STATEMENTS = 100


@admin.register(Category)
class CategoryAdmin(TableAdmin, PolicyModelAdmin):
    resource_classes = [CategoryResource]
    is_editable = True
    list_display = ["name", "slug", "parent", "items"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent"]
    fields = ["name", "slug", "parent"]

    @admin.display(ordering="item_count")
    def items(self, category: Any) -> int:
        return category.item_count

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Counted within a page, by the index; a join would count all items to show fifty."""
        within = Item.objects.filter(category=OuterRef("pk")).order_by().values("category")
        counted = Subquery(within.annotate(count=Count("pk")).values("count"))
        return super().get_queryset(request).annotate(item_count=Coalesce(counted, 0))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        if "slug" in form.base_fields:  # a name makes one
            form.base_fields["slug"].required = False
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            where = form.initial["slug"]
            services.edit_category(actor=request.user, where=where, **given)
        else:
            obj.pk = services.create_category(actor=request.user, **given).pk

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        services.delete_category(actor=request.user, where=obj.slug)


@admin.register(Item)
class ItemAdmin(TableAdmin, EndlessModelAdmin):
    resource_classes = [ItemResource]
    is_editable = True
    list_display = [
        "id", "title", "category", "publication_status", "auction_status", "current_price",
        "bid_count", "watcher_count", "end_at", "seller",
    ]  # fmt: skip
    list_display_links = ["title"]
    list_select_related = ["category", "seller"]
    list_filter = [
        "publication_status", "auction_status", "kind", "is_hidden",
        ("category", AutocompleteSelectFilter), ("seller", AutocompleteSelectFilter),
    ]  # fmt: skip
    search_fields = ["title"]
    search_help_text = "Words of the title or the description, or an id."
    ordering = ["-id"]
    autocomplete_fields = ["category"]
    actions = ["publish", "unpublish", "archive"]
    readonly_fields = [
        "seller", "publication_status", "auction_status", "is_hidden", "current_price",
        "bid_count", "watcher_count", "extension_count", "created_at", "updated_at",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["kind", "title", "description", "category", "condition"]}),
        ("Auction", {"classes": ["tab"], "fields": [
            "starting_price", "reserve_price", "buy_now_price", "start_at", "end_at",
        ]}),
        ("What came of it", {"classes": ["tab"], "fields": [
            ("publication_status", "auction_status"), ("current_price", "bid_count"),
            ("watcher_count", "extension_count"), ("created_at", "updated_at"),
            ("seller", "is_hidden"),
        ]}),
    ]  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.strip()
        if not words:
            return queryset, False
        found = queryset.search(words)
        return (found | queryset.filter(pk=int(words)) if words.isdecimal() else found), False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            services.edit_item(actor=request.user, item_id=obj.pk, **given)
        else:
            obj.pk = services.create_item(actor=request.user, **given).pk

    def delete_model(self, request: HttpRequest, obj: Item) -> None:
        services.remove_item(actor=request.user, item_id=obj.pk)

    @asks_first(
        description="Publish",
        question="Everybody will see these items, and lots open for bids. Publish them?",
        done="Published",
    )
    def publish(self, request: HttpRequest, item: Item) -> None:
        services.publish_item(actor=request.user, item_id=item.pk)

    @asks_first(
        description="Unpublish",
        question="Nobody but their sellers will see these items; running auctions pause. "
        "Unpublish them?",
        done="Unpublished",
    )
    def unpublish(self, request: HttpRequest, item: Item) -> None:
        services.unpublish_item(actor=request.user, item_id=item.pk)

    @asks_first(
        description="Archive",
        question="These items are put away for good; their bids stay. Archive them?",
        done="Archived",
    )
    def archive(self, request: HttpRequest, item: Item) -> None:
        services.archive_item(actor=request.user, item_id=item.pk)


@admin.register(ItemAttribute)
class ItemAttributeAdmin(EndlessModelAdmin):
    list_display = ["item", "predicate", "value", "number", "language", "datatype"]
    list_select_related = ["item"]
    search_fields = ["=predicate", "=head"]
    search_help_text = "A predicate's IRI or a value, in full."


@panel("inventory.Item", title="Statements", template="console/statements.html")
def statements(_request: HttpRequest, item: Any) -> dict[str, Any] | None:
    """What its metadata says, one statement a line."""
    rows = list(item.attributes.order_by("predicate", "id")[:MOST_STATEMENTS])
    return {"statements": rows} if rows else None


@panel("inventory.Item", title="As JSON-LD", template="console/document.html")
def document(request: HttpRequest, item: Any) -> dict[str, Any]:
    """The document anybody gets who asks the API for it."""
    card = ItemReadSerializer(item, context={"request": request}).data
    said = item_document(card, CategoryTree().by_id.get)
    return {"document": json.dumps(said, indent=2, ensure_ascii=False, default=str)}
