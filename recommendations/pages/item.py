"""An item's own page, put together from what every floor below knows of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bidding.pages.history import draw_bids
from bidding.queries import bid_history
from bidding.services import bid_offer
from inventory.cards import Headline, ItemCard
from inventory.pages.cards import draw_headline
from inventory.queries import (
    get_item_for_page,
    item_linked_data,
    item_statements,
    own_bags,
)
from recommendations.pages.looks import merge_guest_looks, remember_look
from recommendations.pages.shown import shown
from recommendations.serving import Request, Shape, explain, similar_list
from recsys.lib.access import Actor
from recsys.lib.jsonld.embedding import script_text
from recsys.lib.jsonld.vocabulary import shorten
from recsys.lib.pages.forms import wants_fragment

SIMILAR = 6
BIDS = 6
BAGS = 30
STATEMENTS = 20
EXPLAINED_LIST = 20
"""How long a list is meant where somebody asks why an item is in it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the visitor is to the item, and may do with it."""

    is_own: bool
    is_watching: bool
    minimum: Decimal | None
    can_buy: bool
    bags: list[tuple[int, str]]


@require_safe
def item(request: HttpRequest, item_id: int, slug: str = "") -> HttpResponse:
    found = get_item_for_page(item_id, actor=request.user)
    if slug != found.slug:
        return redirect(item_address(found), permanent=True)
    now = timezone.now()
    merge_guest_looks(request, now)
    remember_look(request, item_id, now)
    asked = Request(now, SIMILAR, request.user.pk, Shape.TEXT)
    card = ItemCard.of(found, now)
    bids = bid_history(item_id, actor=request.user, limit=BIDS)
    context = {
        "item": found,
        "card": card,
        "headline": draw_headline(Headline.of(found, card)),
        "standing": _standing(request.user, found, now),
        "bids": draw_bids(tuple(bids), now.replace(second=0, microsecond=0)),
        "statements": _statements(found) if found.metadata else [],
        "similar": shown(similar_list(item_id, asked, actor=request.user), now),
        "linked_data": script_text(item_linked_data(found)),
    }
    return render(request, "recommendations/item.html", context)


@login_required
@require_safe
def why(request: HttpRequest, item_id: int) -> HttpResponse:
    """Why the visitor sees the item in their list, or why they do not."""
    found = get_item_for_page(item_id, actor=request.user)
    meant = Request(timezone.now(), EXPLAINED_LIST, request.user.pk)
    context = {"item": found, "why": explain(item_id, meant, actor=request.user)}
    template = "components/why.html" if wants_fragment(request) else "recommendations/why.html"
    return render(request, template, context)


def item_address(found: Any) -> str:
    return f"/items/{found.pk}/{found.slug}/" if found.slug else f"/items/{found.pk}/"


def _statements(found: Any) -> list[tuple[str, str]]:
    said = item_statements(found.pk, limit=STATEMENTS)
    return [(shorten(predicate), value) for predicate, value in said]


def _standing(actor: Actor, found: Any, now: datetime) -> Standing:
    is_own = found.seller_id == actor.pk
    minimum = bid_offer(found, now=now)
    price = found.buy_now_price
    if not actor.is_authenticated:
        return Standing(is_own, False, minimum, False, [])
    return Standing(
        is_own=is_own,
        is_watching=found.is_watched,
        minimum=minimum,
        can_buy=not is_own and minimum is not None and price is not None and price >= minimum,
        bags=own_bags(actor, limit=BAGS),
    )
