"""Bags: named collections, filled and emptied by buttons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inventory import services
from inventory.models import Bag, BagEntry
from inventory.pages.cards import card_of_item, lines_at
from inventory.pages.forms import BagForm, IntoBagForm, NewBagForm, QuantityForm
from recsys.lib.access import Actor, policy_of
from recsys.lib.lookup import get_readable
from recsys.lib.pages.forms import back, first_refusal, members_only
from recsys.lib.pages.lists import page_of
from recsys.lib.retry import retried_transaction


@login_required
@require_safe
def bags(request: HttpRequest) -> HttpResponse:
    """One's own, and those shared with one."""
    me = request.user.pk
    shared = Bag.objects.granted(me, "view_bag").values("pk")
    rows = Bag.objects.filter(Q(owner=me) | Q(pk__in=shared)).select_related("owner")
    page = page_of(rows.with_entry_count().with_role_of(me), request, ordering=("id",))
    return render(request, "inventory/bags.html", {"page": page, "form": NewBagForm()})


@require_safe
def bag(request: HttpRequest, bag_id: int) -> HttpResponse:
    shown = get_readable(request.user, Bag.objects.select_related("owner"), pk=bag_id)
    entries = shown.entries.prefetch_related(card_of_item(request.user))
    context = {
        "bag": shown,
        "page": page_of(entries, request, ordering=("-added_at", "-id")),
        "is_owner": policy_of(Bag).may_change(request.user, shown),
        "may_edit": policy_of(BagEntry).may_change(request.user, BagEntry(bag=shown)),
        "form": BagForm(instance=shown),
        "line": lines_at(timezone.now()),
    }
    return render(request, "inventory/bag.html", context)


@require_POST
@members_only
def create(request: HttpRequest) -> HttpResponse:
    form = NewBagForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_refusal(form))
        return redirect("my-bags")
    made = services.create_bag(actor=request.user, **form.cleaned_data)
    return redirect("bag-page", made.pk)


@require_POST
@members_only
def change(request: HttpRequest, bag_id: int) -> HttpResponse:
    form = BagForm(request.POST)
    if form.is_valid():
        services.update_bag(actor=request.user, bag_id=bag_id, changes=form.cleaned_data)
    else:
        messages.error(request, first_refusal(form))
    return redirect("bag-page", bag_id)


@require_POST
@members_only
def delete(request: HttpRequest, bag_id: int) -> HttpResponse:
    services.delete_bag(actor=request.user, bag_id=bag_id)
    messages.success(request, "The bag is gone.")
    return redirect("my-bags")


@require_POST
@members_only
def put_in(request: HttpRequest, item_id: int) -> HttpResponse:
    """Into the bag that was chosen, or into a new one of the name that was given."""
    form = IntoBagForm(request.POST)
    chosen = form.cleaned_data if form.is_valid() else {}
    _put_in(request.user, item_id, chosen.get("bag"), chosen.get("name") or "My bag")
    messages.success(request, "In your bag.")
    return back(request, "my-bags")


@retried_transaction
def _put_in(actor: Actor, item_id: int, bag_id: int | None, new_name: str) -> None:
    """No new bag is left behind where the item turns out not to be there."""
    bag_id = bag_id or services.create_bag(actor=actor, name=new_name).pk
    services.add_to_bag(actor=actor, bag_id=bag_id, item_id=item_id)


@require_POST
@members_only
def set_quantity(request: HttpRequest, bag_id: int, item_id: int) -> HttpResponse:
    form = QuantityForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_refusal(form))
        return redirect("bag-page", bag_id)
    quantity = form.cleaned_data["quantity"]
    services.set_bag_entry(actor=request.user, bag_id=bag_id, item_id=item_id, quantity=quantity)
    messages.success(request, "Changed.")
    return redirect("bag-page", bag_id)


@require_POST
@members_only
def take_out(request: HttpRequest, bag_id: int, item_id: int) -> HttpResponse:
    services.remove_from_bag(actor=request.user, bag_id=bag_id, item_id=item_id)
    messages.success(request, "Taken out.")
    return redirect("bag-page", bag_id)
