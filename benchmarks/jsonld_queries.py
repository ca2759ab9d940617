"""Metadata queries over a large catalogue, beside plain indexed filters on the same table.

    nice python -m benchmarks.jsonld_queries [--items 200000] [--statements 10]

Each query is asked as people ask: published items, the newest first, twenty a page; the first
page, and one in the middle. Each is set beside two plain filters by indexed columns of the items:
its twin, which leaves the very same items (so that both read past as many others), and the one
filter `category = one of 50`, which leaves 4,000 that lie everywhere; that a query and its twin
give the same page is checked. CPU of client and server together on a warm database, the least of
twenty runs, which what is compared takes by turns; by then a connection to PostgreSQL plans no
more. docs/metadata.md has the figures.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.models import User
from benchmarks.databases import scratch_database
from inventory.models import Category, Item, ItemAttribute
from inventory.queries import items_with_metadata, metadata_facets
from inventory.queries.expressions import predicate_iri
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
SELLERS = 20
RUNS = 20


def numbers(first: int, low: int, high: int) -> Q:
    """The items made from the `low`-th to the `high`-th."""
    return Q(pk__range=(first + low, first + high))


def beginning_with(first: int, items: int, digits: str) -> Q:
    """The items whose number begins with these digits."""
    found = Q(pk__in=[])
    for more in range(len(str(items))):
        low = int(digits) * 10**more
        if low < items:
            found |= numbers(first, low, min(low + 10**more, items) - 1)
    return found


def twins(first: int, items: int) -> dict[str, Q]:
    """Each expression with the plain filter that leaves the same items."""
    categories, sellers = (list(model.objects.order_by("pk")) for model in (Category, User))
    return {
        "dc:type=thing": Q(auction_status="ended"),
        "dc:type=place": Q(auction_status="active"),
        "dc:type!=thing": ~Q(auction_status="ended"),
        "dc:subject=s7": Q(category=categories[1]),
        "dc:subject!=s7": ~Q(category=categories[1]),
        "dc:title=Fox 3@en": Q(seller=sellers[3]),
        "dc:title~Fox@en": Q(seller__in=sellers[1::2]),
        "dc:other1=value 77777 1": Q(pk=first + 77_777),
        "dc:other1~value 777": beginning_with(first, items, "777"),
        "dc:other1~value 1": beginning_with(first, items, "1"),
        f"schema:price>={FEW}": Q(pk__gte=first + FEW),
        f"schema:price<={FEW}": Q(pk__lte=first + FEW),
        f"schema:price>={LOW}": Q(pk__gte=first + LOW),
        f"schema:price<={LOW}": Q(pk__lte=first + LOW),
        f"schema:price<={HIGH}": Q(pk__lte=first + HIGH),
    }


RANGE = (f"schema:price>={LOW}", f"schema:price<={HIGH}")
QUERIES = (
    ("dc:type=thing",),
    ("dc:type=place",),
    ("dc:subject=s7",),
    ("dc:subject=s7", f"schema:price>={FEW}"),
    ("dc:subject=s7", "dc:other1~value 1"),
    ("dc:subject=s7", *RANGE),
    ("dc:subject=s7", "dc:type=thing"),
    ("dc:subject=s7", "dc:type!=thing"),
    ("dc:type=place", "dc:subject=s7"),
    ("dc:type=place", "dc:title=Fox 3@en"),
    ("dc:title=Fox 3@en",),
    ("dc:title~Fox@en",),
    ("dc:other1=value 77777 1",),
    ("dc:other1~value 777",),
    ("dc:other1~value 1",),
    (f"schema:price>={FEW}",),
    (f"schema:price<={FEW}",),
    RANGE,
    (f"schema:price<={LOW}",),
    ("dc:type=thing", *RANGE),
    ("dc:type=thing", f"schema:price<={LOW}"),
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
    """Items whose category, seller and status say what their subject, title and type say."""
    started = time.perf_counter()
    sellers = [
        User.objects.create(username=f"seller{n}", email=f"{n}@example.com")
        for n in range(SELLERS)
    ]
    Category.objects.bulk_create(
        Category(name=f"Category {n}", slug=f"category-{n}") for n in range(VALUES)
    )
    categories = list(Category.objects.values_list("pk", flat=True))
    for first in range(0, items, BATCH):
        created = Item.objects.bulk_create(
            Item(
                title=f"Item {n}",
                seller=sellers[11 * n % SELLERS],
                auction_status="ended" if 3 * n % 10 else "active",
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
        yield *own, f"{DC}subject", f"s{7 * n % VALUES}", None, ""
        yield *own, f"{SCHEMA}price", str(n), float(n), ""
        yield *own, f"{DC}type", "thing" if 3 * n % 10 else "place", None, ""
        name, language = ("Fox", "en-gb") if n % 2 else ("Fuchs", "de")
        yield *own, f"{DC}title", f"{name} {11 * n % 20}", None, language
        for k in range(count - 4):
            yield *own, f"{DC}other{k}", f"value {n} {k}", None, ""


def report() -> None:
    published, category = Item.objects.published(), Category.objects.earliest("pk")
    twin_of = twins(Item.objects.earliest("pk").pk, Item.objects.count())
    plain = pages(published.filter(category=category))
    print("category = one of 50: {:.2f} and {:.2f} ms".format(*least_ms(plain)))
    print(f"{'query':44}{'ms: first, middle':>18}{'to its twin':>16}{'to the category':>18}")
    for expressions in QUERIES:
        ours = pages(items_with_metadata(*expressions, rows=published))
        twin = pages(published.filter(*(twin_of[each] for each in expressions)))
        if [*map(list, ours)] != [*map(list, twin)]:
            raise AssertionError(f"{expressions} leave other items than their twin")
        times = least_ms([*ours, *twin, *plain])
        found, compared = times[:2], (times[2:4], times[4:])
        columns = "".join(
            f"{'×':>4}{found[0] / base[0]:6.2f}{found[1] / base[1]:7.2f}" for base in compared
        )
        name = " and ".join(expressions)[-43:]
        print(f"{name:44}{found[0]:9.2f}{found[1]:9.2f}{columns}", flush=True)
    predicate = predicate_iri("dc:subject")
    counted = min(cpu_ms(lambda: metadata_facets(predicate, published)) for _ in range(5))
    print(f"{'facets of dc:subject':44}{counted:9.2f}")


def pages(rows: Any) -> list[Any]:
    """The first page, and the one after the middle item."""
    columns = columns_of(Item, ("-created_at", "-id"))
    middle = Item.objects.newest_first().values_list("created_at", "id")[MIDDLE]
    after = rows_after(rows, columns, middle)
    return [
        each.newest_first().values("id", "title", "kind")[: PAGE + 1] for each in (rows, after)
    ]


def least_ms(pages: list[Any]) -> list[float]:
    """CPU milliseconds of each, as it is answered anew."""
    rounds = ([cpu_ms(partial(asked_anew, page)) for page in pages] for _ in range(RUNS))
    return [min(times) for times in zip(*rounds, strict=True)]


def asked_anew(page: Any) -> list[Any]:
    return list(page.all())


def cpu_ms(work: Callable[[], Any]) -> float:
    """Of this process and of the one that serves it."""
    started = time.process_time() + server_seconds()
    work()
    return (time.process_time() + server_seconds() - started) * 1_000


def server_seconds() -> float:
    """CPU seconds of this connection's server process; SQLite has none of its own."""
    if connection.vendor != "postgresql":
        return 0.0
    process = connection.connection.info.backend_pid
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
