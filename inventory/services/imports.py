"""Items, their categories and statements, and watches that come in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.data import ItemName, NewCategory, NewItem, PublicationStatus
from inventory.models import Category, Item, ItemAttribute, WatchlistItem
from inventory.services.items import asking_price
from inventory.services.metadata import replace_statements
from recsys.lib.bulk import (
    add_to_counts,
    analyze,
    batched,
    insert_new,
    insert_new_rows,
    lock_rows,
    update_rows,
)
from recsys.lib.jsonld.statements import Reading, Statement, number_of

ROWS_PER_STATEMENT = 10_000
AS_GIVEN = (
    "slug",
    "title",
    "kind",
    "description",
    "condition",
    "starting_price",
    "reserve_price",
    "buy_now_price",
    "start_at",
    "end_at",
    "auction_status",
)
KEYWORDS = "http://schema.org/keywords"


@transaction.atomic
def import_categories(categories: Iterable[NewCategory]) -> dict[str, int]:
    """The category of each slug; those not known yet are created, parents before children."""
    by_slug = {category.slug: category for category in categories}
    found = _categories(by_slug)
    waiting = [category for slug, category in by_slug.items() if slug not in found]
    while waiting:
        ready = [c for c in waiting if c.parent_slug is None or c.parent_slug in found]
        if not ready:
            raise ValueError(f"The parents of {waiting[0].slug} and others are not among them.")
        rows = [_category(category, found) for category in ready]
        Category.objects.bulk_create(rows)
        found |= {row.slug: row.pk for row in rows}
        waiting = [category for category in waiting if category.slug not in found]
    return found


@transaction.atomic
def import_items(items: Iterable[NewItem]) -> dict[tuple[int, str], int]:
    """The item of each (seller, slug); those not known yet are created, published.

    The caller keeps others from creating the same ones meanwhile (see `lock_house_seller`).
    """
    by_name = {(item.seller_id, item.slug): item for item in items}
    found: dict[tuple[int, str], int] = {}
    for seller_id in {seller for seller, _ in by_name}:
        slugs = [slug for seller, slug in by_name if seller == seller_id]
        known = find_items(seller_id=seller_id, slugs=slugs)
        found |= {(seller_id, slug): pk for slug, pk in known.items()}
    newcomers = [item for name, item in by_name.items() if name not in found]
    for batch in batched(newcomers, ROWS_PER_STATEMENT):
        rows = insert_new_rows(Item, _columns(batch), returning=["seller", "slug", "id"])
        found |= {(seller_id, slug): pk for seller_id, slug, pk in rows}
    return found


def find_items(*, seller_id: int, slugs: Iterable[str]) -> dict[str, int]:
    """The seller's items of these slugs that are known, by slug."""
    known = Item.objects.filter(seller=seller_id, slug__any_of=slugs)
    return dict(known.values_list("slug", "pk"))


@transaction.atomic
def import_watches(
    *, user_ids: Sequence[int], item_ids: Sequence[int], times: Sequence[datetime]
) -> int:
    """Put each item on the person's watchlist, as of that time; how many were not there yet."""
    # First, as everybody who watches does, so that nobody waits in a ring; see `watchlist`.
    lock_rows(Item, {*item_ids})
    columns = {"user": user_ids, "item": item_ids, "created_at": times}
    watched = insert_new(WatchlistItem, columns, returning="item")
    add_to_counts(Item, "watcher_count", Counter(watched))
    return len(watched)


@transaction.atomic
def import_keywords(keywords: Mapping[int, Sequence[str]], category_ids: Mapping[int, int]) -> int:
    """Describe items by keywords, given by item, and place them in categories.

    What an earlier import said of their keywords is replaced. Returns the number of statements.
    """
    readings = {pk: _reading(words) for pk, words in keywords.items()}
    update_rows(
        Item,
        {pk: (document, category_ids.get(pk)) for pk, (document, _) in readings.items()},
        fields=["metadata", "category"],
    )
    replace_statements(readings=readings)
    return sum(map(len, keywords.values()))


def rename_items(names: Mapping[int, ItemName]) -> None:
    """Call items, given by id, by these names."""
    update_rows(Item, names, fields=ItemName._fields)


def analyze_items() -> None:
    analyze(Category, Item, ItemAttribute, WatchlistItem)


def _categories(slugs: Iterable[str]) -> dict[str, int]:
    return dict(Category.objects.filter(slug__any_of=slugs).values_list("slug", "pk"))


def _category(category: NewCategory, found: Mapping[str, int]) -> Category:
    parent_id = found[category.parent_slug] if category.parent_slug else None
    return Category(slug=category.slug, name=category.name, parent_id=parent_id)


def _reading(words: Sequence[str]) -> tuple[dict[str, Any], Reading]:
    """A document of keywords, and what it says: as expanding it would find, without the work."""
    document = {"@context": "https://schema.org", "keywords": [*words]}
    statements = (Statement("", KEYWORDS, word, number_of(word)) for word in words)
    return document, Reading(None, tuple(statements), ())


def _columns(items: Sequence[NewItem]) -> dict[str, list[Any]]:
    now = timezone.now()
    return {name: [getattr(item, name) for item in items] for name in AS_GIVEN} | {
        "seller": [item.seller_id for item in items],
        "category": [item.category_id for item in items],
        "current_price": [*map(asking_price, items)],
        "created_at": [item.created_at or now for item in items],
        "publication_status": [PublicationStatus.PUBLISHED] * len(items),
    }
