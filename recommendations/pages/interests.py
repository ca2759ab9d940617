"""What the system thinks a person likes, and how they correct it."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inventory.queries import CategoryTree, all_items
from recommendations.data import EventKind, EventStatus, NewEvent
from recommendations.queries import hidden_item_ids, muted_categories
from recommendations.services import (
    compute_user_interests,
    mute_category,
    record_events,
    show_again,
    unmute_category,
)
from recsys.lib.errors import NotFound
from recsys.lib.pages.forms import back, me, members_only, wants_fragment

HIDDEN_AT_MOST = 50


@login_required
@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """As of this moment, from what the person did; and what they said against it."""
    return render(request, "recommendations/interests.html", _beliefs(request))


def _beliefs(request: HttpRequest) -> dict[str, object]:
    who, tree = me(request), CategoryTree()
    believed = compute_user_interests([who], now=timezone.now())
    hidden = all_items().filter(pk__any_of=hidden_item_ids(who)).only("pk", "title", "slug")
    return {
        "interests": [(tree.by_id[each.category_id], each) for each in believed],
        "muted": [tree.by_id[category] for _, category in sorted(muted_categories([who]))],
        "hidden": hidden[:HIDDEN_AT_MOST],
    }


@require_POST
@members_only
def mute(request: HttpRequest, category_id: int) -> HttpResponse:
    mute_category(actor=request.user, category_id=category_id)
    return _corrected(request)


@require_POST
@members_only
def unmute(request: HttpRequest, category_id: int) -> HttpResponse:
    unmute_category(actor=request.user, category_id=category_id)
    return _corrected(request)


def _corrected(request: HttpRequest) -> HttpResponse:
    """The list anew where htmx asked for it, else the whole page."""
    if wants_fragment(request):
        return render(request, "components/interests.html", _beliefs(request))
    return redirect("my-interests")


@require_POST
@members_only
def hide(request: HttpRequest, item_id: int) -> HttpResponse:
    """Not interesting: the item is not recommended to this person again."""
    now = timezone.now()
    event = NewEvent(me(request), item_id, EventKind.HIDE, None, now, uuid4().hex)
    (outcome,) = record_events(actor=request.user, events=[event], now=now)
    if outcome.status == EventStatus.REFUSED:
        raise NotFound(outcome.detail)
    if wants_fragment(request):
        return render(request, "components/hidden.html", {"item_id": item_id})
    messages.success(request, "You will not see it among your recommendations again.")
    return back(request, "home")


@require_POST
@members_only
def unhide(request: HttpRequest, item_id: int) -> HttpResponse:
    """It was a mistake: the item may be recommended again."""
    show_again(actor=request.user, item_id=item_id)
    if wants_fragment(request):
        return render(request, "components/shown_again.html", {"item_id": item_id})
    messages.success(request, "It may be recommended to you again.")
    return back(request, "my-interests")
