"""Metadata queries over a large catalogue, beside a plain indexed filter on the same table.

    nice python -m benchmarks.jsonld_queries [--items 200000] [--statements 10]

Each query is asked as people ask: published items, the newest first, twenty a page; the first
page, and one in the middle. Beside `category = one of 50`, which leaves as many items as
`dc:subject=s7`; and, for prices, which follow the order in which items were made, beside ids that
leave the very same items. The fastest of several runs on a warm database: whatever else the
machine does only adds.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from accounts.models import User
from benchmarks.databases import scratch_database
from inventory.models import Category, Item, ItemAttribute
from inventory.queries import items_with_metadata, metadata_facets
from inventory.queries.metadata import predicate_iri
from recsys.lib.bulk import insert_new
from recsys.lib.keyset import columns_of, rows_after

DC = "http://purl.org/dc/elements/1.1/"
SCHEMA = "http://schema.org/"
VALUES = 50
PAGE = 20
MIDDLE = 20_000
BATCH = 10_000
COLUMNS = ("item", "created_at", "predicate", "value", "number", "language")
LOW, HIGH, FEW = 100_000, 104_000, 1_000
QUERIES = (
    ("dc:type=thing",),
    ("dc:type=place",),
    ("dc:subject=s7",),
    ("dc:subject=s7", f"schema:price>={FEW}"),
    ("dc:subject=s7", "dc:other1~value 1"),
    ("dc:subject=s7", f"schema:price>={LOW}", f"schema:price<={HIGH}"),
    ("dc:subject=s7", "dc:type=thing"),
    ("dc:subject=s7", "dc:type!=thing"),
    ("dc:type=place", "dc:title=Fox 3@en"),
    ("dc:title=Fox 3@en",),
    ("dc:title~Fox@en",),
    ("dc:other1=value 77777 1",),
    ("dc:other1~value 777",),
    ("dc:other1~value 1",),
    (f"schema:price>={FEW}",),
    (f"schema:price<={FEW}",),
    (f"schema:price>={LOW}", f"schema:price<={HIGH}"),
    (f"schema:price<={LOW}",),
    ("dc:subject!=s7",),
    ("dc:type!=thing",),
)


def main() -> None:
    options = arguments()
    with scratch_database("jsonld-queries"):
        fill(options.items, options.statements)
        report()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--statements", type=int, default=10, help="per item")
    return parser.parse_args()


def fill(items: int, statements: int) -> None:
    """Items in 50 equal categories, and as many dc:subjects spread the same way."""
    started = time.perf_counter()
    seller = User.objects.create(username="seller", email="seller@example.com")
    Category.objects.bulk_create(
        Category(name=f"Category {n}", slug=f"category-{n}") for n in range(VALUES)
    )
    categories = list(Category.objects.values_list("pk", flat=True))
    for first in range(0, items, BATCH):
        created = Item.objects.bulk_create(
            Item(
                title=f"Item {n}",
                seller=seller,
                category_id=categories[n % VALUES],
                publication_status="published",
            )
            for n in range(first, min(first + BATCH, items))
        )
        columns = zip(*statements_of(created, first, statements), strict=True)
        insert_new(ItemAttribute, dict(zip(COLUMNS, columns, strict=True)), returning="id")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    print(f"{items:,} items, {items * statements:,} statements: "
          f"{time.perf_counter() - started:.0f} s to fill, {connection.vendor}")  # fmt: skip


def statements_of(items: list[Item], first: int, count: int) -> Iterator[tuple[Any, ...]]:
    for n, item in enumerate(items, first):
        own = item.pk, item.created_at
        # 7 and 50 share no factor, so that subjects do not simply repeat the categories
        yield *own, f"{DC}subject", f"s{7 * n % VALUES}", None, ""
        yield *own, f"{SCHEMA}price", str(n), float(n), ""
        yield *own, f"{DC}type", "thing" if 3 * n % 10 else "place", None, ""
        name, language = ("Fox", "en-gb") if n % 2 else ("Fuchs", "de")
        yield *own, f"{DC}title", f"{name} {11 * n % 20}", None, language
        for k in range(count - 4):
            yield *own, f"{DC}other{k}", f"value {n} {k}", None, ""


def report() -> None:
    category = Category.objects.order_by("pk").first()
    published = Item.objects.published()
    first = Item.objects.earliest("pk").pk
    print(f"{'query':44}{'first page ms':>22}{'middle page ms':>22}")
    plain = figures(published.filter(category=category))
    say("category = one of 50 (plain, indexed)", plain, plain)
    for name, ids in (
        (f"id from {LOW} to {HIGH} (plain)", {"pk__range": (first + LOW, first + HIGH)}),
        (f"id <= {FEW} (plain)", {"pk__lte": first + FEW}),
        (f"id <= {LOW} (plain)", {"pk__lte": first + LOW}),
    ):
        say(name, figures(published.filter(**ids)), plain)
    for expressions in QUERIES:
        ours = figures(items_with_metadata(*expressions, rows=published))
        say(" and ".join(expressions), ours, plain)
    predicate = predicate_iri("dc:subject")
    print(f"{'facets of dc:subject':44} "
          f"{fastest_ms(lambda: metadata_facets(predicate, published), 5):9.2f}")  # fmt: skip


def say(name: str, ours: tuple[float, ...], plain: tuple[float, ...]) -> None:
    columns = (f"{ms:12.2f} (×{ms / base:6.2f})" for ms, base in zip(ours, plain, strict=True))
    print(f"{name[-43:]:44}{''.join(columns)}", flush=True)


def figures(rows: Any) -> tuple[float, float]:
    """Milliseconds for the first page, and for the page after the middle item."""
    columns = columns_of(Item, ("-created_at", "-id"))
    middle = list(Item.objects.newest_first().values_list("created_at", "id")[MIDDLE : MIDDLE + 1])
    after = rows_after(rows, columns, middle[0]) if middle else rows
    return fastest_ms(lambda: first_page(rows)), fastest_ms(lambda: first_page(after))


def first_page(rows: Any) -> list[Any]:
    return list(rows.newest_first().values("id", "title", "kind")[: PAGE + 1])


def fastest_ms(work: Callable[[], Any], runs: int = 21) -> float:
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times) * 1_000


if __name__ == "__main__":
    main()
