"""Bidding, buying, and how one's bids stand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bidding import services
from bidding.data import BidResult, Standing
from bidding.models import Order
from bidding.pages.forms import BidForm
from bidding.queries import bids_with_standing
from inventory.pages.cards import lines_at
from recsys.lib.access import readable_by
from recsys.lib.errors import DomainError, NotFound
from recsys.lib.pages.forms import back, first_refusal, members_only
from recsys.lib.pages.lists import page_of
from recsys.lib.pages.templates import money

ORDERS_AT_MOST = 50


@login_required
@require_safe
def my_bids(request: HttpRequest) -> HttpResponse:
    """Newest first, each with how it stands; and what was won or bought."""
    bids: Any = readable_by(request.user, bids_with_standing())
    page = page_of(bids.select_related("item__category"), request, ordering=("-created_at", "-id"))
    bought = Order.objects.filter(buyer=request.user.pk).select_related("item__category")
    orders = readable_by(request.user, bought).order_by("-id")[:ORDERS_AT_MOST]
    now = timezone.now()
    context = {"page": page, "orders": orders, "line": lines_at(now), "now": now}
    return render(request, "bidding/my_bids.html", context)


@require_POST
@members_only
def bid(request: HttpRequest, item_id: int) -> HttpResponse:
    """Bid, and go back to the lot with what came of it, or with what would be accepted."""
    form = BidForm(request.POST)
    if not form.is_valid():
        _refuse(request, first_refusal(form))
        return back(request, "my-bids")
    try:
        result = services.place_bid(actor=request.user, item_id=item_id, **form.cleaned_data)
    except NotFound:
        raise
    except DomainError as refusal:
        _refuse(request, refusal.detail)
    else:
        _tell(request, result)
    return back(request, "my-bids")


@require_POST
@members_only
def buy(request: HttpRequest, item_id: int) -> HttpResponse:
    services.buy_now(actor=request.user, item_id=item_id)
    messages.success(request, "It is yours. You find it among your bids.")
    return back(request, "my-bids")


def _refuse(request: HttpRequest, words: str) -> None:
    messages.error(request, f"Your bid was not accepted. {words}")


def _tell(request: HttpRequest, result: BidResult) -> None:
    if result.standing == Standing.LEADING:
        messages.success(request, f"You lead with {money(result.current_price)}.")
    else:
        messages.warning(
            request,
            "Somebody's earlier maximum reaches your bid. "
            f"Bid {money(result.minimum_bid)} or more.",
        )
