"""Items as the pages show them in lists.

A card is a function of what it shows, so each is drawn once for everybody, and then kept.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import Prefetch
from django.utils.safestring import SafeString

from inventory.cards import Headline, ItemCard, Phase
from inventory.models import Item
from recsys.lib.access import Actor, readable_by
from recsys.lib.pages.templates import draw

CARDS_KEPT = 5_000
"""In each process; a card is about 2 KB."""

Draw = Callable[[Any], SafeString]


def shown_items(rows: Any) -> Any:
    """`rows` with their categories, without what no card shows."""
    return rows.select_related("category").defer("description", "metadata")


def card_of_item(actor: Actor) -> Prefetch:
    """`row.card`: the row's item, or None where the actor may not see it (any more)."""
    visible = readable_by(actor, shown_items(Item.objects.all()))
    return Prefetch("item", queryset=visible, to_attr="card")


def cards_at(now: datetime) -> Draw:
    """Draws an item in a grid, as it is at `now`."""
    return lambda item: _drawn("components/card.html", ItemCard.of(item, now))


def lines_at(now: datetime) -> Draw:
    """Draws an item in a list of one's own: bids, watches, a bag."""
    return lambda item: _drawn("components/line.html", ItemCard.of(item, now))


def draw_recommended(
    text: str, now: datetime, *, why: str, reason: str, hideable: bool
) -> SafeString:
    """A card as the API's clients get it (JSON), with the reason why it is there.

    `hideable` where it is one's own list: its buttons belong to the form `#hiding`, which the
    page brings along.
    """
    return _recommended(text, _read(text).phase_at(now), why, reason, hideable)


@lru_cache(maxsize=CARDS_KEPT)
def draw_headline(about: Headline) -> SafeString:
    """What an item's own page says at the top."""
    return draw("components/headline.html", about=about)


@lru_cache(maxsize=CARDS_KEPT)
def _read(text: str) -> ItemCard:
    return ItemCard.of_json(orjson.loads(text))


@lru_cache(maxsize=CARDS_KEPT)
def _recommended(
    text: str, phase: Phase | None, why: str, reason: str, hideable: bool
) -> SafeString:
    card = replace(_read(text), phase=phase)
    return draw("components/card.html", item=card, why=why, reason=reason, hideable=hideable)


@lru_cache(maxsize=CARDS_KEPT)
def _drawn(name: str, item: ItemCard) -> SafeString:
    return draw(name, item=item, why="", reason="", hideable=False)
