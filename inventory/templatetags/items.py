"""Items in lists. A card is a function of what it shows, so each is drawn once and then kept."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from inventory.cards import ItemCard

CARDS_KEPT = 5_000
"""In each process; a card is about 2 KB."""

register = template.Library()


@register.simple_tag
def item_card(
    item: Any, now: datetime, why: str = "", reason: str = "", hideable: bool = False
) -> SafeString:
    """An item in a grid, with the reason why it is there; `hideable` where it is one's own list.

    The buttons of a hideable card belong to the form `#hiding`, which the page brings along.
    """
    return _drawn("components/card.html", _card(item, now), why, reason, hideable)


@register.simple_tag
def item_line(item: Any, now: datetime) -> SafeString:
    """An item in a list of one's own: bids, watches, a bag."""
    return _drawn("components/line.html", _card(item, now))


def _card(item: Any, now: datetime) -> ItemCard:
    return item if isinstance(item, ItemCard) else ItemCard.of(item, now)


@lru_cache(maxsize=CARDS_KEPT)
def _drawn(
    name: str, item: ItemCard, why: str = "", reason: str = "", hideable: bool = False
) -> SafeString:
    context = {"item": item, "why": why, "reason": reason, "hideable": hideable}
    return render_to_string(name, context)
