"""Hits, misses and stale hits over all processes, at next to no cost for a request.

Each process counts in memory and adds its counts to shared hourly totals in the cache every few
seconds; what a killed process had not yet added is lost.
"""

import threading
import time
from collections import Counter

from django.conf import settings

from recommendations.cache.backend import backend
from recommendations.data import Family
from recsys.lib.caches import cache_errors

SECONDS_BETWEEN_FLUSHES = 5.0
KEPT_SECONDS = 26 * 3600


class Pending:
    """This process's counts that are not yet in the shared totals."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: Counter[tuple[Family, str]] = Counter()
        self.flushed_at = time.monotonic()

    def take(self) -> Counter[tuple[Family, str]]:
        with self.lock:
            taken, self.counts = self.counts, Counter()
            self.flushed_at = time.monotonic()
            return taken


_pending = Pending()


def counter_key(family: Family, outcome: str, hour: int) -> str:
    return f"count:{family.value}:{outcome}:{hour}"


def current_hour() -> int:
    return int(time.time() // 3600)


def count(family: Family, outcome: str) -> None:
    """Note one look-up in `family` that was `fresh`, `stale` or `missing`."""
    with _pending.lock:
        _pending.counts[family, outcome] += 1
        is_due = time.monotonic() - _pending.flushed_at > SECONDS_BETWEEN_FLUSHES
    if is_due:
        flush_counts()


def flush_counts() -> None:
    """Add this process's counts to the shared totals; put them back if the cache is away."""
    taken = _pending.take()
    if not settings.RECSYS_CACHE_ENABLED:
        return
    totals, hour = backend(), current_hour()
    for family, outcome in list(taken):
        key = counter_key(family, outcome, hour)
        try:
            totals.add(key, 0, KEPT_SECONDS)
            totals.incr(key, taken[family, outcome])
        except cache_errors():
            with _pending.lock:
                _pending.counts.update(taken)
            return
        del taken[family, outcome]
