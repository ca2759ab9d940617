"""200,000 similar lists in the cache: filled, counted, trimmed; its size after a simulated day.

    nice python -m benchmarks.cache_lists [--lists 200000]

On the database and cache that the environment names (script/with-postgres, CACHE_URL=redis://…).
The backend's own account of its size is taken where it has one: PostgreSQL's of the table with
its index, Redis's of its memory, SQLite's of the file.

Measured on two cores beside one other process (Redis: beside six), in seconds:

| | filled | counted | half trimmed | size | after a day |
| --- | --- | --- | --- | --- | --- |
| SQLite | 33 | 1.6 | 3.9 | 60 MB | 60 MB |
| PostgreSQL | 26 | 2.2 | 2.7 | 92 MB | 96 MB |
| Redis | 44 | 9.5 | 6.5 | 63 MB | 63 MB |

Hit rate with Zipf's visitors, a tenth of whose visits drop the list: 0.91.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.core.cache import caches
from django.db import connection

from benchmarks.databases import scratch_site
from recommendations import cache
from recommendations.cache import Entry, Freshness, Key
from recommendations.data import Family, Ranked, SimilarityReason
from recsys.lib.bulk import batched

BATCH, TWENTY = 2_000, 20
REQUESTS, ACTING = 20_000, 0.1
"""Of so many visits by Zipf-distributed people, the share after which one acts: the list goes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lists", type=int, default=200_000)
    lists = parser.parse_args().lists
    with scratch_site("cache"):
        name = f"{connection.vendor} {type(caches['recommendations']).__name__}"
        empty, now = _size(), datetime.now(UTC)
        owners = range(1, lists + 1)
        filling = _taken(lambda: _fill(owners, now))
        filled = _size() - empty
        counting, told = _taken_with(lambda: cache.family_statistics(Family.SIMILAR, _keys(lists)))
        print(f"{name}: {lists:,} lists filled in {filling:.1f} s, {filled / 1e6:.1f} MB;")
        print(
            f"  counted in {counting:.1f} s: {told.entries:,} entries, {told.bytes / 1e6:.1f} MB"
        )
        for hour in range(24):
            _fill(owners[hour::24], now + timedelta(hours=hour + 1))
        day = (_size() - empty) / 1e6
        print(f"  after a day of refreshing all of them: {day:.1f} MB")
        evicting, evicted = _taken_with(
            lambda: cache.evict_older(_keys(lists), now + timedelta(hours=12))
        )
        print(f"  half of them trimmed in {evicting:.1f} s: {evicted:,}")
        print(f"  hit rate with Zipf's visitors, warmed: {_hit_rate(lists, now):.3f}")


def _fill(owners: range, now: datetime) -> None:
    for some in batched(owners, BATCH):
        cache.store(Family.SIMILAR, {owner: Entry(_list(owner), now, "v1") for owner in some})


def _list(owner: int) -> tuple[Ranked, ...]:
    return tuple(
        Ranked(owner + place, 1 / place, SimilarityReason.SAME_CATEGORY)
        for place in range(1, TWENTY + 1)
    )


def _keys(lists: int) -> Iterator[Key]:
    return (Key(Family.SIMILAR, owner) for owner in range(1, lists + 1))


def _hit_rate(people: int, now: datetime) -> float:
    chance = random.Random(0)

    for some in batched(range(1, people + 1), BATCH):
        cache.store(Family.HOME, {person: Entry(_list(person), now, "v1") for person in some})
    visitors = np.random.default_rng(0).zipf(1.3, REQUESTS) % people + 1
    hits = 0
    for person in visitors.tolist():
        key = Key(Family.HOME, person)
        if cache.lookup([key], now=now)[key].freshness is Freshness.FRESH:
            hits += 1
        else:
            cache.store(Family.HOME, {person: Entry(_list(person), now, "v1")})
        if chance.random() < ACTING:
            cache.drop([key])
    return hits / REQUESTS


def _size() -> int:
    backend: Any = caches["recommendations"]
    if "Redis" in type(backend).__name__:
        return int(backend._cache.get_client().info("memory")["used_memory"])  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            )
        else:
            cursor.execute("SELECT pg_total_relation_size('tablecache_cacheentry')")
        return int(cursor.fetchone()[0])


def _taken(work: Callable[[], Any]) -> float:
    return _taken_with(work)[0]


def _taken_with(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
