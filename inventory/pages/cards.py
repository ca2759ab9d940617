"""Items as the pages show them in lists."""

from typing import Any

from django.db.models import Prefetch

from inventory.models import Item
from recsys.lib.access import Actor, readable_by


def shown_items(rows: Any) -> Any:
    """`rows` with their categories, without what no card shows."""
    return rows.select_related("category").defer("description", "metadata")


def card_of_item(actor: Actor) -> Prefetch:
    """`row.card`: the row's item, or None where the actor may not see it (any more)."""
    visible = readable_by(actor, shown_items(Item.objects.all()))
    return Prefetch("item", queryset=visible, to_attr="card")
