"""Items, their categories and statements, and watches that come in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from inventory.data import NewCategory, NewItem, PublicationStatus
from inventory.models import Category, Item, ItemAttribute, WatchlistItem
from recsys.lib.bulk import add_to_counts, analyze, batched, insert_new, update_rows

IDS_PER_QUERY = 10_000
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
    for batch in batched(newcomers, IDS_PER_QUERY):
        rows = Item.objects.bulk_create([_item(item) for item in batch])
        found |= {(row.seller_id, row.slug): row.pk for row in rows}
    return found


def find_items(*, seller_id: int, slugs: Iterable[str]) -> dict[str, int]:
    """The seller's items of these slugs that are known, by slug."""
    found: dict[str, int] = {}
    for batch in batched(slugs, IDS_PER_QUERY):
        known = Item.objects.filter(seller=seller_id, slug__in=batch)
        found |= known.values_list("slug", "pk")
    return found


@transaction.atomic
def import_watches(
    *, user_ids: Sequence[int], item_ids: Sequence[int], times: Sequence[datetime]
) -> int:
    """Put each item on the person's watchlist, as of that time; how many were not there yet."""
    for batch in batched(sorted({*item_ids}), IDS_PER_QUERY):
        # As everybody who watches does, so that nobody waits in a ring; see `watchlist`.
        list(
            Item.objects.select_for_update(no_key=True)
            .filter(pk__in=batch)
            .order_by("pk")
            .values_list("pk")
        )
    columns = {"user": user_ids, "item": item_ids, "created_at": times}
    watched = insert_new(WatchlistItem, columns, returning="item")
    add_to_counts(Item, "watcher_count", Counter(watched))
    return len(watched)


@transaction.atomic
def import_keywords(keywords: Mapping[int, Sequence[str]], category_ids: Mapping[int, int]) -> int:
    """Describe items by keywords, given by item, and place them in categories.

    What an earlier import said of their keywords is replaced. Returns the number of statements.
    """
    for batch in batched(keywords, IDS_PER_QUERY):
        ItemAttribute.objects.filter(item__in=batch, predicate=KEYWORDS).delete()
    update_rows(
        Item,
        {pk: (_keywords_document(words), category_ids.get(pk)) for pk, words in keywords.items()},
        fields=["metadata", "category"],
    )
    statements = [(item_id, word) for item_id, words in keywords.items() for word in words]
    for some in batched(statements, IDS_PER_QUERY):
        ItemAttribute.objects.bulk_create(
            ItemAttribute(item_id=item_id, predicate=KEYWORDS, value=word)
            for item_id, word in some
        )
    return len(statements)


def analyze_items() -> None:
    analyze(Category, Item, ItemAttribute, WatchlistItem)


def _categories(slugs: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in batched(slugs, IDS_PER_QUERY):
        found |= Category.objects.filter(slug__in=batch).values_list("slug", "pk")
    return found


def _category(category: NewCategory, found: Mapping[str, int]) -> Category:
    parent_id = found[category.parent_slug] if category.parent_slug else None
    return Category(slug=category.slug, name=category.name, parent_id=parent_id)


def _keywords_document(words: Sequence[str]) -> dict[str, Any]:
    return {"@context": "https://schema.org", "keywords": [*words]}


def _item(item: NewItem) -> Item:
    values = asdict(item)
    if item.created_at is None:
        del values["created_at"]
    return Item(
        **values,
        current_price=item.starting_price,
        publication_status=PublicationStatus.PUBLISHED,
    )
