"""Categories and items as tables: what the columns are, and who writes a row."""

from typing import Any

from import_export.fields import Field

from inventory import services
from inventory.models import Category, Item
from recsys.lib.console.tables import NamedRowWidget, ServiceResource

CATEGORY = ["name", "slug", "parent"]
ITEM = [
    "kind", "title", "description", "category", "condition", "starting_price", "reserve_price",
    "buy_now_price", "start_at", "end_at",
]  # fmt: skip


class CategoryResource(ServiceResource):
    """A category is known by its slug; parents come before what is in them."""

    parent = Field("parent", "parent", NamedRowWidget(Category, "slug"))

    class Meta:
        model = Category
        fields = CATEGORY
        import_id_fields = ["slug"]
        skip_unchanged = True

    def write(self, row: Any, *, is_new: bool) -> int:
        given = {name: getattr(row, name) for name in CATEGORY}
        if is_new:
            return services.create_category(actor=self.actor, **given).pk
        return services.edit_category(actor=self.actor, where=row.slug, **given).pk


class ItemResource(ServiceResource):
    """An item with an id is edited; one without becomes a draft of whoever imports it."""

    category = Field("category", "category", NamedRowWidget(Category, "slug"))

    class Meta:
        model = Item
        fields = ["id", *ITEM]
        skip_unchanged = True

    def write(self, row: Any, *, is_new: bool) -> int:
        given = {name: getattr(row, name) for name in ITEM}
        if is_new:
            return services.create_item(actor=self.actor, **given).pk
        return services.edit_item(actor=self.actor, item_id=row.pk, **given).pk
