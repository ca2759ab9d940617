"""Bags of 100,000 entries combined in the database, and one bag against 10,000 in memory.

nice python -m benchmarks.bags [--entries 100000] [--runs 3] [--bags 10000]

Beside each run, a bare INSERT … SELECT of as many entries into the same table, and its commit:
seconds depend on the machine, the ratio hardly. On two cores beside one other process merge and
intersect took 1.45 and 0.31 s on PostgreSQL (0.66 and 0.10 of it; subtract 0.11 on a busy
machine), and merge, intersect, subtract 0.66, 0.19 and 0.42 s on SQLite. One bag against 10,000 in
memory 5 ms.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from benchmarks.databases import scratch_database
from inventory import queries, services
from inventory.bag_matrix import BagMatrix
from inventory.models import Bag, BagEntry, Item
from recsys.lib.bulk import analyze, insert_new

ITEMS_IN_A_SMALL_BAG = 50
OVERLAPS = 10


def main() -> None:
    options = arguments()
    with scratch_database("bags"):
        combine(options.entries, options.runs)
    overlap(options.bags)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="in each of two bags")
    parser.add_argument("--runs", type=int, default=3, help="of each operation")
    parser.add_argument("--bags", type=int, default=10_000, help="of 50 items each, in memory")
    return parser.parse_args()


def combine(entries: int, runs: int) -> None:
    """Two bags that share half of their items; beside each run, a bare copy of one of them."""
    owner = User.objects.create(username="owner", email="owner@example.com")
    mine, theirs, copy = (
        Bag.objects.create(owner=owner, name=name, slug=name).pk
        for name in ("mine", "theirs", "copy")
    )
    items = stored_items(owner, entries + entries // 2)
    for name in ("merge", "intersect", "subtract"):
        service, ours, bare = getattr(services, f"{name}_bags"), [], []
        for _ in range(runs):
            empty_table(BagEntry)
            fill(mine, items[:entries])
            fill(theirs, items[entries // 2 :])
            analyze(BagEntry)
            ours.append(timed(partial(service, actor=owner, bag_id=mine, other_id=theirs))[0])
            bare.append(timed(partial(copy_bare, theirs, copy))[0])
        ratio = median(a / b for a, b in zip(ours, bare, strict=True))
        print(f"{connection.vendor} {name}, {entries} entries: {median(ours):.2f} s, ", end="")
        print(f"{ratio:.2f} of a bare insert of as many ({median(bare):.2f} s)")
    seconds, overlap = timed(partial(queries.bag_overlap, mine, theirs, actor=owner))
    print(f"{connection.vendor} overlap in SQL: {seconds * 1000:.0f} ms, {overlap}")
    seconds, _ = timed(queries.load_bag_matrix)
    print(f"{connection.vendor} load_bag_matrix: {seconds:.2f} s")


def empty_table(model: type[Model]) -> None:
    """As new: what a DELETE leaves behind is stepped over by whoever comes next, by chance."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"{'DELETE FROM' if connection.vendor == 'sqlite' else 'TRUNCATE'} {table}")


def copy_bare(bag: int, into: int) -> None:
    """What storing as many entries costs whatever one does: one statement, and its commit."""
    table = BagEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (bag_id, item_id, quantity, added_at) "
            f"SELECT %s, item_id, quantity, added_at FROM {table} WHERE bag_id = %s",
            [into, bag],
        )


def stored_items(seller: User, number: int) -> list[int]:
    Item.objects.bulk_create(
        (Item(title=f"Item {n}", slug=f"item-{n}", seller=seller) for n in range(number)),
        batch_size=5_000,
    )
    return list(Item.objects.order_by("pk").values_list("pk", flat=True))


def fill(bag: int, items: list[int]) -> None:
    columns = {
        "bag": [bag] * len(items),
        "item": items,
        "quantity": [1 + item % 5 for item in items],
        "added_at": [timezone.now()] * len(items),
    }
    insert_new(BagEntry, columns, returning="item")


def overlap(bags: int) -> None:
    random = np.random.default_rng(0)
    rows = np.repeat(np.arange(1, bags + 1), ITEMS_IN_A_SMALL_BAG)
    items = random.zipf(1.3, rows.size).clip(max=200_000)
    matrix = BagMatrix.from_columns(rows, items, random.integers(1, 9, rows.size))
    times = [timed(lambda bag=bag: matrix.overlaps(bag))[0] for bag in range(1, OVERLAPS + 1)]
    nearest = [timed(lambda bag=bag: matrix.nearest(bag, 20))[0] for bag in range(1, OVERLAPS + 1)]
    print(f"one bag with {bags}: overlaps {np.median(times) * 1000:.1f} ms")
    print(f"one bag with {bags}: nearest {np.median(nearest) * 1000:.1f} ms")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
