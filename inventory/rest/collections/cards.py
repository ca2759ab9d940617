"""The item beside a row that refers to it, as the caller may see it at this moment."""

from typing import TypeVar

from django.db.models import Model, Prefetch, prefetch_related_objects

from inventory.models import Item
from inventory.rest.collections.serializers import CARD_FIELDS
from recsys.lib.access import Actor, readable_by

Row = TypeVar("Row", bound=Model)


def card_of_item(actor: Actor) -> Prefetch:
    """`row.card`: the row's item, or None where the actor may not see it (any more)."""
    visible = readable_by(actor, Item.objects.only(*CARD_FIELDS))
    return Prefetch("item", queryset=visible, to_attr="card")


def with_card(row: Row, actor: Actor) -> Row:
    prefetch_related_objects([row], card_of_item(actor))
    return row
