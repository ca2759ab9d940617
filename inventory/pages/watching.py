"""The watchlist, and the button on every item that fills it."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inventory import services
from inventory.models import WatchlistItem
from inventory.pages.cards import card_of_item, lines_at
from recsys.lib.access import readable_by
from recsys.lib.pages.forms import back, members_only, wants_fragment
from recsys.lib.pages.lists import page_of


@login_required
@require_safe
def watchlist(request: HttpRequest) -> HttpResponse:
    own = readable_by(request.user, WatchlistItem.objects.all())
    rows = own.prefetch_related(card_of_item(request.user))
    page = page_of(rows, request, ordering=("-created_at", "-id"))
    context = {"page": page, "line": lines_at(timezone.now())}
    return render(request, "inventory/watchlist.html", context)


@require_POST
@members_only
def watch(request: HttpRequest, item_id: int) -> HttpResponse:
    services.watch_item(actor=request.user, item_id=item_id)
    return _changed(request, item_id, watching=True)


@require_POST
@members_only
def unwatch(request: HttpRequest, item_id: int) -> HttpResponse:
    services.unwatch_item(actor=request.user, item_id=item_id)
    return _changed(request, item_id, watching=False)


def _changed(request: HttpRequest, item_id: int, *, watching: bool) -> HttpResponse:
    """The button anew where htmx asked, else back to the page with a word."""
    if wants_fragment(request):
        context = {"item_id": item_id, "watching": watching, "next": ""}
        return render(request, "components/watch.html", context)
    say = partial(messages.success, request)
    say("On your watchlist." if watching else "No longer on your watchlist.")
    return back(request, "my-watchlist")
