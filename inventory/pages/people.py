"""What everybody may know of a person: their card, what they sell, their public bags."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.queries import blocked_by, get_person
from accounts.services import block_person, unblock_person
from inventory.models import Bag, Item
from inventory.pages.cards import cards_at, shown_items
from recsys.lib.access import readable_by
from recsys.lib.pages.forms import members_only
from recsys.lib.pages.lists import page_of

BAGS_AT_MOST = 20


@require_safe
def person(request: HttpRequest, username: str) -> HttpResponse:
    shown = get_person(username, actor=request.user)
    items = readable_by(request.user, Item.objects.filter(seller=shown))
    bags: Any = readable_by(request.user, Bag.objects.filter(owner=shown))
    context = {
        "person": shown,
        "page": page_of(shown_items(items), request, ordering=("-created_at", "-id")),
        "bags": bags.with_entry_count()[:BAGS_AT_MOST],
        "card": cards_at(timezone.now()),
        "is_blocked": request.user.is_authenticated
        and blocked_by(request.user.pk).filter(blocked=shown).exists(),
    }
    return render(request, "inventory/person.html", context)


@require_POST
@members_only
def block(request: HttpRequest, username: str) -> HttpResponse:
    block_person(actor=request.user, username=username)
    messages.success(request, "Nothing of theirs will be recommended to you.")
    return redirect("person", username)


@require_POST
@members_only
def unblock(request: HttpRequest, username: str) -> HttpResponse:
    unblock_person(actor=request.user, username=username)
    messages.success(request, "What they sell may be recommended to you again.")
    return redirect("person", username)
