"""Finding items: by words, by category, by what is said of them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from inventory.data import CategoryNode, Kind
from inventory.models import Item
from inventory.pages.cards import cards_at, shown_items
from inventory.pictures import draw
from inventory.queries import CategoryTree, search_facets
from inventory.rest.filters import ItemFilter
from recsys.lib.errors import InvalidInput
from recsys.lib.pages.forms import first_refusal
from recsys.lib.pages.lists import page_of

YEAR = 365 * 24 * 60 * 60
ORDERS = {
    "newest": ("Newest first", ("-created_at", "-id")),
    "ending": ("Ending soonest", ("end_at", "id")),
    "cheap": ("Lowest price", ("current_price", "id")),
    "dear": ("Highest price", ("-current_price", "-id")),
    "watched": ("Most watched", ("-watcher_count", "-id")),
}


@require_safe
@cache_control(public=True, max_age=YEAR, immutable=True)
def picture(_request: HttpRequest, kind: str, category: str, item: int) -> HttpResponse:
    """Drawn from its address alone: nothing is looked up, and so nothing is given away."""
    if kind not in Kind.values:
        raise Http404
    return HttpResponse(draw(kind, category, item), content_type="image/svg+xml")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    return _listing(request, CategoryTree(), None)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    tree = CategoryTree()
    node = tree.by_slug.get(slug)
    if node is None:
        raise Http404
    return _listing(request, tree, node)


def _listing(request: HttpRequest, tree: CategoryTree, node: CategoryNode | None) -> HttpResponse:
    """What can be had now, as far as the visitor asked for it, and how to ask for less."""
    asked = request.GET.copy()
    if node is not None:
        asked["category"] = node.slug
    form, rows = _found(asked)
    order = asked.get("sort") or "newest"
    order = order if order in ORDERS else "newest"
    context = {
        "asked": asked,
        "refusal": first_refusal(form) if form.errors else "",
        "node": node,
        "path": tree.path(node) if node else [],
        "page": page_of(shown_items(rows), request, ordering=ORDERS[order][1]),
        "facets": search_facets(rows, tree, below=node),
        "orders": [(name, label, name == order) for name, (label, _) in ORDERS.items()],
        "kinds": asked.getlist("kind"),
        "meta": asked.getlist("meta"),
        "card": cards_at(timezone.now()),
    }
    return render(request, "inventory/search.html", context)


def _found(asked: QueryDict) -> tuple[Any, Any]:
    """The form, with what is wrong with it, and the live items it describes."""
    live = Item.objects.live(timezone.now())
    found = ItemFilter(asked, queryset=live)
    if not found.form.is_valid():
        return found.form, live.none()
    try:
        return found.form, found.qs
    except InvalidInput as refusal:
        found.form.add_error(None, refusal.detail)
        return found.form, live.none()
